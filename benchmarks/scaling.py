"""Time and memory as the batch, the resolution and the number of clips grow.

    python benchmarks/scaling.py [--steps 5] [--part clips] [--stage 2]

Each row is a process of its own, so that its peak memory is its own. Stage 3 is not in the
table of the stages: it is a row that is made here, 160x90, grown from stage 2. Before it is
timed, it is trained a few steps by `scenegan.training.session`, after stages 1 and 2.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import multiprocessing
import resource
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click
import numpy as np

from scenegan.data.batches import Batches
from scenegan.data.procedural import ProceduralClips
from scenegan.data.store import ClipStore, ClipWriter
from scenegan.presets import stage

ROWS = [(1, 4, None), (1, 8, None), (1, 16, None), (1, 32, None), (1, 32, 8),
        (2, 4, None), (2, 8, None), (2, 16, None), (2, 32, None), (2, 32, 8),
        (3, 8, None), (3, 8, 2)]                         # stage, clips a step, clips at a time
STORES = (500, 1000, 3000)                               # clips in a folder
STORED = (32, 54, 96, 3)                                 # a clip of `scenegan data clips`


def in_process(function, *arguments):
    """What a function returns, called in a new process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def time_step(number, batch_size, micro_batch, steps):
    """Median wall and CPU seconds of a step, and peak megabytes."""
    from steps import example_batch, in_memory, make_step, one_step
    spec = stage(number)
    step = make_step(spec, batch_size=batch_size, micro_batch=micro_batch)
    batch = in_memory(example_batch(spec, batch_size))
    one_step(step, batch)                                # traces
    seconds = []
    for _ in range(steps):
        wall, cpu = time.perf_counter(), time.process_time()
        one_step(step, batch)
        seconds.append((time.perf_counter() - wall, time.process_time() - cpu))
    return (*map(statistics.median, zip(*seconds, strict=True)), peak())


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def train_stages(steps):
    """Train stages 1, 2 and 3 so many steps each; returns the shape of stage 3's animation."""
    from scenegan import checkpoints
    from scenegan.training.run.settings import Settings
    from scenegan.training.session import train
    with tempfile.TemporaryDirectory() as run:
        for number in (1, 2, 3):
            spec = stage(number)
            clips = ProceduralClips(count=40, seed=0, height=spec.height, width=spec.width,
                                    frames=spec.frames)
            path, done, _ = train(spec, clips, run, Settings(steps=steps, batch_size=4))
            assert done == steps
        photo = np.zeros((1, *spec.shape[1:]), np.float32)
        clip = checkpoints.load_generator(path)([photo, np.zeros((1, 32), np.float32)])
        return tuple(clip.shape[1:])


def open_store(folder):
    """Seconds to open a store, seconds of a batch of stage 2, and megabytes of this process.

    What is mapped from files is not counted: the system takes it back when it needs it.
    """
    ClipStore(folder)                                    # fills the disk's cache
    before = own_memory()
    start = time.perf_counter()
    store = ClipStore(folder)
    opened = time.perf_counter() - start
    batches = Batches(store, stage(2), "train", 8, 0, crop=0.8)
    seconds = []
    for number in range(50):
        start = time.perf_counter()
        batches[number]
        seconds.append(time.perf_counter() - start)
    return opened, statistics.median(seconds), own_memory() - before


def own_memory():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def write_store(folder, count):
    writer = ClipWriter(folder)
    random = np.random.default_rng(0)
    clip = random.integers(0, 256, STORED, np.uint8)
    for number in range(count):
        writer.add(np.roll(clip, number), {"split": "train", "video": f"video {number // 8}",
                                           "motion": 1.0, "tags": ["sea", "waves"]})
    writer.close()


def show_steps(numbers, steps):
    click.echo("| stage | size | batch | at a time | seconds a clip | CPU seconds a clip | peak MB "
               "|\n|---|---|---|---|---|---|---|")
    for number, batch, micro in ROWS:
        if number in numbers:
            wall, cpu, memory = in_process(time_step, number, batch, micro, steps)
            click.echo(f"| {number} | {stage(number).size} | {batch} | {micro or batch} | "
                       f"{wall / batch:.3f} | {cpu / batch:.3f} | {memory:.0f} |")


def show_stores():
    click.echo("| clips in the folder | seconds to open | seconds a batch | MB |\n"
               "|---|---|---|---|")
    for count in STORES:
        with tempfile.TemporaryDirectory() as folder:
            write_store(Path(folder), count)
            opened, batch, memory = in_process(open_store, folder)
        click.echo(f"| {count:,} | {opened:.3f} | {batch:.4f} | {memory:.1f} |")


@click.command()
@click.option("--part", "parts", type=click.Choice(["training", "steps", "clips"]), multiple=True,
              default=("training", "steps", "clips"), help="Default: all.")
@click.option("--stage", "numbers", type=int, multiple=True, default=(1, 2, 3), show_default=True,
              help="Stages of the steps.")
@click.option("--steps", default=5, show_default=True, help="Timed steps of each row.")
def main(parts, numbers, steps):
    if "training" in parts:
        click.echo(f"Stages 1, 2 and 3 trained 2 steps each; stage 3 makes "
                   f"{in_process(train_stages, 2)}.\n")
    if "steps" in parts:
        show_steps(numbers, steps)
    if "clips" in parts:
        show_stores()


if __name__ == "__main__":
    main()
