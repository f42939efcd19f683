"""`scenegan train segmenter`: train the network that finds what is in a photo."""

import click

from scenegan.commands.cli import import_keras, need_keras
from scenegan.commands.options import HELP, SEED
from scenegan.files.paths import resolve

COUNT = click.IntRange(min=1)


class Weight(click.ParamType):
    """NAME=NUMBER, as (name, number)."""

    name = "weight"

    def convert(self, value, param, ctx):
        name, sign, number = value.rpartition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = -1
        if not sign or not 0 <= weight < float("inf"):
            self.fail(f"{value!r} is not NAME=NUMBER with a number from 0, such as mine=2.",
                      param, ctx)
        return name, weight


@click.command(context_settings=HELP)
@click.option("--data", required=True, metavar="FOLDER", help="Labelled photos: images/, labels/ "
              "and manifest.csv, see docs/segmenter.md.")
@click.option("--out", default="runs/default/segmenter.keras", show_default=True, metavar="FILE",
              type=click.Path(), help="Its logs and states go to a folder of its name beside it.")
@click.option("--from", "begin_from", metavar="FILE", help="Begin with another segmenter. Default: "
              "the encoder that ImageNet taught, and a new pyramid.")
@click.option("--fresh", is_flag=True, help="Start again from nothing, replacing FILE.")
@click.option("--steps", type=COUNT, default=4000, show_default=True)
@click.option("--batch-size", type=COUNT, default=8, show_default=True, help="Crops a step.")
@click.option("--seed", type=SEED, default=0, show_default=True, metavar="N")
@click.option("--weight", "weights", type=Weight(), multiple=True, metavar="NAME=N",
              help="How often a data set of the manifest is drawn from, relative to the others. "
                   "Default: 1 for each. Repeat for several.")
@click.option("--validate-on", multiple=True, metavar="NAME", help="Hold out a tenth of this data "
              "set's photos alone. Default: of all. Repeat for several.")
@click.option("--save-every", type=COUNT, default=250, show_default=True, metavar="STEPS")
@click.option("--validate-every", type=COUNT, default=500, show_default=True, metavar="STEPS",
              help="Figures of the photos held out.")
def train_segmenter(data, out, begin_from, fresh, **options):
    """Train the segmenter on labelled photos. Called again, it goes on where it stopped.

    \b
    scenegan train segmenter --data scenes
    scenegan train segmenter --data mine --from runs/default/segmenter.keras --out runs/mine.keras
    scenegan evaluate segmenter --data scenes --checkpoint runs/default/segmenter.keras
    """
    need_keras()
    from scenegan.data.labels import LabelledPhotos
    resolve(data)
    LabelledPhotos(data)                              # mistakes are told before Keras is loaded
    import_keras()
    from scenegan.training.segmenter import train
    from scenegan.training.segmenter_folder import SegmenterSettings
    settings = SegmenterSettings(data=str(resolve(data)), **options,
                                 begin_from=begin_from and str(resolve(begin_from)))
    path, done, done_before = train(settings, out, fresh)
    if done < settings.steps:
        click.echo(f"Stopped after step {done} of {settings.steps}. The same command goes on.")
        raise click.exceptions.Exit(130)
    click.echo(f"Trained {done} steps. Wrote {path}" if done > done_before else
               f"All {done} steps are done already: {path}")
    click.echo(f"Next: scenegan evaluate segmenter --data {data} --checkpoint {path}")
