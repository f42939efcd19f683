"""What the options of several commands share."""

import math

import click

from scenegan.seeds import LARGEST

HELP = {"help_option_names": ["-h", "--help"]}
SEED = click.IntRange(0, LARGEST)


def parse_size(context, parameter, value):
    """ "80x45" as (width, height)."""
    try:
        width, height = map(int, value.lower().split("x"))
    except ValueError:
        raise click.BadParameter(
            f"must be width x height, as in 80x45. Received: {value}.") from None
    if min(width, height) < 1:
        raise click.BadParameter(f"must be at least 1x1. Received: {value}.")
    return width, height


class Finite(click.FloatRange):
    """A number in a range that is neither infinite nor none."""

    def convert(self, value, param, ctx):
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"must be a finite number. Received: {value}.", param, ctx)
        return number
