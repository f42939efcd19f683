"""`scenegan evaluate`: how good a trained generator is."""

from contextlib import contextmanager
from pathlib import Path

import click

from scenegan.commands.cli import LazyGroup, import_keras, need_keras
from scenegan.commands.options import HELP, SEED
from scenegan.progress import progress_bar
from scenegan.text import counted

CLIPS = "data/clips"
COMMANDS = {"segmenter": ("scenegan.commands.evaluate_segmenter",
                          "Measure the network that finds what is in a photo.")}


@click.group(cls=LazyGroup, table=COMMANDS, context_settings=HELP, invoke_without_command=True)
@click.option("--checkpoint", type=click.Path(path_type=Path), metavar="FILE",
              help="Generator to evaluate: a file, or a name as for `scenegan animate`.")
@click.option("--data", metavar="FOLDER",
              help="Clips; those of --split are used, and those to train teach the features. "
                   f"Default: {CLIPS}, or none with --labels.")
@click.option("--split", type=click.Choice(["validation", "test"]), default="validation",
              show_default=True, help="Which of the clips. Those to test are for once, at the end: "
                                      "what was chosen by them is not measured by them.")
@click.option("--labels", metavar="FOLDER",
              help="Labelled photos, as docs/segmenter.md describes them; those to test are "
                   "animated, to see whether what is rigid stands while sky and water move.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Folder for evaluation.json and sheet.png. Default: CHECKPOINT-evaluation.")
@click.option("--clips", type=click.IntRange(min=2), default=128, show_default=True,
              help="Clips, at most.")
@click.option("--seed", type=SEED, default=0, show_default=True, metavar="N")
@click.option("--baselines/--no-baselines", default=True, show_default=True,
              help="Whether still copy, cross-fade, smooth warp, shaken and panned photo and the "
                   "stage below stand beside.")
@click.option("--stage-below", type=click.Path(path_type=Path), metavar="FILE",
              help="Generator of the stage below. Default: the one inside the checkpoint.")
@click.option("--reference", "references", type=click.Path(path_type=Path), metavar="FILE",
              multiple=True,
              help="Any Keras model from photos (and noise) to clips, to compare with; several may "
                   "be named.")
@click.option("--folds", type=click.IntRange(min=2), default=3, show_default=True,
              help="Parts of the cross-validation of the real-or-generated tests.")
@click.option("--repeats", type=click.IntRange(min=1), default=2, show_default=True,
              help="How often those tests are made, with other folds and weights.")
@click.option("--networks/--no-networks", default=True, show_default=True,
              help="Whether networks learn to tell clips from real ones, which takes longest; "
                   "without them, statistics alone tell.")
@click.option("--quick", is_flag=True,
              help="Leave realism out: whether clips are told from real ones.")
@click.pass_context
def evaluate(context, **options):
    """Measure a generator on clips of videos, and on labelled photos, that it was not trained on.

    \b
    scenegan evaluate
    scenegan evaluate --checkpoint runs/sea/stage2.keras --data data/clips --out sea-evaluation
    scenegan evaluate --labels scenes
    """
    if context.invoked_subcommand is None:
        evaluate_generator(**options)


def evaluate_generator(checkpoint, data, labels, out, stage_below, references, quick, folds,
                       repeats, **options):
    """Do what `scenegan evaluate` is asked for, by its options."""
    from scenegan.checkpoints import check_file, find
    need_keras()
    path = check_file(find(checkpoint))
    stage_below = stage_below and check_file(stage_below)
    references = [check_file(file) for file in references]
    store, labelled = open_data(data, labels)
    import_keras()
    from scenegan.evaluation import comparison, output
    from scenegan.evaluation.generators import load_evaluated

    settings = comparison.Settings(realism=not quick, test=comparison.TestSettings(
        folds=folds, repeats=repeats), **options)
    generator = load_evaluated(path)
    others = load_others(stage_below, references)
    out = out or path.with_name(f"{path.stem}-evaluation")
    output.prepare(out)
    result = photos = None
    with progress() as report:
        if labelled is not None:
            from scenegan.evaluation.labelled import evaluate_labelled
            photos = evaluate_labelled(path.name, generator, labelled, settings.seed, report)
        if store is not None:
            result = comparison.evaluate(path.name, generator, store, settings, **others,
                                         report=report)
    folders = {"data": store and store.folder, "labels": labels}
    output.write(result, comparison.about(path, settings, **folders), out, photos)
    tell(result, photos, settings, generator)
    click.echo(f"Written: {out}")


def open_data(data, labels):
    """The clips and the labelled photos to evaluate with, None for what was not asked for."""
    from scenegan.data.labels import LabelledPhotos
    from scenegan.data.store import ClipStore
    labelled = LabelledPhotos(labels) if labels else None
    return (None if labelled and not data else ClipStore(data or CLIPS)), labelled


def load_others(below, references):
    """Models that stand beside the generator, as arguments of `comparison.evaluate`."""
    from scenegan.evaluation.generators import load_evaluated, load_reference
    names = (["reference"] if len(references) == 1 else
             [f"{path.parent.name}/{path.stem}" for path in references])
    names = names if len(set(names)) == len(names) else [str(path) for path in references]
    return {"below": below and load_evaluated(below),
            "references": {name: load_reference(path)
                           for name, path in zip(names, references, strict=True)}}


def tell(result, photos, settings, generator):
    """Print the tables."""
    from scenegan.evaluation import generators, labelled, table
    if result is not None:
        click.echo(f"{counted(len(result.groups), settings.split + ' clip')} of "
                   f"{counted(len(set(result.groups)), 'group')}, "
                   f"{generators.stage_of(generator).size}, seed {settings.seed}.\n")
        click.echo(table.as_table(result) + "\n")
    if photos is not None:
        click.echo(labelled.as_table(photos) + "\n")


@contextmanager
def progress(label="Evaluating"):
    """A function to call with what is done now, the steps done and those in all."""
    with progress_bar(label) as bar:
        task = bar.add_task("", total=1, note="")
        yield lambda what, done, total: bar.update(task, completed=done, total=total, note=what)
