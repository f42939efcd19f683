"""Where each pixel of a photo comes from at any moment, along velocities that are known."""

from functools import partial
from itertools import count

import cv2
import numpy as np

from scenegan.animation import masks
from scenegan.scenery import PERIOD, TERMS, time_basis

FOLLOWED = 320       # pixels of the longer side that paths are followed at: what moves is smooth,
                     # and 4,000 pixels would take 150 times the time and memory


class Path:
    """Displacements along a velocity, at any moment.

    Args:
        terms: As `masked_terms` gives them.
        period: Frames in which what sways comes back.
    """

    def __init__(self, terms, period=PERIOD):
        # A loop's phase before the photo is asked for from its far end, the one after it in turn.
        self._before = _Followed(partial(follow, terms, -1.0, period), keep=True)
        self._after = _Followed(partial(follow, terms, 1.0, period), keep=False)

    def at(self, moment):
        """The displacement at a moment in frames, float32 `(rows, columns, 2)`."""
        followed, index = self._before if moment < 0 else self._after, int(abs(moment))
        share, here = abs(moment) - index, followed[index]
        return here if not share else (1 - share) * here + share * followed[index + 1]


class _Followed:
    """What an iterator yields, by its number.

    Args:
        begin: Function that gives the iterator.
        keep: Whether all is kept. Otherwise the last two are, until an earlier one is asked for:
            then all is made anew, and kept.
    """

    def __init__(self, begin, keep):
        self.begin, self.keep = begin, keep
        self._begin()

    def _begin(self):
        self.iterator, self.first, self.kept = self.begin(), 0, []

    def __getitem__(self, index):
        if index < self.first:
            self.keep = True
            self._begin()
        while self.first + len(self.kept) <= index:
            self.kept.append(next(self.iterator))
            if not self.keep and len(self.kept) > 2:
                del self.kept[0]
                self.first += 1
        return self.kept[index - self.first]


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
