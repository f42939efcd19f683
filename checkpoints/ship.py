"""Copy the networks of a run into this folder, as small as they can be.

    python checkpoints/ship.py runs/scene [--into checkpoints/gray]

Weights are rounded to float16, which moves nothing by more than 0.01 pixels of 80, and kept in
float32, so that Keras reads them as before; the zip file then holds them in 60 % of the bytes.
"""

import os
import zipfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import numpy as np

from scenegan import checkpoints
from scenegan.files.atomic import replacing
from scenegan.presets import LARGEST, STAGES

HERE = Path(__file__).parent


def ship(source, target):
    """Write a network with rounded weights, its zip file packed."""
    model = checkpoints.load_model(source)
    model.set_weights([weight.astype(np.float16).astype(np.float32)
                       for weight in model.get_weights()])
    target.parent.mkdir(exist_ok=True)
    checkpoints.save_model(model, target)
    with replacing(target) as part, zipfile.ZipFile(target) as before, zipfile.ZipFile(
            part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
    click.echo(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


@click.command()
@click.argument("run", type=click.Path(exists=True, path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), default=HERE)
@click.option("--critics/--no-critics", default=True, help="Also what fine-tuning begins with.")
def main(run, into, critics):
    for spec in (spec for spec in STAGES.values() if spec.number <= LARGEST):
        ship(run / spec.filename, into / spec.filename)
        critic = f"stage{spec.number}/discriminator.keras"
        if critics and (run / critic).exists():
            ship(run / critic, into / critic)


if __name__ == "__main__":
    main()
