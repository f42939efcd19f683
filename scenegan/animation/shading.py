"""The large gradients of sky and water, which stay while what is in them moves on."""

import cv2
import numpy as np

from scenegan.animation.masks import working_size
from scenegan.pixels import resize
from scenegan.scenery import FLUID

LONGEST = 80         # pixels of the longer side that gradients are fitted and told at
POWERS = [(i, j) for i in range(4) for j in range(4 - i)]    # of x and y in a cubic polynomial


class Shading:
    """The colour of sky and of water as a cubic polynomial of the place, each fitted to a photo.

    The sky is darker above and away from the sun. Where its pixels come from elsewhere they
    bring the light of there, and at the border two phases of a motion would not agree.

    Args:
        photo: uint8 `(height, width, channels)`.
        share: float32 `(rows, columns, len(MOVING))`, how much of each kind moves a pixel.
    """

    def __init__(self, photo, share):
        rows, columns = working_size(*photo.shape[:2], LONGEST)
        weights = cv2.resize(share, (columns, rows), interpolation=cv2.INTER_AREA)
        self.weights = weights[..., :len(FLUID)] / np.maximum(
            weights.sum(axis=-1, keepdims=True), 1e-6)
        self.positions = np.stack(np.meshgrid((np.arange(columns) + 0.5) / columns,
                                              (np.arange(rows) + 0.5) / rows), axis=-1)
        basis = polynomial(self.positions).reshape(rows * columns, -1)
        colours = resize(photo, rows, columns).reshape(rows * columns, -1)
        self.factors = [least_squares(basis, colours, weights[..., kind].reshape(-1, 1))
                        for kind in range(len(FLUID))]
        self.at_rest = self._colours(self.positions)

    def change(self, displacement):
        """What light has to be added to what a displacement brings, in gray levels.

        Args:
            displacement: As in `FittedMotion`.

        Returns:
            float32 `(rows, columns, channels)`.
        """
        rows, columns = self.positions.shape[:2]
        displacement = cv2.resize(displacement, (columns, rows), interpolation=cv2.INTER_AREA)
        sources = np.clip(self.positions + displacement, 0, 1)
        return (self.at_rest - self._colours(sources)).astype(np.float32)

    def _colours(self, positions):
        basis = polynomial(positions)
        return sum(self.weights[..., kind, None] * (basis @ factors)
                   for kind, factors in enumerate(self.factors))


def polynomial(positions):
    """Terms of a cubic polynomial of positions `(rows, columns, 2)` in [0, 1], `(..., 10)`."""
    x, y = (np.cumprod([np.ones_like(along), *[along] * 3], axis=0)
            for along in (2 * positions - 1).transpose(2, 0, 1))
    return np.stack([x[i] * y[j] for i, j in POWERS], axis=-1)


def least_squares(basis, values, weights):
    """Factors `(terms, channels)` of a basis that fit weighted values best, the least of them.

    Args:
        basis: `(places, terms)`, of a few terms.
        values: `(places, channels)`.
        weights: `(places, 1)`, 0 or more.
    """
    weighted = (basis * weights).T
    return np.linalg.pinv(weighted @ basis, rcond=1e-12, hermitian=True) @ (weighted @ values)
