"""Time of a training step of a published preset, and of its form with (2+1)D convolutions.

    python benchmarks/factorised.py [--preset vgan-future] [--batch-size 2] [--steps 3]
    KERAS_BACKEND=torch python benchmarks/factorised.py

The second form is what `factorised = yes` in [stage] of a config.ini trains. Both are in one
process, on clips that are already in memory, a step at a time in turn; figures are medians.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from dataclasses import replace
from functools import partial

import click
import keras
from in_turn import medians_in_turn, show_table, timed
from steps import example_batch, in_memory, make_step, one_step

from scenegan.presets import check_preset, stage


def make_row(spec, batch_size):
    """(function that does one step, parameters of generator and discriminator in millions)."""
    loss = next(iter(spec.losses))
    step = make_step(spec, loss)
    batch = in_memory(example_batch(spec, batch_size))
    sizes = [network.count_params() / 1e6 for network in (step.gan.generator,
                                                          step.gan.discriminator) if network]
    return lambda: one_step(step, batch), ", ".join(f"{size:.1f}" for size in sizes)


@click.command()
@click.option("--preset", default="vgan-future", show_default=True)
@click.option("--batch-size", default=2, show_default=True)
@click.option("--steps", default=3, show_default=True, help="Timed steps of each.")
@click.option("--features", type=int, help="Channels of the finest level. Default: as published.")
def main(preset, batch_size, steps, features):
    check_preset(preset)
    spec = stage(1, preset=preset)
    spec = replace(spec, features=features or spec.features)
    rows = {name: make_row(replace(spec, factorised=name == "factorised"), batch_size)
            for name in ("published", "factorised")}
    figures = medians_in_turn({name: partial(timed, run) for name, (run, _) in rows.items()}, steps)
    base = figures["published"]
    show_table([f"{preset}, {keras.backend.backend()}", "parameters, M", "CPU seconds a clip",
                "times as fast", "by wall time"],
               [[name, rows[name][1], f"{cpu / batch_size:.2f}", f"{base[1] / cpu:.1f}",
                 f"{base[0] / wall:.1f}"] for name, (wall, cpu) in figures.items()])


if __name__ == "__main__":
    main()
