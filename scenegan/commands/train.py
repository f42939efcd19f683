"""`scenegan train`, and `train_stage.py`: train one stage of the GAN."""

from pathlib import Path

import click

from scenegan.commands import HELP, SEED, LazyGroup, import_keras
from scenegan.paths import resolve
from scenegan.stages import CHANNELS, STAGES, StageSpec
from scenegan.training.settings import PRECISIONS, SCHEDULES, STRATEGIES, Settings

LOSSES = sorted({name for spec in STAGES.values() for name in spec.losses})
CLIPS = Path("data/clips")       # where `scenegan data clips` writes by default
PROCEDURAL = "procedural"        # --data: the built-in scenery instead of a folder
COMMANDS = {"plot": ("scenegan.commands.plot", "Draw the curves of a run to a PNG.")}
COUNT = click.IntRange(min=1)


@click.group(cls=LazyGroup, table=COMMANDS, context_settings=HELP, invoke_without_command=True)
@click.option("--stage", "number", type=int, metavar="N",
              help=f"Stage to train: {', '.join(f'{n} ({STAGES[n].size})' for n in STAGES)}.")
@click.option("--config", "path", metavar="FILE", help="A run's config.ini: train as it says. "
              "Options come before it.")
@click.option("--data", metavar="FOLDER",
              help=f"Clips to train on. Default: {CLIPS} if it is there, else {PROCEDURAL} "
                   "(generated waves and clouds).")
@click.option("--run", default="runs/default", show_default=True, type=click.Path(),
              help="Folder of this training; both stages of a model share it.")
@click.option("--from", "begin_from", metavar="FOLDER", help="Fine-tune: begin with the networks "
              "of another run; 'checkpoints' is that of the shipped ones.")
@click.option("--fresh", is_flag=True, help="Start this stage of the run again from nothing.")
@click.option("--loss", type=click.Choice(LOSSES),
              help="Adversarial loss: mean squared error (the default) or Wasserstein.")
@click.option("--channels", type=click.Choice([str(n) for n in CHANNELS]),
              help="3 for RGB, the default, or 1 for gray.")
@click.option("--steps", type=COUNT, help="Default: the stage table's.")
@click.option("--batch-size", type=COUNT, help="Clips a step. Default: the stage table's.")
@click.option("--seed", type=SEED, metavar="N", help="Default: 0.")
@click.option("--save-every", type=COUNT, metavar="STEPS", help="Default: 250.")
@click.option("--validate-every", type=COUNT, metavar="STEPS",
              help="Losses, figures and samples of videos held out. Default: 500.")
@click.option("--strategy", type=click.Choice(STRATEGIES), help="Devices: all GPUs that are there "
              "(auto, the default), one, all of this machine, or those of several machines.")
@click.option("--precision", type=click.Choice(PRECISIONS), help="Default: float32.")
@click.option("--schedule", type=click.Choice(SCHEDULES),
              help="Of the learning rates, to zero or constant. Default: constant.")
@click.option("--warmup", type=click.IntRange(min=0), metavar="STEPS",
              help="Steps over which the learning rates rise. Default: 0.")
@click.option("--generator-steps", type=COUNT, help="Generator updates a step. Default: 1.")
@click.option("--discriminator-steps", type=COUNT,
              help="Discriminator updates a step. Default: the loss's.")
@click.option("--micro-batch", type=COUNT, metavar="N",
              help="Clips at a time on a device, for small memory. Default: all.")
@click.option("--tensorboard/--no-tensorboard", default=None,
              help="Write events for TensorBoard, too: pip install 'scenegan[tensorboard]'.")
@click.pass_context
def train(context, path, run, fresh, **given):
    """Train one stage. Called again, it goes on where it stopped.

    \b
    python train_stage.py --stage 1
    python train_stage.py --stage 2
    python animate.py photo.jpg --checkpoint runs/default/stage2.keras
    scenegan train plot runs/default
    """
    if context.invoked_subcommand is not None:
        return
    if given["number"] is None and path is None:
        raise click.UsageError("Missing option '--stage'.", context)
    spec, settings = settle(given, path)
    store = open_clips(settings.data, spec)
    import_keras()
    from scenegan.training import session
    path, done, before = session.train(spec, store, run, settings, fresh)
    if done < settings.steps:
        click.echo(f"Stopped after step {done} of {settings.steps}. The same command goes on.")
        raise click.exceptions.Exit(130)
    click.echo(f"Trained {done} steps. Wrote {path}" if done > before else
               f"All {done} steps are done already: {path}")
    later = [n for n in STAGES if STAGES[n].starts_from == spec.number]
    click.echo(f"Next: python train_stage.py --stage {later[0]} --run {run}"
               f"{_options(settings, spec)}" if later else
               f"Next: python animate.py PHOTO --checkpoint {path}")


def _options(settings, spec):
    """What the next stage has to be told, too, as options with a space before each."""
    options = (("data", settings.data, default_data()), ("loss", settings.loss, Settings.loss),
               ("channels", spec.channels, StageSpec.channels))
    return "".join(f" --{name} {value}" for name, value, default in options if value != default)


def default_data():
    """What is trained on if nothing is said: the full path of CLIPS, or PROCEDURAL."""
    return str(resolve(CLIPS)) if CLIPS.exists() else PROCEDURAL


def settle(given, path):
    """What is trained, and how: (`StageSpec`, `Settings`) from options and a config file."""
    from scenegan.training import config
    sections = config.read(path) if path else {}
    given["channels"] = given["channels"] and int(given["channels"])
    asked = sections.get("run", {}) | {name: given[name] for name in ("data", "begin_from")
                                       if given.get(name) is not None}
    places = {"data": default_data()} | {
        name: asked[name] if asked[name] == PROCEDURAL else str(resolve(asked[name]))
        for name in ("data", "begin_from") if name in asked}
    return config.describe(given | places, sections)


def open_clips(folder, spec):
    """The clips to train on: a folder's, or procedural ones.

    Raises:
        InputError: If the folder does not hold clips that the stage can be trained on.
    """
    if folder == PROCEDURAL:
        from scenegan.data.procedural import ProceduralClips
        click.secho("NOTE: training on generated waves and clouds, not on real scenery. For your "
                    f"own: scenegan data clips VIDEOS --out {CLIPS}", fg="yellow", err=True)
        return ProceduralClips(count=2000, seed=0, height=spec.height, width=spec.width,
                               frames=spec.frames, channels=spec.channels)
    from scenegan.data.store import ClipStore
    store = ClipStore(folder)
    store.check(spec)
    return store
