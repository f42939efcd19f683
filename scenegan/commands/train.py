"""`scenegan train`, and `train_stage.py`: train one stage of the GAN."""

from pathlib import Path

import click

from scenegan.commands import HELP, import_keras
from scenegan.stages import CHANNELS, STAGES

LOSSES = sorted({name for spec in STAGES.values() for name in spec.losses})
CLIPS = Path("data/clips")       # where `scenegan data clips` writes by default
PROCEDURAL = "procedural"        # --data: the built-in scenery instead of a folder


@click.command(context_settings=HELP)
@click.option("--stage", "number", type=int, required=True, metavar="N",
              help=f"Stage to train: {', '.join(f'{n} ({STAGES[n].size})' for n in STAGES)}.")
@click.option("--data", "folder", metavar="FOLDER",
              help=f"Clips to train on. Default: {CLIPS} if it is there, else {PROCEDURAL} "
                   "(generated waves and clouds).")
@click.option("--run", default="runs/default", show_default=True, type=click.Path(),
              help="Folder of this training; both stages of a model share it.")
@click.option("--loss", type=click.Choice(LOSSES), default="mse", show_default=True,
              help="Adversarial loss: mean squared error or Wasserstein.")
@click.option("--channels", type=click.Choice([str(n) for n in CHANNELS]), default="3",
              show_default=True, help="3 for RGB, 1 for gray.")
@click.option("--steps", type=click.IntRange(min=1), help="Default: the stage table's.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Clips a step. Default: the "
              "stage table's.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--fresh", is_flag=True, help="Start this stage of the run again from nothing.")
def train(number, folder, run, channels, steps, batch_size, fresh, **choices):
    """Train one stage. Called again, it goes on where it stopped.

    \b
    python train_stage.py --stage 1
    python train_stage.py --stage 2
    python animate.py photo.jpg --checkpoint runs/default/stage2.keras
    """
    from scenegan.stages import stage
    spec = stage(number, int(channels))
    settings = {"steps": steps or spec.steps, "batch_size": batch_size or spec.batch_size}
    if folder is None:
        folder = str(CLIPS) if CLIPS.exists() else PROCEDURAL
    store = open_clips(folder, spec)
    import_keras()
    from scenegan.training import session
    settings = session.Settings(data=folder, **settings, **choices)
    path, done = session.train(spec, store, run, settings, fresh)
    if done < settings.steps:
        click.echo(f"Stopped after step {done} of {settings.steps}. The same command goes on.")
        raise click.exceptions.Exit(130)
    click.echo(f"Trained {done} steps. Wrote {path}")
    later = [n for n in STAGES if STAGES[n].starts_from == number]
    click.echo(f"Next: python train_stage.py --stage {later[0]} --run {run}" if later else
               f"Next: python animate.py PHOTO --checkpoint {path}")


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
