"""Clips a second that the loader gives, against what a training takes.

    python benchmarks/loader.py [--threads 1] [--stage1 0.035] [--stage2 0.105]

Batches of 8 from 160x90 RGB clips of random pixels in a folder of their own, which the system
keeps in memory; `motion` is with targets, random ones too. Each thread makes every n-th batch on
one core. A training's seconds a clip are those of `benchmarks/train_step.py` on two cores; give
others for another machine. Rounds of all rows are taken in turn, and figures are of medians.
"""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import cv2
import numpy as np

from scenegan.data.augmentation import Augmentation
from scenegan.data.batches import Batches
from scenegan.data.clip_motion import GRID
from scenegan.data.motion_targets import Target
from scenegan.data.store import ClipStore, ClipWriter
from scenegan.presets import stage
from scenegan.scenery import CLASSES, TERMS

SHAPE = (32, 90, 160, 3)
CLIPS = 64
BATCH = 8
AUGMENTATIONS = {
    "none": Augmentation(flip=False),
    "flip, crop": Augmentation(crop=0.8),
    "all": Augmentation(crop=0.8, brightness=0.1, contrast=0.2, saturation=0.2, hue=0.05,
                        reverse=True),
}


class RandomTargets:
    """The same target for every clip, whose camera stands still."""

    def __init__(self):
        random = np.random.default_rng(0)
        self.still = np.ones(CLIPS, bool)
        self.target = Target(random.normal(0, 0.01, (*GRID, TERMS, 2)).astype(np.float32),
                             random.random(GRID, np.float32),
                             random.dirichlet(np.ones(len(CLASSES)), GRID).astype(np.float32))

    def __getitem__(self, index):
        return self.target


def write_clips(folder):
    writer = ClipWriter(folder)
    random = np.random.default_rng(0)
    for _ in range(CLIPS):
        writer.add(random.integers(0, 256, SHAPE, np.uint8), {"split": "train"})
    writer.close()


def measure(rows, threads, steps, rounds):
    """Median clips/s of each of some `Batches`, in a dict under the same keys."""
    rates = {name: [] for name in rows}
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(rounds + 1):                      # the first one warms up
            for name, batches in rows.items():
                start = time.perf_counter()
                list(pool.map(batches.__getitem__, range(steps)))
                rates[name].append(steps * BATCH / (time.perf_counter() - start))
    return {name: statistics.median(values[1:]) for name, values in rates.items()}


@click.command()
@click.option("--threads", default=1, show_default=True, help="Threads that make batches.")
@click.option("--steps", default=32, show_default=True, help="Batches of each row in a round.")
@click.option("--rounds", default=7, show_default=True, help="Rounds.")
@click.option("--stage1", default=0.035, show_default=True, help="Training's seconds a clip.")
@click.option("--stage2", default=0.105, show_default=True, help="Training's seconds a clip.")
def main(threads, steps, rounds, stage1, stage2):
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        write_clips(Path(folder))
        store = ClipStore(folder)
        rows = {(number, f"{name}{', motion' * (targets is not None)}"):
                Batches(store, stage(number), "train", BATCH, 0, augmentation=settings,
                        targets=targets)
                for number in (1, 2) for name, settings in AUGMENTATIONS.items()
                for targets in (None, RandomTargets())}
        rates = measure(rows, threads, steps, rounds)
    click.echo("| stage | augmentation | clips/s | times the training's |\n|---|---|---|---|")
    for (number, name), rate in rates.items():
        seconds = {1: stage1, 2: stage2}[number]
        click.echo(f"| {number} | {name} | {rate:.0f} | {rate * seconds:.0f} |")


if __name__ == "__main__":
    main()
