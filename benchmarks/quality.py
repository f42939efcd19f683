"""Measure a checkpoint on validation clips: anchoring, motion, variety; and draw a sheet.

    python benchmarks/quality.py checkpoints/stage2.keras --data data/clips --sheet sheet.png

Figures are means over the validation clips, in gray levels of 255 unless said. The still
photo stands beside the model: it wins where a figure does not tell a good animation.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import numpy as np

from scenegan import checkpoints, evaluation, pixels
from scenegan.data.dataset import Batches
from scenegan.data.store import ClipStore
from scenegan.stages import NOISE_SIZE, STAGES, stage
from scenegan.training.samples import generate, sheet

SHEET_CLIPS = 8


def stage_of(generator):
    """The row of the stage table that makes clips of the generator's shape."""
    shape = generator.output_shape[1:]
    for number in STAGES:
        if stage(number, shape[-1]).shape == shape:
            return stage(number, shape[-1])
    raise click.ClickException(f"No stage makes clips of {shape}.")


def figures(clips, real):
    """Measures of uint8 clips against the real ones, by name."""
    motions = [np.array([evaluation.motion(clip) for clip in some]) for some in (clips, real)]
    lowest = [evaluation.photo_correlation(clip) for clip in clips]
    return {
        "PSNR of frame 1 against the photo, dB": evaluation.psnr(clips[:, 0], real[:, 0]),
        "lowest correlation with the photo, median": float(np.median(lowest)),
        "lowest correlation with the photo, worst": float(np.min(lowest)),
        "motion energy": motions[0].mean(),
        "motion energy / real clips'": motions[0].mean() / motions[1].mean(),
        "median over clips of that ratio": float(np.median(motions[0] / motions[1])),
        "difference from the real clip": evaluation.variety(clips, real),
    }


@click.command()
@click.argument("checkpoint")
@click.option("--data", default="data/clips", show_default=True)
@click.option("--clips", "count", default=64, show_default=True, help="Validation clips.")
@click.option("--sheet", "path", help="PNG to write: real above, generated below.")
def main(checkpoint, data, count, path):
    generator = checkpoints.load_generator(checkpoint)
    spec = stage_of(generator)
    batches = Batches(ClipStore(data), spec, "validation", count, 0, flip=False)
    photos, clips = batches[0]
    real = pixels.to_uint8(clips)
    noise = np.random.default_rng(0).standard_normal((2, count, NOISE_SIZE), np.float32)
    fake, other = (generate(generator, photos, some) for some in noise)
    still = np.repeat(real[:, :1], spec.frames, axis=1)
    table = [figures(clips, real) for clips in (fake, still, real)]
    click.echo(f"| {spec.size}, {count} validation clips | model | still photo | real clips |")
    click.echo("|---|---|---|---|")
    for name in table[0]:
        click.echo(f"| {name} | " + " | ".join(f"{column[name]:.3g}" for column in table) + " |")
    click.echo(f"| difference between two noises | {evaluation.variety(fake, other):.3g} | 0 | |")
    if path:
        import imageio.v3 as imageio
        imageio.imwrite(path, sheet(list(zip(real, fake, strict=True))[:SHEET_CLIPS]))


if __name__ == "__main__":
    main()
