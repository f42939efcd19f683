"""Motions: where each pixel of a photo comes from at any moment, at the size of any photo.

A motion is fitted to a photo at the size of the animation, and then tells displacements.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from scenegan.animation import masks
from scenegan.animation.paths import FOLLOWED, Path, masked_terms
from scenegan.animation.shading import Shading
from scenegan.pixels import resize
from scenegan.scenery import FLUID, MOVING, PERIOD

REACH = 1.25         # times the frames that a network was trained for that its velocities hold
FARTHEST = 0.2      # widths that most of what flows may go before too little is known of it
MOST = 0.9           # share of the pixels that is most of them
FEWEST = 6           # frames that it goes on in any case
CLEAR = 0.1          # share of a kind's speed that goes one way, from which that is its direction


@dataclass(frozen=True)
class FittedMotion:
    """A motion over one photo.

    Attributes:
        at: Function of a moment in frames, negative before the photo, to a pair. The first one is
            the displacement, float32 `(rows, columns, 2)`: where each pixel comes from, as (x, y)
            in fractions of width and height. The other one is float32 `(rows, columns, channels)`
            in gray levels, painted over that, or None.
        edge: uint8 `(height, width)` of the photo's size, 0 where nothing moves, or None.
    """

    at: Callable
    edge: np.ndarray | None = None


class Motion(ABC):
    """A predicted motion.

    Attributes:
        frames: How many frames it is made for, beginning with the photo.
        reach: Frames that it is known for, either way.
        endless: Whether it is known for longer than that, less well.
    """

    frames: int
    reach: float
    endless = False

    @abstractmethod
    def over(self, photo, period=PERIOD):
        """The `FittedMotion` of a photo.

        Args:
            photo: uint8 `(height, width, 1 or 3)`.
            period: As in `Path`, where something sways.
        """


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

    @property
    def reach(self):
        return self.frames

    def over(self, photo, period=PERIOD):
        size = masks.working_size(*photo.shape[:2], FOLLOWED)
        share = masks.fitted_picture(self.moving, *size)
        share = 1 if share is None else (share / np.float32(255))[..., None]
        edge = masks.fitted_picture(self.moving, *photo.shape[:2])
        return FittedMotion(lambda moment: self._at(moment, size, share), edge)

    def _at(self, moment, size, share):
        """The same motion backwards comes before the photo, without what is painted."""
        sign = np.float32(-self.strength if moment < 0 else self.strength)
        frame = min(abs(moment), self.frames - 1)
        painted = None
        if moment > 0 and self.mask is not None:
            painted = share * smooth(127.5 * sign * _between(self.mask * self.change, frame), *size)
        return share * smooth(sign * _between(self.displacement, frame), *size), painted


def smooth(maps, rows, columns):
    """Coarse maps enlarged to where straight lines between them will do, by cubic splines."""
    if rows <= maps.shape[0] and columns <= maps.shape[1]:
        return maps
    return cv2.resize(maps, (columns, rows), interpolation=cv2.INTER_CUBIC).reshape(
        rows, columns, maps.shape[-1])


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

    endless = True

    @property
    def reach(self):
        weights = resize(masks.moving_masks(self.chances), *self.fields.shape[:2])
        steady = np.linalg.norm((weights[..., None] * self.fields[:, :, :, 0]).sum(axis=2), axis=-1)
        fast = float(np.quantile(steady[steady > 0], MOST)) if steady.any() else 0.0
        return float(np.clip(FARTHEST / max(fast, 1e-9), FEWEST, REACH * self.frames))

    def over(self, photo, period=PERIOD):
        rows, columns = masks.working_size(*photo.shape[:2], masks.WORKING)
        models, small = self._models(photo), resize(photo, rows, columns)
        stands = None if self.moving is not None else masks.standing(models, small)
        share = masks.motion_masks(models, small, self.still,
                                   masks.fitted_picture(self.moving, rows, columns), stands)
        paths = masks.working_size(*photo.shape[:2], FOLLOWED)
        terms = masked_terms(self.fields, resize(share * masks.ramps(share), *paths))
        edge = self.mask_over(photo, models, stands)
        path, shading = Path(terms, period), Shading(photo, share)

        def at(moment):
            displacement = path.at(moment)
            return displacement, shading.change(displacement) if moment else None
        return FittedMotion(at, edge)

    def mask_over(self, photo, models=None, stands=None):
        """What may move, along a photo's edges: uint8 `(height, width)`, white where it may."""
        return masks.mask_picture(models if models is not None else self._models(photo), photo,
                                  self.still, masks.fitted_picture(self.moving, *photo.shape[:2]),
                                  stands)

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
