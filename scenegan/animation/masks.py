"""Where a photo may move: from the segmenter's probabilities to masks that follow its edges."""

import cv2
import numpy as np

from scenegan.animation.foreground import before_sky
from scenegan.animation.strips import strips
from scenegan.pixels import resize, to_channels
from scenegan.scenery import FLUID, MOVING, moving_masks, total_of

WORKING = 640        # pixels of the longer side that masks are told at
FILTERED = 320       # pixels of the longer side that the guided filter's models are found at
RADIUS = 1 / 20      # of the guided filter, in widths of the photo
SMOOTHNESS = 1e-4    # of the guided filter: variance of the colours, in [0, 1], that is an edge
MARGIN = 0.005       # widths that a mask stays away from what stands: a class' edge is drawn late
RAMP = 0.03          # widths over which the speed rises from 0 beside what stands
HORIZON = 0.08       # widths over which it does so where sky meets water
SWIFTEST = 1.5       # times that a kind goes faster, at most, for its slow edges
BORDER = 0.07        # widths over which the speed into the frame falls to 0 at its border


def edge_filter(values, photo):
    """Guided filter: local linear models of maps in a photo's colours.

    A ridge is often as bright as the sky behind it, but of another colour.

    Args:
        values: float32 `(rows, columns, maps)`, at any size.
        photo: uint8 `(height, width, 1 or 3)`.

    Returns:
        float32 `(rows, columns, 4, maps)`: slopes in red, green and blue, and an offset, at a size
        of FILTERED. As they are smooth they can be enlarged, and with the colours of the whole
        photo they give maps with all of its edges.

    Reference: He et al. 2013, https://doi.org/10.1109/TPAMI.2012.213, section 3.6 (colours), and
    He and Sun 2015, https://arxiv.org/abs/1505.00996 (few pixels)
    """
    rows, columns = working_size(*photo.shape[:2], FILTERED)
    colours = to_channels(resize(photo, rows, columns), 3) / np.float32(255)
    values = cv2.resize(values, (columns, rows), interpolation=cv2.INTER_LINEAR)
    side = 2 * max(2, round(columns * RADIUS)) + 1

    def mean(x):
        flat = np.ascontiguousarray(x.reshape(rows, columns, -1))
        return cv2.boxFilter(flat, -1, (side, side), borderType=cv2.BORDER_REFLECT).reshape(x.shape)
    middle, average = mean(values), mean(colours)
    spread = mean(colours[..., :, None] * colours[..., None, :]) - (
        average[..., :, None] * average[..., None, :]) + SMOOTHNESS * np.eye(3, dtype=np.float32)
    shared = mean(colours[..., :, None] * values[..., None, :]) - (
        average[..., :, None] * middle[..., None, :])
    slopes = np.linalg.solve(spread, shared)               # (rows, columns, 3, maps)
    offset = middle - (slopes * average[..., None]).sum(axis=2)
    return mean(np.concatenate([slopes, offset[:, :, None]], axis=2))


def guided_chances(models, photo):
    """Probabilities of MOVING with the edges of a photo, a strip of rows at a time.

    Args:
        models: As `edge_filter` gives them.
        photo: uint8 `(height, width, 1 or 3)` of any size.

    Yields:
        `(slice, chances)`: rows of the photo, and float32 `(their number, width, len(MOVING))`.
    """
    flat = models.reshape(*models.shape[:2], -1)
    for part, enlarged in strips(flat, *photo.shape[:2]):
        model = enlarged.reshape(*enlarged.shape[:2], *models.shape[2:])
        chances = model[..., 3, :].copy()
        for colour in range(3):
            shade = photo[part, :, colour % photo.shape[-1], None] / np.float32(255)
            chances += model[..., colour, :] * shade
        yield part, np.clip(chances, 0, 1, out=chances)


def mask_picture(models, photo, still=(), moving=None, stands=None):
    """How far each pixel of a photo may move, uint8 `(height, width)`, white where it may.

    In the memory of a strip, unlike `motion_masks`, whose sum it is.

    Args:
        models, photo: As in `guided_chances`.
        still: Names of MOVING that stand still.
        moving: uint8 `(height, width)`: how far a person lets each pixel move, or None.
        stands: As `standing` gives it; None: found anew.
    """
    if moving is None:
        stands = _fitted(standing(models, photo) if stands is None else stands, photo)
    picture, loose = np.empty((2, *photo.shape[:2]), np.uint8)
    for part, chances in guided_chances(models, photo):
        masks = shares(chances, None if moving is None else moving[part] / np.float32(255))
        if moving is None:
            masks[stands[part] > 0] = 0
        loose[part] = total_of(masks)[..., 0] > 0
        picture[part] = np.rint(255 * total_of(held(masks, still))[..., 0])
    return picture if moving is not None else picture * without_margin(loose)


