"""Predictors: what tells a photo's motion. Which one a file holds, its suffix says."""

import importlib
from abc import ABC, abstractmethod
from pathlib import Path

from scenegan.checkpoints import check_file, find_animating
from scenegan.files import onnx_files

# Suffix of a file -> the module whose `load(path)` makes a predictor of it.
PREDICTORS = {".keras": "scenegan.animation.keras_predictor",
              ".onnx": "scenegan.animation.onnx_predictor"}


class Predictor(ABC):
    """What predicts the motion of photos.

    Attributes:
        height, width, channels: Of the network's own animations.
        supersampling: Times that size that small animations are rendered at.
        lacks: What means nothing to it, of "seed", "direction" and "still".
    """

    supersampling = 2
    lacks = ()

    height: int
    width: int
    channels: int

    @abstractmethod
    def motion(self, photo, seed, dials):
        """Predict one motion.

        Args:
            photo: uint8 `(height, width, 3)`, RGB, of any proportions. All of it is looked at.
            seed: Whole number from 0 that picks it; None for another one each time.
            dials: `Dials`. `moving` is of the photo's proportions.

        Returns:
            `Motion`.

        Raises:
            InputError: If the network gives no finite numbers, or cannot do what is asked.
        """

    @abstractmethod
    def mask(self, photo, dials):
        """What may move: uint8 `(height, width)` of a photo of any proportions, white if it may."""


def find_checked(name=None):
    """Path of what animates, from what a person calls it, looked at without loading it.

    Raises:
        InputError: If it is missing, damaged or something else, as far as that is seen.
    """
    path = Path(find_animating(name))
    if path.suffix.lower() == ".onnx":
        onnx_files.read(path)
        return path
    return check_file(path)


def load_predictor(path=None):
    """Load a predictor.

    Args:
        path: A file, or a shipped generator's name; None for the shipped one.

    Raises:
        InputError: If it is missing, damaged or something else.
    """
    path = Path(find_animating(path))
    module = PREDICTORS.get(path.suffix.lower(), PREDICTORS[".keras"])
    return importlib.import_module(module).load(path)
