"""A predictor worked by hand: each kind moves evenly, as fast as it is told, without a network."""

import numpy as np

from scenegan.animation.dials import draw
from scenegan.animation.motion import FrameMotion, VelocityMotion
from scenegan.animation.predictors import Predictor
from scenegan.scenery import CLASSES, MOVING, TERMS


class EvenPredictor(Predictor):
    """Sky above, water in the middle, what is rigid below; it sways a little, too."""

    height, width, channels = 45, 80, 3

    def __init__(self):
        self.chances = np.zeros((48, 64, len(CLASSES)), np.float32)
        self.chances[:20, :, 0] = self.chances[20:36, :, 1] = self.chances[36:, :, 3] = 1
        self.asked = []

    def motion(self, photo, seed, dials):
        self.asked.append((photo.shape, seed, dials))
        drawn = draw(seed, photo, dials)
        fields = np.zeros((23, 40, len(MOVING), TERMS, 2), np.float32)
        waves = np.sin(np.arange(40) / 5)[:, None] * [0.2, 0.5]
        for kind, (amount, way) in enumerate(zip(drawn.amount, drawn.direction, strict=True)):
            turn = drawn.noise[:2] / np.linalg.norm(drawn.noise[:2])
            fields[:, :, kind, 0] = amount * (way if way.any() else turn)
            fields[:, :, kind, 2] = amount * waves
        return VelocityMotion(fields, self.chances, 32, dials.still, dials.moving)

    def mask(self, photo, dials):
        return VelocityMotion(None, self.chances, 32, dials.still, dials.moving).mask_over(photo)


class PaintingPredictor(Predictor):
    """As a generator of clips: it makes the left half of the photo brighter, frame by frame."""

    height, width, channels, supersampling = 16, 16, 3, 1
    lacks = ("seed", "direction", "still")

    def motion(self, photo, seed, dials):
        change = np.zeros((32, 16, 16, 3), np.float32)
        change[:, :, :8] = np.linspace(0, 0.8, 32)[:, None, None, None]
        return FrameMotion(np.zeros((32, 16, 16, 2), np.float32), np.ones_like(change[..., :1]),
                           change, strength=dials.strength, moving=dials.moving)

    def mask(self, photo, dials):
        raise NotImplementedError
