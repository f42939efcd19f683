"""A folder of small clips, and a stage to be trained on them."""

from dataclasses import replace

import numpy as np

from scenegan.data.augmentation import Augmentation
from scenegan.data.store import ClipWriter
from scenegan.presets import STAGES

SPEC = replace(STAGES[min(STAGES)], frames=4, height=6, width=10, channels=3)
SHAPE = (4, 12, 20, 3)


def write_store(folder, count=10, shape=SHAPE, validation=2):
    """Clips of random pixels; the last ones validate."""
    folder.mkdir(exist_ok=True)
    writer = ClipWriter(folder)
    rng = np.random.default_rng(0)
    for index in range(count):
        split = "validation" if index >= count - validation else "train"
        writer.add(rng.integers(0, 256, shape, np.uint8), {"split": split})
    writer.close()
    return folder


def save_shard(folder, clips):
    np.save(folder / "clips-00000.npy", clips)


EVERYTHING = Augmentation(crop=0.6, brightness=0.2, contrast=0.3, saturation=0.5, hue=0.1,
                          reverse=True)
