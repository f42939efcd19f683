"""`scenegan evaluate segmenter`: how well a segmenter finds what is in labelled photos."""

import click

from scenegan.commands.cli import import_keras, need_keras
from scenegan.commands.options import HELP
from scenegan.errors import InputError
from scenegan.progress import progress_bar


@click.command(context_settings=HELP)
@click.option("--data", required=True, metavar="FOLDER", help="Labelled photos: images/, labels/ "
              "and manifest.csv, see docs/segmenter.md. Those of the split 'test' are used.")
@click.option("--checkpoint", metavar="FILE", help="Segmenter to evaluate. Default: the shipped "
              "one.")
def evaluate_segmenter(data, checkpoint):
    """Measure a segmenter on photos that were never trained on.

    \b
    scenegan evaluate segmenter --data scenes --checkpoint runs/default/segmenter.keras
    """
    need_keras()
    from scenegan.data.labels import TEST, LabelledPhotos
    photos = LabelledPhotos(data)
    indices = photos.indices(TEST)
    if not len(indices):
        raise InputError(f"At least one photo must be of the split '{TEST}'. Received: none of "
                         f"{len(photos)} in '{data}'. Set suggested_split of some in "
                         "manifest.csv, and do not train on them.")
    import_keras()
    from scenegan.checkpoints import load_segmenter
    from scenegan.evaluation import segmentation
    segmenter = load_segmenter(checkpoint)
    with progress_bar("photo") as bar:
        task = bar.add_task("", total=len(indices), note="")
        result = segmentation.evaluate(segmenter, photos, indices,
                                       report=lambda done: bar.update(task, completed=done))
    click.echo(f"{result.photos} photos of the split '{TEST}'.\n")
    click.echo(segmentation.as_table(result))
