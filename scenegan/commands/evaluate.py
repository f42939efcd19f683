"""`scenegan evaluate`: how good a trained generator is."""

from contextlib import contextmanager
from pathlib import Path

import click

from scenegan.commands.cli import LazyGroup, import_keras
from scenegan.commands.options import HELP, SEED
from scenegan.progress import progress_bar

QUICK = {"steps": 150, "repeats": 1}       # of --quick: the real-or-generated test,
QUICK_FEATURES = 150                       # and training steps of the features
COMMANDS = {"segmenter": ("scenegan.commands.evaluate_segmenter",
                          "Measure the network that finds what is in a photo.")}


@click.group(cls=LazyGroup, table=COMMANDS, context_settings=HELP, invoke_without_command=True)
@click.option("--checkpoint", type=click.Path(path_type=Path), metavar="FILE",
              help="Generator to evaluate: a file, or a name as for `scenegan animate`.")
@click.option("--data", default="data/clips", show_default=True, metavar="FOLDER",
              help="Clips; those that validate are used, and those to train teach the features.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Folder for evaluation.json and sheet.png. Default: CHECKPOINT-evaluation.")
@click.option("--clips", "count", type=click.IntRange(min=2), default=128, show_default=True,
              help="Validation clips, at most.")
@click.option("--seed", type=SEED, default=0, show_default=True, metavar="N")
@click.option("--baselines/--no-baselines", default=True, show_default=True,
              help="Whether still copy, cross-fade, smooth warp and the stage below stand beside.")
@click.option("--stage-below", type=click.Path(path_type=Path), metavar="FILE",
              help="Generator of the stage below. Default: the one inside the checkpoint.")
@click.option("--reference", type=click.Path(path_type=Path), metavar="FILE",
              help="Any Keras model from photos (and noise) to clips, to compare with.")
@click.option("--folds", type=click.IntRange(min=2), default=3, show_default=True,
              help="Parts of the cross-validation of the real-or-generated test.")
@click.option("--repeats", type=click.IntRange(min=1), default=2, show_default=True,
              help="How often that test is made, with other folds and weights.")
@click.option("--quick", is_flag=True,
              help="One repeat with fewer training steps: sooner done, rougher figures.")
@click.pass_context
def evaluate(context, **options):
    """Measure a generator on clips of videos that were never trained on.

    \b
    scenegan evaluate
    scenegan evaluate --checkpoint runs/sea/stage2.keras --data data/clips --out sea-evaluation
    """
    if context.invoked_subcommand is None:
        evaluate_generator(**options)


def evaluate_generator(checkpoint, data, out, count, seed, baselines, stage_below, reference, folds,
                       repeats, quick):
    """Do what `scenegan evaluate` is asked for, by its options."""
    from scenegan.checkpoints import check_file, find
    from scenegan.data.store import ClipStore

    path = check_file(find(checkpoint))
    others = [file and check_file(file) for file in (stage_below, reference)]
    store = ClipStore(data)
    import_keras()
    from scenegan.checkpoints import load_generator
    from scenegan.evaluation import comparison, output, table
    from scenegan.evaluation.generators import load_reference

    test = {"folds": folds, "repeats": repeats} | (QUICK if quick else {})
    settings = comparison.Settings(clips=count, seed=seed, baselines=baselines,
                                test=comparison.TestSettings(**test),
                                **({"feature_steps": QUICK_FEATURES} if quick else {}))
    generator = load_generator(path)
    below, beside = (file and load(file) for file, load in
                     zip(others, (load_generator, load_reference), strict=True))
    out = out or path.with_name(f"{path.stem}-evaluation")
    output.prepare(out)
    with progress() as report:
        result = comparison.evaluate(path.name, generator, store, settings, below=below,
                                  reference=beside, report=report)
    output.write(result, comparison.about(path, data, settings), out)
    click.echo(f"{len(result.groups)} validation clips of {len(set(result.groups))} groups, "
               f"{generator.output.shape[3]}x{generator.output.shape[2]}, seed {seed}.\n")
    click.echo(table.as_table(result))
    click.echo(f"\nWritten: {out / output.FIGURES}, {out / output.SHEET}")


@contextmanager
def progress():
    """A function to call with what is done now, the steps done and those in all."""
    with progress_bar("Evaluating") as bar:
        task = bar.add_task("", total=1, note="")
        yield lambda what, done, total: bar.update(task, completed=done, total=total, note=what)
