"""`scenegan generate`: clips from noise, of a trained generator such as vgan's."""

from pathlib import Path

import click
import numpy as np

from scenegan.commands.cli import import_keras
from scenegan.commands.options import HELP, SEED
from scenegan.errors import InputError
from scenegan.files.outputs import OutputFolder
from scenegan.specs import FPS

SAMPLES = OutputFolder(what="samples", names=r"(clip-\d{4}\.gif|sheet\.png)")


@click.command(context_settings=HELP)
@click.option("--checkpoint", required=True, metavar="FILE",
              help="Generator that takes noise alone: of the presets vgan and ivgan.")
@click.option("--count", default=16, show_default=True, type=click.IntRange(1, 9999))
@click.option("--seed", default=0, show_default=True, type=SEED,
              help="The same one gives the same clips.")
@click.option("--out", default="samples", show_default=True, type=click.Path(path_type=Path),
              metavar="FOLDER", help="New, empty, or one with samples.")
def generate(checkpoint, count, seed, out):
    """Write clips made from noise: GIFs, and a sheet of some frames of each."""
    SAMPLES.check(out)
    import_keras()
    from scenegan import checkpoints
    generator = checkpoints.load_clip_generator(checkpoint)
    if not checkpoints.takes_noise(generator):
        raise InputError("generate needs a generator that takes noise alone, of the preset vgan or "
                         f"ivgan. Received: '{checkpoint}', which is given a photo or a clip.")
    write(clips_of(generator, count, seed), out)
    click.echo(f"Wrote {count} clips to {out}")


def clips_of(generator, count, seed):
    """uint8 clips `(count, frames, height, width, channels)` of a generator from noise."""
    from keras import ops

    from scenegan.pixels import to_uint8
    random = np.random.default_rng(seed)
    size = generator.inputs[0].shape[1]
    return np.concatenate([to_uint8(ops.convert_to_numpy(generator(
        random.standard_normal((1, size), np.float32), training=False)["clip"]))
        for _ in range(count)])


def write(clips, folder):
    """Write clips as GIFs and a sheet; samples of an earlier call are replaced."""
    from scenegan.media.animations import write_animation
    from scenegan.pixels import to_channels
    from scenegan.training.run.samples import write_image
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("clip-*.gif"):
        old.unlink()
    for number, clip in enumerate(clips, start=1):
        write_animation(clip, folder / f"clip-{number:04d}.gif", FPS)
    shown = clips[:, ::max(1, clips.shape[1] // 5)]                    # some frames of each, a row
    rows = [np.concatenate(list(clip), axis=1) for clip in shown]
    write_image(folder / "sheet.png", to_channels(np.concatenate(rows, axis=0), 3))
