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
              help="Generator that needs no photo: of the presets vgan, ivgan and autoencoder.")
@click.option("--count", default=16, show_default=True, type=click.IntRange(1, 9999))
@click.option("--seed", default=0, show_default=True, type=SEED,
              help="The same one gives the same clips.")
@click.option("--data", metavar="FOLDER", help="Of an autoencoder: clips whose codes are imitated. "
              "Default: those that it was trained on.")
@click.option("--out", default="samples", show_default=True, type=click.Path(path_type=Path),
              metavar="FOLDER", help="New, empty, or one with samples.")
def generate(checkpoint, count, seed, data, out):
    """Write clips made from noise: GIFs, and a sheet of some frames of each.

    An autoencoder makes them of codes, drawn from a Gaussian mixture that is fitted to those of
    its training's clips and kept beside the checkpoint.
    """
    SAMPLES.check(out)
    import_keras()
    from scenegan import checkpoints
    generator = checkpoints.load_clip_generator(checkpoint)
    random = np.random.default_rng(seed)
    if checkpoints.takes_noise(generator):
        if data:
            raise InputError("--data is for an autoencoder, whose codes are fitted. Received: a "
                             f"generator from noise, '{checkpoint}'. Leave --data out.")
        noise = random.standard_normal((count, generator.inputs[0].shape[1]), np.float32)
    elif checkpoints.takes_clip(generator):
        from scenegan.commands.generate_codes import decoder_of, open_mixture
        noise = open_mixture(generator, checkpoint, data).sample(count, random)
        generator = decoder_of(generator)
    else:
        advice = (f"Use scenegan animate PHOTO --checkpoint {checkpoint}."
                  if checkpoints.takes_photo(generator) else "Name one of those presets.")
        raise InputError("generate needs a generator that takes noise alone, of the preset vgan or "
                         f"ivgan, or an autoencoder. Received: '{checkpoint}', which is given a "
                         f"photo. {advice}")
    write(clips_of(generator, noise), out)
    click.echo(f"Wrote {count} clips to {out}")


def clips_of(generator, noise):
    """uint8 clips `(count, frames, height, width, channels)` of noise, or codes, `(count, n)`."""
    from scenegan.pixels import to_uint8
    return np.concatenate([to_uint8(generator.predict_on_batch(row)["clip"])
                           for row in np.split(noise, len(noise))])


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
