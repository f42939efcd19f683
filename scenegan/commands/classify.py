"""`scenegan classify`: what the discriminator of a training has learnt to recognise."""

import json
import os
from pathlib import Path

import click

from scenegan.commands.cli import import_keras, need_keras
from scenegan.commands.evaluate import CLIPS, progress
from scenegan.commands.options import HELP, SEED, Finite
from scenegan.errors import InputError
from scenegan.extras import need

FILE = "classification.json"
COUNT = click.IntRange(min=1)


class Videos(click.ParamType):
    """A number of videos from 1 on, or "all" as None."""

    name = "videos"

    def convert(self, value, param, ctx):
        if value == "all":
            return None
        return COUNT.convert(value, param, ctx)


@click.command(context_settings=HELP)
@click.option("--run", "folder", required=True, metavar="FOLDER",
              help="A training of the preset vgan, vgan-future, ivgan or summary.")
@click.option("--data", default=CLIPS, show_default=True, metavar="FOLDER",
              help="Clips, whose first tags are the labels. Those to train teach.")
@click.option("--split", type=click.Choice(["validation", "test", "both"]), default="validation",
              show_default=True, help="Clips to test with, of videos that taught nothing.")
@click.option("--videos", type=Videos(), multiple=True, default=("2", "8", "all"),
              show_default=True, metavar="N",
              help="Videos (groups) of each tag to learn from, or all. Repeat for several.")
@click.option("--tag", "tags", multiple=True, metavar="NAME",
              help="Recognise these. Repeat. Default: all that have enough videos.")
@click.option("--repeats", type=COUNT, default=1, show_default=True,
              help="How often the videos are drawn, where not all are taken.")
@click.option("--steps", type=click.IntRange(min=0), default=100, show_default=True,
              help="Of each fine-tuning; 0 leaves the fine-tunings out.")
@click.option("--batch-size", type=COUNT, default=16, show_default=True, help="Clips a step.")
@click.option("--rate", type=Finite(min=0, min_open=True), default=2e-4, show_default=True,
              help="Learning rate at first.")
@click.option("--seed", type=SEED, default=0, show_default=True, metavar="N")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE",
              help=f"JSON. Default: {FILE} in the run's folder.")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
def classify(folder, data, out, overwrite, **options):
    """Recognise the tags of clips by a discriminator's features, from few videos and many.

    Beside the features of the training stand those of the same network with random weights, and
    a linear layer on colour histograms.

    \b
    scenegan classify --run runs/vgan --data data/clips64
    scenegan classify --run runs/vgan --data data/clips64 --videos 4 --tag sea --tag clouds
    """
    from scenegan.data.store import ClipStore
    need_keras()
    need("sklearn")
    spec, path = find_discriminator(folder)
    store = ClipStore(data)
    store.check(spec)
    out = out or Path(folder) / FILE
    check_output(out, overwrite)
    import_keras()
    from scenegan.checkpoints import load_critic_with_features
    from scenegan.evaluation import recognition
    settings = recognition.RecognitionSettings(**options)
    discriminator = load_critic_with_features(path, spec.shape)
    with progress("Recognising") as report:
        found, tagged = recognition.recognise(discriminator, store, spec, settings, report)
    about = {"discriminator": str(path), "preset": spec.preset, "data": str(data)} | options
    write(recognition.as_json(found, tagged, about), out)
    click.echo(f"{len(tagged.names)} tags: {', '.join(tagged.names)}. Tested with "
               f"{len(tagged.tested)} clips.\n\n{recognition.as_table(found, tagged)}\n")
    click.echo(f"Written: {out}")


def find_discriminator(folder):
    """The largest stage that a run's folder holds, a `StageSpec`, and its discriminator's path.

    Raises:
        InputError: If there is none.
    """
    from scenegan.training.run import config
    from scenegan.training.run.folder import RunFolder
    found = sorted(Path(folder).glob("stage*/config.ini"))
    if not found:
        raise InputError("--run must be the folder of a training. Received: "
                         f"'{folder}', without stage1/config.ini. Name one, such as runs/vgan.")
    spec, _ = config.describe({}, config.read(found[-1]))
    path = RunFolder(folder, spec).critics.get("discriminator")
    if path is None:
        raise InputError("Recognition needs a discriminator. Received: a training without one, of "
                         f"the preset {spec.preset}, in '{folder}'. Name one of the preset vgan, "
                         "vgan-future, ivgan or summary.")
    return spec, path


def check_output(out, overwrite):
    """Raise InputError if a file is there that is not to be replaced, or cannot be written."""
    if os.path.lexists(out) and not overwrite:
        raise InputError(f"'{out}' exists. Choose another --out or pass --overwrite.")
    if not out.parent.is_dir():
        raise InputError(f"--out must be in a folder that exists. Received: '{out}'. Make it, or "
                         "name another.")


def write(content, out):
    from scenegan.files.atomic import replacing
    with replacing(out) as part:
        part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n",
                        encoding="utf-8")
