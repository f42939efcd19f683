"""Where the time of a training step goes: by network, and by kind of operation.

    python benchmarks/profile_step.py [--preset scene] [--stage 2] [--steps 5]

TensorFlow's profiler, on one thread, so that operations do not overlap and their times add up.
Forward and backward, and which network, are told from the operations' names. The loader, which
works in a thread of its own beside the step, is timed by itself.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import re
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

import click
import numpy as np
import tensorflow as tf
from loader import write_clips
from steps import example_batch, in_memory, make_step
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from scenegan.data.batches import Batches
from scenegan.data.store import ClipStore
from scenegan.presets import stage

PARTS = {"compositor": "warp and blend", "motion_reader": "noise encoder",
         "discriminator": "discriminator", "fields": "fields of the asked speed",
         "fading": "generator", "functional": "generator", "adam": "optimizer"}
KINDS = {"convolution": "Conv2D", "matrix product": "MatMul", "enlarging": "Resize|Tile|Repeat",
         "gather (warp)": "Gather|Scatter|Segment", "activation": "LeakyRelu|Tanh|Sigmoid",
         "joining and splitting": "Concat|Split|Slice|Pad|Transpose|Pack",
         "sum and mean": "Sum|Mean|AddN", "optimizer": "Assign|ResourceApply"}
LEAST = 0.001            # of the step: what takes less has no row


def operations(run, steps):
    """Counter of milliseconds a step by (name, kind) of operations."""
    times = Counter()
    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            for _ in range(steps):
                run()
        path, = Path(folder).rglob("*.xplane.pb")
        space = xplane_pb2.XSpace.FromString(path.read_bytes())
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                what = plane.event_metadata[event.metadata_id]
                if what.display_name and line.name.startswith("tf_Compute"):
                    times[what.name, what.display_name] += event.duration_ps / 1e9 / steps
    return times


def part_of(name):
    """The part of the step that an operation belongs to."""
    part = next((PARTS[key] for key in PARTS if key in name.lower()), "losses and the rest")
    backward = "gradient_tape" in name and part != "optimizer"
    return f"{part}, backward" if backward else part


def kind_of(kind):
    return next((name for name, pattern in KINDS.items() if re.search(pattern, kind)),
                "arithmetic, pixel by pixel")


def load_seconds(spec, count=32):
    """Seconds that the loader takes for the two batches of a step."""
    with tempfile.TemporaryDirectory() as folder:
        write_clips(Path(folder))
        batches = Batches(ClipStore(folder), spec, "train", spec.batch_size, 0, crop=0.8)
        seconds = []
        for number in range(count):
            start = time.perf_counter()
            batches[number]
            seconds.append(time.perf_counter() - start)
    return 2 * statistics.median(seconds)


def grouped(times, group):
    """Milliseconds by group, the longest first."""
    sums = Counter()
    for key, value in times.items():
        sums[group(*key)] += value
    return sums.most_common()


@click.command()
@click.option("--preset", default="scene", show_default=True)
@click.option("--stage", "number", default=2, show_default=True)
@click.option("--steps", default=5, show_default=True)
def main(preset, number, steps):
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    spec = stage(number, preset=preset)
    step, batch = make_step(spec), in_memory(example_batch(spec))
    updates = {"discriminator's update": lambda: step.update_discriminator(batch),
               "generator's update": lambda: step.update_generator(batch),
               "average": lambda: step.update_average(np.float32(0.999))}
    for run in updates.values():
        run()                                            # traces
    times = {name: operations(run, steps) for name, run in updates.items()}
    total = sum(sum(by_kind.values()) for by_kind in times.values())
    click.echo(f"A step of {preset}, stage {number}: {total:.0f} ms\n")
    click.echo("| update | part | ms | share |\n|---|---|---|---|")
    for name, by_kind in times.items():
        rows = [("", sum(by_kind.values()))] if name == "average" else grouped(
            by_kind, lambda operation, _: part_of(operation))
        for part, value in rows:
            if value < LEAST * total:
                continue
            click.echo(f"| {name} | {part} | {value:.0f} | {value / total:.1%} |")
    loading = 1000 * load_seconds(spec)
    click.echo(f"| loader, beside the step | | {loading:.0f} | {loading / total:.1%} |\n")
    click.echo("| kind of operation | ms | share |\n|---|---|---|")
    together = sum(times.values(), Counter())
    for kind, value in grouped(together, lambda _, kind: kind_of(kind)):
        click.echo(f"| {kind} | {value:.0f} | {value / total:.1%} |")


if __name__ == "__main__":
    main()
