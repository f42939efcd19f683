"""Resident memory over the steps of a real training, with all that happens in it.

    python benchmarks/memory.py [--steps 2000]                   a tiny stage
    python benchmarks/memory.py --stage 1 --data data/clips [--steps 600]
    python benchmarks/memory.py --animation 4000x2250            an animation in its place

A training of `scenegan.training.session` in this process: batches from the loader's thread,
states, networks, looks at validation clips, samples. The tiny stage (20x12, 8 frames) does each
of them as often, at a fraction of the time. Memory is read after every log line; what counts is
whether a process' own grows after the first saves and looks. What is mapped from files is
programs and the clips' shards, which the system drops when it needs the memory. Of an animation
the row is the most that this process holds, without the networks.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tempfile
from dataclasses import replace
from pathlib import Path

import click
from animation import in_process

from scenegan.data.procedural import ProceduralClips
from scenegan.data.store import ClipStore
from scenegan.presets import stage
from scenegan.training import session
from scenegan.training.run.reporter import LOG_EVERY
from scenegan.training.run.settings import Settings

SHOWN = 10               # lines of the table


def resident():
    """Megabytes that this process holds: (its own, mapped from files)."""
    lines = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return tuple(int(lines[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))


class Watched(session.Session):
    """A training that notes its memory after every log line."""

    memory = {}

    def report(self):
        super().report()
        if self.done % LOG_EVERY == 0:
            self.memory[self.done] = resident()


def clips_for(spec, data):
    if data:
        return ClipStore(data)
    return ProceduralClips(count=200, seed=0, height=spec.height, width=spec.width,
                           frames=spec.frames)


@click.command()
@click.option("--stage", "number", type=int, help="A stage of the table; default: a tiny one.")
@click.option("--data", help="Folder of clips; default: generated ones.")
@click.option("--steps", default=2000, show_default=True)
@click.option("--animation", metavar="WxH", help="Render and encode a loop of that size.")
def main(number, data, steps, animation):
    if animation:
        _, _, own = in_process("loop and MP4", animation)
        click.echo(f"| {animation}, MP4, loop | MB |\n|---|---|\n| | {own:.0f} |")
        return
    tiny = replace(stage(1), height=12, width=20, frames=8, features=4, batch_size=2)
    spec = stage(number) if number else tiny
    settings = Settings(steps=steps, batch_size=spec.batch_size, strategy="one",
                        save_every=steps // 20, validate_every=steps // 10)
    session.Session = Watched
    with tempfile.TemporaryDirectory() as run:
        session.train(spec, clips_for(spec, data), run, settings)
    memory = Watched.memory
    click.echo("| step | own MB | MB mapped from files |\n|---|---|---|")
    every = max(1, len(memory) // SHOWN)
    for step in list(memory)[every - 1::every]:
        own, mapped = memory[step]
        click.echo(f"| {step:,} | {own:.0f} | {mapped:.0f} |")
    early = min(step for step in memory if step >= steps // 5)
    click.echo(f"\nFrom step {early} to step {steps}: {memory[steps][0] - memory[early][0]:+.1f} "
               "MB of its own.")


if __name__ == "__main__":
    main()
