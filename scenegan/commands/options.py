"""What the options of several commands share."""

import math
from functools import partial

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
    """A number in a range that is neither infinite nor none.

    Args:
        hint: A sentence for who gives something else.
        bounds: As `click.FloatRange` takes them.
    """

    name = "number"

    def __init__(self, *bounds, hint="", **options):
        super().__init__(*bounds, **options)
        self.hint = hint

    def convert(self, value, param, ctx):
        try:
            number = super().convert(value, param, ctx)
        except click.BadParameter as error:
            self.fail(f"{error.message} {self.hint}".strip(), param, ctx)
        if not math.isfinite(number):
            self.fail(f"must be a finite number. Received: {value}.", param, ctx)
        return number

    def _describe_range(self):
        """What `--help` says of the range: nothing, where there is none."""
        return "" if self.min is self.max is None else super()._describe_range()


class GroupedOption(click.Option):
    """An option that `--help` shows under the title of its group."""

    def __init__(self, *args, group, **options):
        super().__init__(*args, **options)
        self.group = group


def option_group(title):
    """`click.option` for the options of one group of `--help`; see `GroupedHelp`."""
    return partial(click.option, cls=GroupedOption, group=title)


class GroupedHelp(click.Command):
    """A command whose `--help` lists options by group, in the order of their declaration.

    Those without a group come last.
    """

    def format_options(self, ctx, formatter):
        options = [option for option in self.get_params(ctx) if isinstance(option, click.Option)]
        groups = {option.group: [] for option in options if isinstance(option, GroupedOption)}
        for option in options:
            if record := option.get_help_record(ctx):
                groups.setdefault(getattr(option, "group", "Other options"), []).append(record)
        for title, records in groups.items():
            with formatter.section(title):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)
