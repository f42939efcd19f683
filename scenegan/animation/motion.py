"""Motions: where each pixel of a photo comes from at any moment, at the size of any photo.

A motion is fitted to a photo at the size of the animation, and then gives one displacement after
the other.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

import cv2
import numpy as np

from scenegan.animation import masks
from scenegan.pixels import resize
from scenegan.scenery import FLUID, MOVING, TERMS, time_basis

WORKING = 640        # pixels of the longer side that paths are followed at: what moves is smooth,
                     # and 4,000 pixels would take 40 times the time and memory
CLEAR = 0.1          # share of a kind's speed that goes one way, from which that is its direction


@dataclass(frozen=True)
class FittedMotion:
    """A motion over one photo.

    Attributes:
        moments: Function of a step in frames to an endless iterator of pairs at 0, step, 2 step
            and so on; a negative step goes back before the photo. The first of a pair is the
            displacement, float32 `(rows, columns, 2)`: where each pixel comes from, as (x, y) in
            fractions of width and height. The other one is float32 `(rows, columns, channels)` in
            gray levels, painted over that, or None.
        edge: uint8 `(height, width)` of the photo's size, a 255th of which both are multiplied by
            when they are enlarged, or None.
    """

    moments: Callable
    edge: np.ndarray | None = None


class Motion(ABC):
    """A predicted motion.

    Attributes:
        frames: How many frames it is made for, beginning with the photo.
    """

    frames: int

    @abstractmethod
    def over(self, photo):
        """The `FittedMotion` of a photo, uint8 `(height, width, 1 or 3)`."""


@dataclass(frozen=True)
class FrameMotion(Motion):
    """The motion of networks that tell each frame's displacement.

    Attributes:
        displacement: float32 `(frames, rows, columns, 2)`, as in `FittedMotion`.
        mask: float32 `(frames, rows, columns, 1)` in [0, 1].
        change: float32 `(frames, rows, columns, channels)` in [-4, 4]: `mask * change` is painted
            over the moved photo, in colours from -1 to 1. None of both where nothing is.
        strength: Times that both are applied.
        moving: As in `Dials`.
    """

    displacement: np.ndarray
    mask: np.ndarray | None = None
    change: np.ndarray | None = None
    strength: float = 1.0
    moving: np.ndarray | None = None

    @property
    def frames(self):
        return len(self.displacement)

    def over(self, photo):
        return FittedMotion(self._moments, masks.fitted_picture(self.moving, *photo.shape[:2]))

    def _moments(self, step):
        """The same motion backwards comes before the photo, without what is painted."""
        sign = np.float32(self.strength * np.sign(step))
        changes = None if step < 0 or self.mask is None else self.mask * self.change
        for index in count():
            moment = min(abs(step) * index, self.frames - 1)
            painted = None if changes is None else 127.5 * sign * _between(changes, moment)
            yield sign * _between(self.displacement, moment), painted


def _between(maps, moment):
    """Maps `(frames, ...)` at a moment between two frames."""
    index = min(int(moment), len(maps) - 2) if len(maps) > 1 else 0
    share = moment - index
    return maps[index] if not share else (1 - share) * maps[index] + share * maps[index + 1]


@dataclass(frozen=True)
class VelocityMotion(Motion):
    """The motion of networks that tell velocities: a field for each kind of thing that may move.

    Attributes:
        fields: float32 `(rows, columns, len(MOVING), TERMS, 2)` in frame widths a frame.
        chances: float32 `(rows, columns, len(CLASSES))`, probabilities of what the photo shows, at
            a size of their own.
        frames: As in `Motion`.
        still, moving: As in `Dials`.
    """

    fields: np.ndarray
    chances: np.ndarray
    frames: int
    still: tuple[str, ...] = ()
    moving: np.ndarray | None = None

    def over(self, photo):
        rows, columns = masks.working_size(*photo.shape[:2], WORKING)
        models = self._models(photo)
        share = masks.motion_masks(models, resize(photo, rows, columns), self.still,
                                   masks.fitted_picture(self.moving, rows, columns))
        terms = masked_terms(self.fields, share * masks.ramp(share.any(axis=-1))[..., None])
        edge = (self.mask_over(photo, models) > 0) * np.uint8(255)
        return FittedMotion(lambda step: follow(terms, step), edge)

    def mask_over(self, photo, models=None):
        """What may move, along a photo's edges: uint8 `(height, width)`, white where it may."""
        return masks.mask_picture(models if models is not None else self._models(photo), photo,
                                  self.still, masks.fitted_picture(self.moving, *photo.shape[:2]))

    def _models(self, photo):
        return masks.edge_filter(np.ascontiguousarray(self.chances[..., :len(MOVING)]), photo)

    def headed(self, heading):
        """The same motion with each flowing kind turned so that its mean goes one way.

        What has no clear direction stays as it is.

        Args:
            heading: Unit vector (x, y), y down.
        """
        weights = masks.moving_masks(self.chances)
        weights = resize(weights, *self.fields.shape[:2])
        fields = self.fields.copy()
        for kind in range(len(FLUID)):
            mean, speed = mean_drift(fields[:, :, kind], weights[..., kind])
            if speed and np.linalg.norm(mean) > CLEAR * speed:
                (x, y), (u, v) = mean / np.linalg.norm(mean), heading
                cosine, sine = x * u + y * v, x * v - y * u
                turn = np.array([[cosine, sine], [-sine, cosine]], np.float32)
                fields[:, :, kind] = fields[:, :, kind] @ turn
        return replace(self, fields=fields)


