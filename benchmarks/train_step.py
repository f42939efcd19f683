"""Time of one training step a clip: this project's stages against `scene-reference`'s second.

    python benchmarks/train_step.py [--steps 7]

A step of a stage is one update of the discriminator and one of the generator and of its
average, on clips that are already in memory. A step of the reference is what the original
does: stage 1's clip is generated, then one update of the discriminator (the scores of both
stages' mixed by alpha) and one of the generator, both by mean squared error. Rounds of all
rows are taken in turn, and ratios are of medians, so that a machine's drift cancels.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from functools import partial

import click
import numpy as np
import tensorflow as tf
from in_turn import medians_in_turn, show_table, timed
from reference_training import BATCH as REFERENCE_BATCH
from reference_training import Reference
from steps import example_batch, in_memory, make_step, one_step

from scenegan.presets import stage


def our_step(number, loss, preset="scene"):
    """(function that does one step, clips in it)."""
    spec = stage(number, preset=preset)
    step, batch = make_step(spec, loss), in_memory(example_batch(spec))
    return lambda: one_step(step, batch), spec.batch_size


def reference_step():
    """The same for the second stage of the original networks."""
    trained = Reference(2)
    real = np.random.default_rng(0).uniform(-1, 1, (REFERENCE_BATCH, 45, 80, 32, 1))
    real, alpha = tf.constant(real, tf.float32), tf.fill((REFERENCE_BATCH, 1), 0.75)
    return lambda: float(trained.step(real, alpha)[0]), REFERENCE_BATCH


ROWS = {
    "scene-reference, stage 2, gray, mse": reference_step,
} | {
    f"{preset}, stage {number}, RGB, {loss}": partial(our_step, number, loss, preset)
    for preset, losses in (("scene", ("regression", "mse", "wasserstein")),
                           ("displacement", ("mse", "wasserstein")))
    for number in (1, 2) for loss in losses
}


@click.command()
@click.option("--steps", default=7, show_default=True, help="Timed steps of each row.")
def main(steps):
    rows = {name: make() for name, make in ROWS.items()}
    figures = medians_in_turn({name: partial(timed, run) for name, (run, _) in rows.items()}, steps)
    seconds = {name: wall / rows[name][1] for name, (wall, _) in figures.items()}     # a clip
    base = next(iter(seconds.values()))
    show_table(["networks", "seconds a clip", "share of the reference's"],
               [[name, f"{each:.3f}", f"{each / base:.3f}"] for name, each in seconds.items()])


if __name__ == "__main__":
    main()
