"""Whether the water of a photo falls: falling water has upright streaks, waves have level ones."""

import cv2
import numpy as np

from scenegan.animation.masks import working_size
from scenegan.pixels import resize, to_channels
from scenegan.scenery import CLASSES, FIRMEST

STREAKS = 160        # pixels of the longer side that streaks are looked for at
SHORE = 5            # pixels: side of the square that water is eroded by, for a shore is no streak
UPRIGHT = 0.45       # share of the squared slopes that goes across, from which water falls
LITTLE = 60          # pixels of water, of fewer nothing is told


def water_falls(photo, chances):
    """Whether the brightness of a photo's water varies across as much as down, as in streaks that
    stand upright.

    Of labelled photos and videos this is so for four of five waterfalls and for one of nine other
    waters: lakes that mirror trees, and what the sun draws on the sea.

    Args:
        photo: uint8 `(height, width, 1 or 3)`.
        chances: float32 `(rows, columns, len(CLASSES))`, as `segmentation.probabilities` gives
            them.

    Reference: Bigun and Granlund 1987, structure tensor; here without its mixed term
    """
    rows, columns = working_size(*photo.shape[:2], STREAKS)
    water = cv2.resize(np.ascontiguousarray(chances[..., CLASSES.index("water")]),
                       (columns, rows), interpolation=cv2.INTER_LINEAR)
    water = cv2.erode((water > FIRMEST).astype(np.uint8), np.ones((SHORE, SHORE)),
                      borderType=cv2.BORDER_REPLICATE) > 0
    if water.sum() < LITTLE:
        return False
    gray = to_channels(resize(photo, rows, columns), 1)[..., 0]
    across, down = (np.square(cv2.Sobel(gray, cv2.CV_32F, *order)[water]).sum()
                    for order in ((1, 0), (0, 1)))
    return bool(across > UPRIGHT * (across + down))