def mean_drift(field, weights):
    """Mean steady velocity `(2,)` and mean steady speed of a field `(rows, columns, TERMS, 2)`."""
    total = max(float(weights.sum()), 1e-6)
    steady = field[:, :, 0]
    return ((weights[..., None] * steady).sum(axis=(0, 1)) / total,
            float((weights * np.linalg.norm(steady, axis=-1)).sum() / total))


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


def follow(terms, step):
    """Integrate a velocity along the flow: where each pixel comes from, moment after moment.

    `D(p, t + step) = D(p - step v(p, t), t) - step v(p, t)`: semi-Lagrangian advection of the
    coordinates from D = 0. Velocities that would bring in what lies beyond the border fade there.

    Args:
        terms: As `masked_terms` gives them.
        step: Frames from one moment to the next, negative for the time before.

    Yields:
        Pairs as in `FittedMotion`.

    Reference: Holynski et al. 2021, eq. 1, https://arxiv.org/abs/2011.15128; Stam 1999, section
    2.3, https://doi.org/10.1145/311535.311548
    """
    _, _, rows, columns = terms.shape
    grid = np.stack(np.meshgrid(np.arange(columns, dtype=np.float32),
                                np.arange(rows, dtype=np.float32)), axis=-1)
    moved = np.zeros((rows, columns, 2), np.float32)
    flat = terms.reshape(TERMS, -1)
    for index in count():
        yield moved / np.float32([columns, rows]), None
        basis = step * time_basis([(index + 0.5) * step])[0]
        velocity = np.einsum("t,tn->n", basis, flat).reshape(2, rows, columns)
        velocity = _without_inflow(velocity).transpose(1, 2, 0)
        moved = cv2.remap(moved, grid - velocity, None, cv2.INTER_LINEAR,
                          borderMode=cv2.BORDER_REPLICATE) - velocity


def _without_inflow(velocity):
    """A velocity `(2, rows, columns)` whose parts that point inwards fade to 0 at the border."""
    _, rows, columns = velocity.shape
    from_left, from_top = (masks.inflow(length, columns) for length in (columns, rows))
    x, y = velocity
    x = np.maximum(x, 0) * from_left + np.minimum(x, 0) * from_left[::-1]
    y = np.maximum(y, 0) * from_top[:, None] + np.minimum(y, 0) * from_top[::-1, None]
    return np.stack([x, y])
