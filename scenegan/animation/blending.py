"""Blend two phases of a motion so that neither holes nor a loss of detail are seen."""

import cv2
import numpy as np

from scenegan.animation.masks import smooth_rise, working_size
from scenegan.animation.strips import strips

LEAST = 1e-3         # trust in what is beyond the border or pulled apart without end
COMPACT = 0.7        # area in the photo that a pixel comes from, from which it is trusted in full
BEYOND = 0.004       # widths beyond the border where trust has fallen to LEAST
MEASURED = 480       # pixels of the longer side, at least, that detail is measured at
WINDOW = 1 / 40      # widths of the window in which it is
COARSE = 64          # pixels of the longer side of local means
FLOOR = 4.0          # levels squared of noise that is no detail
STRONGEST = 1.5      # times that detail is strengthened: two unlike pictures lose at most 1.41


def share_of_second(first, second, share):
    """How much of the second phase each pixel shows.

    Args:
        first, second: Displacements of both, float32 `(rows, columns, 2)` in fractions of width
            and height.
        share: Of the second one, in [0, 1], where both are known as well.

    Returns:
        float32 `(rows, columns)` in [0, 1].
    """
    one, other = (1 - share) * trust(first), share * trust(second)
    return other / (one + other)


def trust(displacement):
    """How well it is known what a displacement shows, float32 `(rows, columns)` in [LEAST, 1].

    Little where it looks beyond the border, and where it pulls few pixels apart over many: that
    is what opens behind things that move.
    """
    rows, columns, _ = displacement.shape
    x, y = displacement[..., 0] * columns, displacement[..., 1] * rows
    xy, xx = np.gradient(x)
    yy, yx = np.gradient(y)
    area = (1 + xx) * (1 + yy) - xy * yx
    across, down = np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)[:, None]
    beyond = np.maximum(np.abs(x + across - (columns - 1) / 2) - (columns - 1) / 2,
                        np.abs(y + down - (rows - 1) / 2) - (rows - 1) / 2)
    known = smooth_rise(area / COMPACT) * (1 - smooth_rise(beyond / (BEYOND * columns)))
    return np.maximum(known, LEAST).astype(np.float32)


def blend(first, second, share, edge=None):
    """Mix two frames, with as much detail as they have.

    The mean of two unlike textures has less contrast than each of them. Its deviation from its
    local mean is multiplied so that the variance is that of the two, by their shares.

    Args:
        first, second: uint8 `(height, width, channels)`.
        share: float32 `(rows, columns)`, of the second one.
        edge: As in `FittedMotion`.

    Returns:
        uint8 `(height, width, channels)`.
    """
    height, width, channels = first.shape
    gain = cv2.resize(detail_gain(first, second, share), share.shape[::-1])
    mean = local_mean(first, second, share)
    frame = np.empty_like(first)
    for (part, maps), (_, around) in zip(strips(np.dstack([share, gain - 1]), height, width),
                                         strips(mean, height, width), strict=True):
        mixed = first[part].astype(np.float32)
        mixed += maps[..., :1] * (second[part] - mixed)
        more = maps[..., 1:]
        if edge is not None:
            more = more * (edge[part, :, None] / np.float32(255))
        mixed += more * (mixed - around)
        frame[part] = np.clip(np.rint(mixed), 0, 255)
    return frame


def detail_gain(first, second, share):
    """How much the detail of a blend has to be strengthened, float32 at a size of its own.

    Args:
        As in `blend`. The variance of a mean is (1 - s) A + s B - s (1 - s) D, where A, B and D
        are the variances of both and of their difference.
    """
    step = max(1, max(first.shape[:2]) // MEASURED)
    one, other = (frame[::step, ::step, frame.shape[-1] // 2].astype(np.float32)
                  for frame in (first, second))
    share = cv2.resize(share, one.shape[::-1], interpolation=cv2.INTER_LINEAR)
    side = 2 * round(WINDOW * one.shape[1] / 2) + 1

    def variance(values):
        mean = cv2.blur(values, (side, side))
        return cv2.blur(values * values, (side, side)) - mean * mean
    whole = (1 - share) * variance(one) + share * variance(other) + FLOOR
    kept = whole - share * (1 - share) * variance(other - one)
    return np.sqrt(np.minimum(whole / np.maximum(kept, whole / STRONGEST ** 2), STRONGEST ** 2))


def local_mean(first, second, share):
    """The blend without its detail, float32 `(rows, columns, channels)`, some 64 pixels wide."""
    rows, columns = working_size(*first.shape[:2], COARSE)
    one, other = (cv2.resize(frame, (columns, rows), interpolation=cv2.INTER_AREA).reshape(
        rows, columns, -1).astype(np.float32) for frame in (first, second))
    share = cv2.resize(share, (columns, rows), interpolation=cv2.INTER_AREA)[..., None]
    mixed = one + share * (other - one)
    return cv2.blur(mixed, (3, 3)).reshape(mixed.shape)