def motion_masks(models, photo, still=(), moving=None, stands=None):
    """Masks of MOVING.

    Args:
        models, photo: As in `guided_chances`.
        still: Names of MOVING that stand still.
        moving: uint8 `(height, width)`: how far a person lets each pixel move, or None.
        stands: As `standing` gives it; None: found anew.

    Returns:
        float32 `(height, width, len(MOVING))` in [0, 1], their sum too.
    """
    chances = _all_chances(models, photo)
    masks = shares(chances, None if moving is None else moving / np.float32(255))
    if moving is None:
        stands = standing(models, photo) if stands is None else stands
        masks[_fitted(stands, photo) > 0] = 0
        masks *= without_margin(total_of(masks)[..., 0] > 0)[..., None]
    return held(masks, still)


def _all_chances(models, photo):
    return np.concatenate([part for _, part in guided_chances(models, photo)])


def standing(models, photo):
    """What stands before the sky, uint8 `(rows, columns)`, 0 or 1, at a size of WORKING.

    Args:
        models, photo: As in `guided_chances`.
    """
    small = resize(photo, *working_size(*photo.shape[:2], WORKING))
    return before_sky(small, _all_chances(models, small))


def _fitted(stands, photo):
    return cv2.resize(stands, photo.shape[1::-1], interpolation=cv2.INTER_NEAREST)


def shares(chances, moving=None):
    """How far each of MOVING moves a pixel, each pixel for itself.

    Args:
        chances: Probabilities of MOVING, float32 `(height, width, len(MOVING))`.
        moving: float32 `(height, width)` in [0, 1], how far a person lets each pixel move, which
            counts more than what is likely there: the kind alone is as likely. Or None.

    Returns:
        float32 `(height, width, len(MOVING))` in [0, 1], their sum too.
    """
    masks = moving_masks(chances)
    if moving is not None:
        total = total_of(masks)
        likeliest = np.eye(len(MOVING), dtype=np.float32)[chances.argmax(axis=-1)]
        masks = np.where(total > 0, masks / np.maximum(total, 1e-6), likeliest) * moving[..., None]
    return masks


def held(masks, still):
    """Masks of MOVING without those kinds, in place."""
    masks[..., [kind in still for kind in MOVING]] = 0
    return masks


def without_margin(loose):
    """What of a mask, bool or 0 and 1, is not beside what stands, uint8 0 or 1."""
    side = 2 * round(MARGIN * loose.shape[1]) + 1
    return cv2.erode(loose.astype(np.uint8), np.ones((side, side)),
                     borderType=cv2.BORDER_REPLICATE)


def ramp(loose, widths=RAMP):
    """How fast each pixel moves for its distance from what stands, float32 `(height, width)`.

    0 beside it and 1 from some widths on, so that nothing is dragged out of what stands.

    Args:
        loose: bool `(height, width)`: what moves.
        widths: Of the photo.
    """
    loose = loose.astype(np.uint8)
    if loose.all():
        return np.ones(loose.shape, np.float32)
    padded = cv2.copyMakeBorder(loose, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]
    return smooth_rise((distance - 1) / (widths * loose.shape[1]))


def ramps(share):
    """How fast each of MOVING moves a pixel for its place, float32 `(height, width, kinds)`.

    What flows slows down beside all that is of another kind, and from farther where sky meets
    water: what is near the horizon is far away. What sways slows down beside what stands.

    Args:
        share: float32 `(height, width, len(MOVING))`, as `motion_masks` gives it.
    """
    kinds = share > share.sum(axis=-1, keepdims=True) / 2
    flows = [name in FLUID for name in MOVING]
    speeds = np.repeat(ramp(share.any(axis=-1))[..., None], len(MOVING), axis=-1)
    for kind in np.flatnonzero(flows):
        other_fluid = kinds[..., flows].any(axis=-1) & ~kinds[..., kind]
        speeds[..., kind] = ramp(kinds[..., kind]) * ramp(~other_fluid, HORIZON)
    return speeds


def gains(share):
    """How much faster each of MOVING goes where it may, so that `ramps` leave its mean speed.

    Without them a narrow sky would hardly move, whatever amount was asked of it.

    Args:
        share: As in `ramps`, at any size.

    Returns:
        float32 `(len(MOVING),)` from 1 to SWIFTEST.
    """
    left = (share * ramps(share)).sum(axis=(0, 1))
    return np.clip(share.sum(axis=(0, 1)) / np.maximum(left, 1e-6), 1, SWIFTEST)


def inflow(length, width):
    """How fast pixels may move away from the start of an axis, for their place, `(length,)`.

    0 at the border, beyond which nothing is known that could come in, and 1 from BORDER widths on.
    """
    return smooth_rise(np.arange(length, dtype=np.float32) / (BORDER * width))


def smooth_rise(x):
    """0 up to 0, 1 from 1 on, smooth between."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def working_size(height, width, longest):
    """A size of the same proportions whose longer side has at most `longest` pixels."""
    scale = min(1.0, longest / max(height, width))
    return max(2, round(height * scale)), max(2, round(width * scale))


def fitted_picture(picture, height, width):
    """A picture of what moves at a size, uint8 `(height, width)`, or None for None."""
    if picture is None:
        return None
    return to_channels(resize(picture, height, width), 1)[..., 0]
