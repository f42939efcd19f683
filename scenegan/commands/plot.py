"""`scenegan train plot`: the curves of a run as a PNG."""

from pathlib import Path

import click

from scenegan.commands.options import HELP


@click.command(context_settings=HELP)
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--out", metavar="FILE", help="Default: curves.png in the run's folder.")
def plot(run, out):
    """Draw the training and validation curves of both networks to a PNG."""
    from scenegan.training.run import curves
    out = out or run / "curves.png"
    curves.draw(run, out)
    click.echo(f"Wrote {out}")
