"""Stages small enough to train in a test."""

from dataclasses import replace

import numpy as np

from scenegan.presets import stage
from scenegan.specs import NOISE_SIZE

TINY = {1: {"height": 12, "width": 20}, 2: {"height": 23, "width": 40},
        3: {"height": 46, "width": 80}}


def tiny_stage(number, channels=3, preset="displacement"):
    """A stage of a preset with few frames, pixels and features."""
    return replace(stage(number, channels, preset), frames=8, features=4, batch_size=2,
                   **TINY[number])


def train_tiny(number, run, clips, **settings):
    """Train a tiny stage two steps, or as the settings say; `spec` and `fresh` beside them.

    Returns:
        (path of the generator, steps done).
    """
    from scenegan.training.run.settings import Settings
    from scenegan.training.session import train
    spec = settings.pop("spec", None) or tiny_stage(number)
    fresh = settings.pop("fresh", False)
    settings = {"steps": 2, "batch_size": 2, "validate_every": 2, "save_every": 2,
                "loss": next(iter(spec.losses))} | settings
    return train(spec, clips, run, Settings(**settings), fresh)[:2]


def examples(spec, count=2, seed=0):
    random = np.random.default_rng(seed)
    photo = random.uniform(-1, 1, (count, *spec.shape[1:])).astype(np.float32)
    return photo, random.standard_normal((count, NOISE_SIZE)).astype(np.float32)


def shake(model, seed=0):
    """Give every weight, zeros included, a small random value, as training would."""
    random = np.random.default_rng(seed)
    for variable in model.trainable_variables:
        variable.assign_add(random.normal(0, 0.05, variable.shape))
