"""What a person may turn of a motion, and what the seed draws of it."""

import math
import zlib
from dataclasses import dataclass

import cv2
import numpy as np

from scenegan.errors import InputError
from scenegan.pixels import LUMA
from scenegan.scenery import MOVING
from scenegan.specs import NOISE_SIZE

STRONGEST = 10.0     # times the usual speed: more only tears
WIDTH = 80           # pixels of the frame that AMOUNTS are told at
AMOUNTS = {"sky": (0.15, 0.3), "water": (0.19, 0.38), "plants": (0.02, 0.045)}   # pixels a frame
THUMBNAIL = 8        # pixels along the sides of what a photo is known by
LEVELS = 16          # and its levels of gray


@dataclass(frozen=True, kw_only=True)
class Dials:
    """What a person asked of a motion. By default nothing.

    Attributes:
        strength: Times the usual speed.
        direction: Degrees that sky and water move to: 0 is right, 90 up. None leaves it to the
            seed.
        still: Names of MOVING that stand still.
        moving: uint8 picture `(height, width, channels)` of the photo's proportions, black where
            it stands still and white where it moves, whatever the network sees there.

    Raises:
        InputError: If a value is none.
    """

    strength: float = 1.0
    direction: float | None = None
    still: tuple[str, ...] = ()
    moving: np.ndarray | None = None

    def __post_init__(self):
        if not 0 <= self.strength <= STRONGEST:
            raise InputError(f"strength must be a number from 0 to {STRONGEST:g}. "
                             f"Received: {self.strength}.")
        if self.direction is not None and not math.isfinite(self.direction):
            raise InputError(f"direction must be a number of degrees. Received: {self.direction}.")
        if unknown := set(self.still) - set(MOVING):
            raise InputError(f"What stands still must be of {', '.join(MOVING)}. "
                             f"Received: {', '.join(sorted(unknown))}.")

    @property
    def heading(self):
        """Unit vector (x, y), y down, of `direction`, which must not be None."""
        angle = math.radians(self.direction)
        return np.array([math.cos(angle), -math.sin(angle)], np.float32)


@dataclass(frozen=True)
class Draw:
    """What a velocity network is given beside a photo and its masks.

    Attributes:
        noise: float32 `(NOISE_SIZE,)`.
        amount: float32 `(len(MOVING),)`, mean speed of each kind in frame widths a frame.
        direction: float32 `(len(MOVING), 2)`, unit vectors, or 0 to leave it to the noise.
    """

    noise: np.ndarray
    amount: np.ndarray
    direction: np.ndarray


def draw(seed, photo, dials):
    """Draw one motion of a photo.

    Two photos with the same seed get different ones, so that they do not move alike.

    Args:
        seed: Whole number from 0; None draws another motion each time.
        photo: uint8 `(height, width, 1 or 3)`.
        dials: `Dials`.

    Returns:
        `Draw`.
    """
    rng = np.random.default_rng(None if seed is None else (seed, fingerprint(photo)))
    noise = rng.standard_normal(NOISE_SIZE).astype(np.float32)
    low, high = np.log(np.array([AMOUNTS[kind] for kind in MOVING]) / WIDTH).T
    amount = np.exp(rng.uniform(low, high)) * dials.strength
    amount[[kind in dials.still for kind in MOVING]] = 0
    direction = np.zeros((len(MOVING), 2), np.float32)
    if dials.direction is not None:
        direction[:] = dials.heading
    return Draw(noise, amount.astype(np.float32), direction)


def fingerprint(photo):
    """A number that stands for a photo: of its thumbnail, 8x8 pixels of 16 grays."""
    small = cv2.resize(photo, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    gray = small @ LUMA if small.ndim == 3 else small
    return zlib.crc32((gray * LEVELS // 256).astype(np.uint8).tobytes())
