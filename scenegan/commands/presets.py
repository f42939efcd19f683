"""`scenegan presets`: what can be trained."""

import click

from scenegan.commands.options import HELP
from scenegan.presets import DESCRIPTIONS, PRESETS


@click.command(context_settings=HELP)
def presets():
    """List the models that train_stage.py --preset takes, one a line."""
    width = max(map(len, PRESETS))
    for name in PRESETS:
        click.echo(f"{name:{width}}  {DESCRIPTIONS[name]}")
