"""What a person may turn of a motion, and what the seed draws of it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from scenegan.errors import InputError
from scenegan.pixels import LUMA
from scenegan.scenery import MOVING
from scenegan.specs import NOISE_SIZE

STRONGEST = 10.0     # times the usual speed: more only tears
WIDTH = 80           # pixels of the frame that AMOUNTS are told at
AMOUNTS = {"sky": (0.24, 0.45), "water": (0.3, 0.54), "plants": (0.05, 0.1)}   # pixels a frame
LEAN = 5             # degrees, at most, that water falls beside straight down
TURNS = 4            # turns of the noise between a photo with a black quarter and one with a white


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
        quarters: As `quarters_of` gives them of the whole photo, where a part of it is animated.
            None: of what is animated.

    Raises:
        InputError: If a value is none.
    """

    strength: float = 1.0
    direction: float | None = None
    still: tuple[str, ...] = ()
    moving: np.ndarray | None = None
    quarters: np.ndarray | None = None

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


def draw(seed, photo, dials, falls=False):
    """Draw one motion of a photo.

    Two photos with the same seed get different ones, so that they do not move alike. What differs
    follows the brightness of the photo's quarters without a jump: decoded at another size, by
    another program or compressed anew, a photo keeps its motion.

    Args:
        seed: Whole number from 0; None draws another motion each time.
        photo: uint8 `(height, width, 1 or 3)`.
        dials: `Dials`.
        falls: Whether its water falls: then it goes down, unless the dials say where to.

    Returns:
        `Draw`.
    """
    quarters = quarters_of(photo) if dials.quarters is None else dials.quarters
    rng = np.random.default_rng(seed)
    pairs = rng.standard_normal((len(quarters), 2, NOISE_SIZE))
    angles = 2 * np.pi * TURNS * quarters
    noise = (np.cos(angles) @ pairs[:, 0] + np.sin(angles) @ pairs[:, 1]) / len(quarters) ** 0.5
    low, high = np.log(np.array([AMOUNTS[kind] for kind in MOVING]) / WIDTH).T
    place = rng.uniform(0, 2, len(MOVING)) + 2 * TURNS * quarters.mean()
    amount = np.exp(low + (high - low) * np.abs(place % 2 - 1)) * dials.strength
    amount[[kind in dials.still for kind in MOVING]] = 0
    lean = math.radians(LEAN) * rng.uniform(-1, 1)
    direction = np.zeros((len(MOVING), 2), np.float32)
    if dials.direction is not None:
        direction[:] = dials.heading
    elif falls:
        direction[MOVING.index("water")] = math.sin(lean), math.cos(lean)
    return Draw(noise.astype(np.float32), amount.astype(np.float32), direction)


def quarters_of(photo):
    """Mean brightness of a photo's quarters, float64 `(4,)` in [0, 1].

    Args:
        photo: uint8 `(height, width, 1 or 3)`.
    """
    height, width, channels = photo.shape
    colours = [cv2.mean(photo[rows, columns])[:channels]
               for rows in (slice(height // 2), slice(height // 2, None))
               for columns in (slice(width // 2), slice(width // 2, None))]
    return np.array(colours) @ (LUMA if channels == 3 else np.ones(1)) / 255
