"""`scenegan train`, and `train_stage.py`: train one stage of the GAN."""

import shlex
from pathlib import Path

import click

from scenegan.commands.cli import LazyGroup, import_keras, need_keras
from scenegan.commands.options import HELP, SEED, GroupedHelp, option_group
from scenegan.files.paths import resolve
from scenegan.presets import LARGEST, PRESETS, STAGES, check_preset
from scenegan.scenery import SUPERSAMPLING
from scenegan.specs import CHANNELS, PUBLISHED, StageSpec
from scenegan.training.run.settings import PRECISIONS, SCHEDULES, STRATEGIES, Settings

LOSSES = sorted({name for stages in PRESETS.values() for spec in stages.values()
                 for name in spec.losses})
CLIPS = Path("data/clips")       # where `scenegan data clips` writes by default
PROCEDURAL = "procedural"        # --data: the built-in scenery instead of a folder
COMMANDS = {"plot": ("scenegan.commands.plot", "Draw the curves of a run to a PNG."),
            "segmenter": ("scenegan.commands.train_segmenter",
                          "Train the network that finds what is in a photo.")}
COUNT = click.IntRange(min=1)
everyday, schedule, devices = map(option_group, ("Everyday", "Schedule", "Devices"))


class GroupedGroup(GroupedHelp, LazyGroup):
    """A group of commands with options in groups."""


@click.group(cls=GroupedGroup, table=COMMANDS, context_settings=HELP, invoke_without_command=True)
@everyday("--stage", "number", type=int, metavar="N",
          help=f"Stage to train: {', '.join(f'{n} ({STAGES[n].size})' for n in STAGES)}.")
@everyday("--preset", metavar="NAME",
          help="Model to train: scenegan presets lists them. Default: scene.")
@everyday("--data", metavar="FOLDER",
          help=f"Clips to train on. Default: {CLIPS} if it is there, else {PROCEDURAL} "
               "(generated waves and clouds).")
@everyday("--run", default="runs/default", show_default=True, type=click.Path(),
          help="Folder of this training; both stages of a model share it.")
@everyday("--from", "begin_from", metavar="FOLDER", help="Fine-tune: begin with the networks "
          "of another run; 'checkpoints' is that of the shipped ones.")
@everyday("--config", "path", metavar="FILE", help="A run's config.ini: train as it says. "
          "Options come before it.")
@everyday("--channels", type=click.Choice([str(n) for n in CHANNELS]),
          help="3 for RGB, the default, or 1 for gray.")
@everyday("--seed", type=SEED, metavar="N", help="Default: 0.")
@everyday("--fresh", is_flag=True, help="Start this stage of the run again from nothing.")
@schedule("--steps", type=COUNT, help="Default: the stage table's.")
@schedule("--batch-size", type=COUNT, help="Clips a step. Default: the stage table's.")
@schedule("--loss", type=click.Choice(LOSSES),
          help="Of scene: regression to measured motion with a critic beside it, of mean squared "
               "error (mse, the default) or Wasserstein; or alone. The others are for published "
               "presets.")
@schedule("--schedule", type=click.Choice(SCHEDULES),
          help="Of the learning rates, to zero or constant. Default: the stage table's.")
@schedule("--warmup", type=click.IntRange(min=0), metavar="STEPS",
          help="Steps over which the learning rates rise. Default: the stage table's.")
@schedule("--generator-steps", type=COUNT, help="Generator updates a step. Default: 1.")
@schedule("--discriminator-steps", type=COUNT,
          help="Discriminator updates a step. Default: the loss's.")
@schedule("--save-every", type=COUNT, metavar="STEPS", help="Default: 250.")
@schedule("--validate-every", type=COUNT, metavar="STEPS",
          help="Losses, figures and samples of videos held out. Default: 500.")
@schedule("--tensorboard/--no-tensorboard", default=None,
          help="Write events for TensorBoard, too: pip install 'scenegan[tensorboard]'.")
@devices("--strategy", type=click.Choice(STRATEGIES), help="All GPUs that are there "
         "(auto, the default), one, all of this machine, or those of several machines.")
@devices("--precision", type=click.Choice(PRECISIONS), help="Default: float32.")
@devices("--micro-batch", type=COUNT, metavar="N",
         help="Clips at a time on a device, for small memory. Default: all.")
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
    given["number"] = given["number"] or _only_stage(given["preset"])
    if given["number"] is None and path is None:
        raise click.UsageError("Missing option '--stage'.", context)
    spec, settings = settle(given, path)
    need_keras()
    store = open_clips(settings.data, spec)
    import_keras()
    from scenegan.training import session
    generator, done, done_before = session.train(spec, store, run, settings, fresh)
    if done < settings.steps:
        click.echo(f"Stopped after step {done} of {settings.steps}. The same command goes on.")
        raise click.exceptions.Exit(130)
    click.echo(f"Trained {done} steps. Wrote {generator}" if done > done_before else
               f"All {done} steps are done already: {generator}")
    later = [stage for stage in PRESETS[spec.preset].values()
             if stage.starts_from == spec.number and stage.number <= LARGEST]
    click.echo(f"Next: {_next_stage(later[0], spec, settings, run, path)}" if later else
               f"Next: {_use(spec, generator)}")


