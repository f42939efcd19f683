"""`scenegan export`: networks for other runtimes."""

import os
from pathlib import Path

import click

from scenegan.commands.cli import import_keras
from scenegan.commands.options import HELP
from scenegan.errors import InputError

FORMATS = {"onnx": ".onnx", "litert": ".tflite", "savedmodel": ""}
EXAMPLES = """\b
Examples:
  scenegan export runs/mine                     runs/mine/stage2.onnx
  scenegan export runs/mine/segmenter.keras     runs/mine/segmenter.onnx
  scenegan export runs/mine --format litert --out motion.tflite
"""


@click.command(epilog=EXAMPLES, context_settings=HELP)
@click.argument("networks", nargs=-1, required=True, metavar="RUN_OR_KERAS...")
@click.option("--format", type=click.Choice(list(FORMATS)), default="onnx", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH",
              help="A file, or for savedmodel a folder. Default: beside the .keras file.")
@click.option("--weights", type=click.Choice(["float16", "float32"]), default="float16",
              show_default=True, help="As an .onnx file stores them.")
@click.option("--round", "rounding", is_flag=True,
              help="Round the .keras file's own weights to float16 first, so that it animates the "
                   "same as the .onnx file, to a gray level.")
@click.option("--clip", is_flag=True,
              help="Let a generator of velocities tell displacement and clip, too.")
@click.option("--licence", metavar="TEXT", help="Of the weights, for the file's metadata.")
@click.option("--overwrite", is_flag=True, help="Replace outputs that exist.")
def export(networks, format, out, weights, rounding, clip, licence, overwrite):
    """Write networks for ONNX Runtime, LiteRT or TensorFlow: what tells the motion, or the
    segmenter. RUN_OR_KERAS is a .keras file or a run's folder, whose largest stage is taken."""
    if out and len(networks) > 1:
        raise InputError(f"--out belongs to one network. Received: {len(networks)} networks. "
                         "Leave it out, or export them one by one.")
    import_keras()
    from scenegan.export.formats import write
    from scenegan.export.networks import find, prepare, round_weights
    targets = {path: _target(path, out, format, overwrite)
               for path in (Path(find(name)) for name in networks)}
    for path, target in targets.items():
        if rounding:
            round_weights(path)
        exported = prepare(path, clip=clip, licence=licence)
        write(exported, target, format, half=weights == "float16")
        about = exported.about
        click.echo(f"{target}: {about.kind} of {path}, licence {about.licence}")


def _target(path, out, format, overwrite):
    target = out or path.with_suffix(FORMATS[format])
    if os.path.lexists(target) and not overwrite:
        raise InputError(f"'{target}' exists. Choose another --out or pass --overwrite.")
    return target
