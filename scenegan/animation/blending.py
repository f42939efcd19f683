"""Blend two phases of a motion so that neither holes nor a loss of detail are seen."""

from functools import lru_cache

import cv2
import numpy as np

from scenegan.animation.masks import smooth_rise, working_size
from scenegan.pixels import resize

LEAST = 1e-3         # trust in what is pulled apart without end
COMPACT = 0.7        # area in the photo that a pixel comes from, from which it is trusted in full
WINDOW = 1 / 40      # widths of the window that detail is measured in
COARSE = 64          # pixels of the longer side of local means
FLOOR = 0.25         # levels squared of noise that is no detail
STRONGEST = 1.5      # times that detail is strengthened: two unlike pictures lose at most 1.41


class Blender:
    """How two phases of a motion over one photo are mixed.

    The mean of two unlike textures has less contrast than each of them. Its deviation from its
    local mean is multiplied so that the variance is that of the two, by their shares.

    Args:
        photo: uint8 `(height, width, channels)`.
    """

    def __init__(self, photo):
        self.channel = np.ascontiguousarray(photo[..., photo.shape[-1] // 2])
        small = resize(photo, *working_size(*photo.shape[:2], COARSE))
        self.mean = cv2.blur(small, (3, 3)).reshape(small.shape).astype(np.float32)

    def mix(self, first, second, share):
        """What both are multiplied by, and what is added to their sum.

        Args:
            first, second: Displacements of both, float32 `(rows, columns, 2)` in fractions of
                width and height.
            share: Of the second one, in [0, 1], where both are known as well.

        Returns:
            Weights float32 `(rows, columns, 2)`, and float32 `(rows, columns, channels)`.
        """
        share = share_of_second(first, second, share)
        gain = self._gain(first, second, share)
        near = scaled(moved(self.mean, first), (1 - gain) * (1 - share)) + (
            scaled(moved(self.mean, second), (1 - gain) * share))
        return cv2.merge([gain * (1 - share), gain * share]), near

    def _gain(self, first, second, share):
        """How much the detail of the mean has to be strengthened, float32 `(rows, columns)`.

        The variance of a mean is (1 - s) A + s B - s (1 - s) D, where A, B and D are the variances
        of both and of their difference.
        """
        of_first, of_second = (
            moved(self.channel, phase, cv2.INTER_NEAREST).astype(np.float32)[..., 0]
            for phase in (first, second))
        side = 2 * round(WINDOW * of_first.shape[1] / 2) + 1

        def variance(values):
            mean = cv2.blur(values, (side, side))
            return cv2.blur(values * values, (side, side)) - mean * mean
        whole = (1 - share) * variance(of_first) + share * variance(of_second) + FLOOR
        kept = whole - share * (1 - share) * variance(of_second - of_first)
        return np.sqrt(whole / np.clip(kept, whole / STRONGEST ** 2, whole))


def scaled(maps, by):
    """Maps `(rows, columns, channels)` times float32 `(rows, columns)`."""
    return cv2.multiply(maps, cv2.merge([by] * maps.shape[-1])).reshape(maps.shape)


def moved(image, displacement, how=cv2.INTER_LINEAR):
    """What a displacement brings from an image of any size, `(rows, columns, channels)`."""
    rows, columns, _ = displacement.shape
    height, width = image.shape[:2]
    positions = cv2.multiply(displacement, (width, height, 0, 0))
    positions = cv2.add(positions, _middles(rows, columns, height, width), dst=positions)
    return cv2.remap(image, positions, None, how, borderMode=cv2.BORDER_REPLICATE).reshape(
        rows, columns, -1)


@lru_cache(maxsize=8)
def _middles(rows, columns, height, width):
    """Where the middles of pixels of one size lie in an image of another, float32, (x, y)."""
    return np.stack(np.meshgrid(
        (np.arange(columns, dtype=np.float32) + 0.5) * (width / columns) - 0.5,
        (np.arange(rows, dtype=np.float32) + 0.5) * (height / rows) - 0.5), axis=-1)


def share_of_second(first, second, share):
    """How much of the second phase each pixel shows, float32 `(rows, columns)` in [0, 1].

    Args:
        As in `Blender.mix`.
    """
    of_first, of_second = (1 - share) * trust(first), share * trust(second)
    return of_second / (of_first + of_second)


def trust(displacement):
    """How well it is known what a displacement shows, float32 `(rows, columns)` in [LEAST, 1].

    Little where it pulls few pixels apart over many: that is what opens behind things that move,
    and at the border where they come in.
    """
    rows, columns, _ = displacement.shape
    xy, xx = np.gradient(displacement[..., 0] * columns)
    yy, yx = np.gradient(displacement[..., 1] * rows)
    area = (1 + xx) * (1 + yy) - xy * yx
    return np.maximum(smooth_rise(area / COMPACT), LEAST).astype(np.float32)