def _use(spec, generator):
    """The command, or what else, that shows what a trained generator does."""
    from scenegan.training.steps.networks import NETWORKS
    kind, checkpoint = NETWORKS[spec.network], shlex.quote(str(generator))
    if spec.network in PUBLISHED and (kind.noisy or kind.given_all):
        return f"scenegan generate --checkpoint {checkpoint}"
    if spec.given:
        return f"see {shlex.quote(str(Path(generator).with_suffix('') / 'samples'))}"
    return f"python animate.py PHOTO --checkpoint {checkpoint}"


def _only_stage(preset):
    """The number of a preset's stage where it has but one, else None."""
    if preset is None:
        return None
    check_preset(preset)
    numbers = list(PRESETS[preset])
    return numbers[0] if len(numbers) == 1 else None


def _next_stage(later, spec, settings, run, path):
    """The command that trains the stage which grows from the one that was trained.

    Args:
        later: The stage table's `StageSpec` of that stage.
        spec, settings: What was trained, and how.
        run: The run's folder.
        path: The configuration file that was given, or None.
    """
    from scenegan.training.run import config
    command, where = "python train_stage.py", f"--run {shlex.quote(str(run))}"
    if path and "number" not in config.read(path).get("stage", {}):
        return (f"{command} --stage {later.number} --config {shlex.quote(str(path))} {where}"
                f"{_options(settings, spec)}")
    if spec.frames != later.frames or spec.height >= later.height or spec.width >= later.width:
        return (f"{command} --config FILE {where}{_options(settings, spec)}, where FILE has "
                f"[stage] with number = {later.number}, frames = {spec.frames}, and a height and "
                f"width above {spec.size}")
    return f"{command} --stage {later.number} {where}{_options(settings, spec)}"


def _options(settings, spec):
    """What the next stage has to be told, too, as options with a space before each."""
    usual = next(iter(PRESETS[spec.preset][spec.number].losses))
    values = (("preset", spec.preset, StageSpec.preset),
              ("data", settings.data, default_data()), ("loss", settings.loss, usual),
              ("channels", spec.channels, PRESETS[spec.preset][spec.number].channels),
              *((name, getattr(settings, name), getattr(Settings, name))
                for name in ("seed", "precision", "strategy", "micro_batch")))
    return "".join(f" --{name.replace('_', '-')} {shlex.quote(str(value))}"
                   for name, value, default in values if value != default)


def default_data():
    """What is trained on if nothing is said: the full path of CLIPS, or PROCEDURAL."""
    return str(resolve(CLIPS)) if CLIPS.exists() else PROCEDURAL


def settle(given, path):
    """What is trained, and how: (`StageSpec`, `Settings`) from options and a config file."""
    from scenegan.training.run import config
    sections = config.read(path) if path else {}
    given["channels"] = given["channels"] and int(given["channels"])
    asked = sections.get("run", {}) | {name: given[name] for name in ("data", "begin_from")
                                       if given.get(name) is not None}
    paths = {"data": default_data()}
    if "data" in asked:
        data = asked["data"]
        paths["data"] = data if data == PROCEDURAL else str(resolve(data))
    if "begin_from" in asked:
        from scenegan.checkpoints import find_run
        paths["begin_from"] = str(resolve(find_run(asked["begin_from"])))
    return config.describe(given | paths, sections)


def open_clips(folder, spec):
    """The clips to train on: a folder's, or procedural ones.

    Raises:
        InputError: If the folder does not hold clips that the stage can be trained on.
    """
    if folder == PROCEDURAL:
        from scenegan.data.procedural import ProceduralClips
        click.secho("NOTE: training on generated waves and clouds, not on real scenery. For your "
                    f"own: scenegan data clips VIDEOS --out {CLIPS}", fg="yellow", err=True)
        larger = SUPERSAMPLING if spec.network == "velocity" else 1
        return ProceduralClips(count=2000, seed=0, height=larger * spec.height,
                               width=larger * spec.width, frames=spec.frames,
                               channels=spec.channels)
    from scenegan.data.store import ClipStore
    store = ClipStore(folder)
    store.check(spec)
    return store
