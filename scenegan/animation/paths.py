"""Where each pixel of a photo comes from at any moment, along velocities that are known."""

from itertools import count

import cv2
import numpy as np

from scenegan.animation import masks
from scenegan.scenery import PERIOD, TERMS, time_basis

FOLLOWED = 320       # pixels of the longer side that paths are followed at: what moves is smooth,
                     # and 4,000 pixels would take 150 times the time and memory


class Path:
    """Displacements along a velocity, at any moment, each followed once and kept.

    Args:
        terms: As `masked_terms` gives them.
        period: Frames in which what sways comes back.
    """

    def __init__(self, terms, period=PERIOD):
        self._following = {sign: follow(terms, sign, period) for sign in (1.0, -1.0)}
        self._kept = {1.0: [], -1.0: []}

    def at(self, moment):
        """The displacement at a moment in frames, float32 `(rows, columns, 2)`."""
        sign = -1.0 if moment < 0 else 1.0
        kept, index = self._kept[sign], int(abs(moment))
        share = abs(moment) - index
        while len(kept) < index + (2 if share else 1):
            kept.append(next(self._following[sign]))
        if not share:
            return kept[index]
        return (1 - share) * kept[index] + share * kept[index + 1]


def masked_terms(fields, share):
    """What moves each pixel, `(TERMS, 2, rows, columns)` in pixels a frame.

    Args:
        fields: As in `VelocityMotion`.
        share: float32 `(rows, columns, len(MOVING))`, how much of each field applies.
    """
    rows, columns, kinds = share.shape
    terms = np.zeros((rows, columns, 2 * TERMS), np.float32)
    for kind in range(kinds):
        if share[..., kind].any():
            field = np.ascontiguousarray(fields[:, :, kind]).reshape(*fields.shape[:2], 2 * TERMS)
            terms += share[..., kind:kind + 1] * cv2.resize(
                field.astype(np.float32), (columns, rows), interpolation=cv2.INTER_CUBIC)
    return columns * np.ascontiguousarray(terms.transpose(2, 0, 1)).reshape(TERMS, 2, rows, columns)


def follow(terms, step, period=PERIOD):
    """Integrate a velocity along the flow: where each pixel comes from, moment after moment.

    `D(p, t + step) = D(p - step v(p, t), t) - step v(p, t)`: semi-Lagrangian advection of the
    coordinates from D = 0. Velocities that would bring in what lies beyond the border fade there.

    Args:
        terms: As `masked_terms` gives them.
        step: Frames from one moment to the next, negative for the time before.
        period: Frames in which what sways comes back.

    Yields:
        Displacements as in `FittedMotion`, at 0, step, 2 step and so on.

    Reference: Holynski et al. 2021, eq. 1, https://arxiv.org/abs/2011.15128; Stam 1999, section
    2.3, https://doi.org/10.1145/311535.311548
    """
    _, _, rows, columns = terms.shape
    grid = np.stack(np.meshgrid(np.arange(columns, dtype=np.float32),
                                np.arange(rows, dtype=np.float32)), axis=-1)
    moved = np.zeros((rows, columns, 2), np.float32)
    flat = terms.reshape(TERMS, -1)
    for index in count():
        yield cv2.multiply(moved, (1 / columns, 1 / rows, 0, 0))
        basis = step * time_basis([(index + 0.5) * step * PERIOD / period])[0]
        velocity = np.einsum("t,tn->n", basis, flat).reshape(2, rows, columns)
        velocity = cv2.merge(_without_inflow(velocity))
        moved = cv2.remap(moved, grid - velocity, None, cv2.INTER_LINEAR,
                          borderMode=cv2.BORDER_REPLICATE) - velocity


def _without_inflow(velocity):
    """Both parts of a velocity `(2, rows, columns)`, which fade at a border that they leave."""
    _, rows, columns = velocity.shape
    from_left, from_top = (masks.inflow(length, columns) for length in (columns, rows))
    x, y = velocity
    x = np.maximum(x, 0) * from_left + np.minimum(x, 0) * from_left[::-1]
    y = np.maximum(y, 0) * from_top[:, None] + np.minimum(y, 0) * from_top[::-1, None]
    return x, y
