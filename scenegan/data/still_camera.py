"""Tells whether a clip's camera stands still, from the motion of what is rigid in it."""

import numpy as np

from scenegan.data.clip_motion import GRID
from scenegan.scenery import CLASSES, speed

SKY, WATER, _, RIGID, _ = range(len(CLASSES))
SURE = 0.6                 # probability from which a pixel counts as rigid
FEW = 0.01                 # of the pixels: fewer rigid ones tell nothing
QUANTILE = 0.7             # of the rigid pixels' speeds: some are water after all
STILL = 0.08               # pixels of 80 columns a frame: a camera stands still below
CAMERA = 0.15              # the same for what `camera_motion` says, which is less exact
FLUID = 0.7                # share of sky and water in whose clouds and waves, where nothing is
                           # rigid, a camera's motion cannot be told from theirs


def rigid_speed(flow, textured, probabilities):
    """How fast what is rigid and textured moves: pixels of 80 columns a frame, NaN where none is.

    Args:
        flow: `(rows, columns, TERMS, 2)`, frame widths a frame.
        textured: bool `(rows, columns)`.
        probabilities: `(rows, columns, len(CLASSES))`.
    """
    rigid = textured & (probabilities[..., RIGID] > SURE)
    if rigid.mean() <= FEW:
        return float("nan")
    return float(np.quantile(speed(flow[rigid].astype(np.float32)), QUANTILE) * GRID[1])


def stands_still(rigid, camera, shares):
    """Whether a clip's camera stands still.

    What is rigid decides; where nothing is, the camera's motion, if that can be told.

    Args:
        rigid: As `rigid_speed` gives it.
        camera: The record's camera_motion, pixels of 80 columns a frame, or None.
        shares: Of the picture, of each class.
    """
    if not np.isnan(rigid):
        return bool(rigid < STILL)
    return camera is None or shares[SKY] + shares[WATER] > FLUID or camera <= CAMERA
