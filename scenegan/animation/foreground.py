"""What stands before the sky and is too small for the segmenter: stalks, wires, masts, the sun."""

from functools import reduce

import cv2
import numpy as np

from scenegan.scenery import FLUID, MOVING, moving_masks

THIN = 0.01          # radius of the closing, in widths: what is thinner than twice that is thin
DARK = 30            # gray levels that it is darker than the sky around it in one of the colours
LONG = 0.04          # widths that it is long; cloud has no such threads
TOUCH = 0.015        # widths from what stands, at most, that it begins at
SKYWARDS = 0.3       # part of it that is before the sky, at least; the rest may be before water
BLOWN = 252          # gray levels, in all colours, from which on the sky may be the sun
DISC = 0.15          # widths that the sun is wide and high, at most
WHOLE = 0.8          # part of all that is as bright that is in it, at least
FULL = 0.6           # part of the box around it that is, at least
SKY = MOVING.index("sky")


def before_sky(photo, chances):
    """Where something stands before the sky.

    Thin things are found by a morphological closing, which fills what is dark and narrow. A dark
    gap in the clouds is narrow too, but short, or far from the ground. The sun is one compact
    spot that no colour is left in; the glow around it stands with it.

    Args:
        photo: uint8 `(height, width, 1 or 3)`.
        chances: Probabilities of MOVING, float32 `(height, width, len(MOVING))`.

    Returns:
        uint8 `(height, width)`, 1 where it stands.

    Reference: Serra 1982, Image Analysis and Mathematical Morphology, chapter XII (top hat)
    """
    masks = moving_masks(chances)
    fluid = masks[..., :len(FLUID)].sum(axis=-1)
    sky = masks[..., SKY] > fluid / 2
    return (_thin(photo, sky, fluid > 0) | _sun(photo, sky)).astype(np.uint8)


def _thin(photo, sky, fluid):
    """What is thin before the sky and begins at what does not flow, bool `(height, width)`."""
    width = photo.shape[1]
    closed = cv2.morphologyEx(photo, cv2.MORPH_CLOSE, _square(THIN * width))
    darker = reduce(cv2.max, cv2.split(cv2.subtract(closed, photo)))     # closed is nowhere less
    dark = (darker > DARK) & fluid
    _, parts, boxes, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8))
    ground = cv2.dilate((~fluid).astype(np.uint8), _square(TOUCH * width)).astype(bool)
    before = np.bincount(parts[sky], minlength=len(boxes)) / boxes[:, cv2.CC_STAT_AREA]
    kept = (_sides(boxes).max(axis=1) >= LONG * width) & (before >= SKYWARDS)
    kept &= np.bincount(parts[dark & ground], minlength=len(boxes)) > 0
    return kept[parts] & dark


def _sun(photo, sky):
    """The sun and as much around it as it is large, bool `(height, width)`."""
    bright = sky & (reduce(cv2.min, cv2.split(photo)) >= BLOWN)
    _, parts, boxes, _ = cv2.connectedComponentsWithStats(bright.astype(np.uint8))
    sizes = np.bincount(parts[bright], minlength=len(boxes))
    largest = sizes.argmax()
    sides, size = _sides(boxes)[largest], sizes[largest]
    if (size < WHOLE * sizes.sum() or size < FULL * sides.prod() or not size
            or sides.max() > DISC * photo.shape[1]):
        return np.zeros(sky.shape, bool)
    return cv2.dilate((parts == largest).astype(np.uint8), _square(sides.max() / 2)).astype(bool)


def _sides(boxes):
    """Widths and heights of connected components, `(n, 2)`."""
    return boxes[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]


def _square(radius):
    return np.ones(2 * (2 * round(radius) + 1,), np.uint8)
