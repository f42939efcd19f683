"""`scenegan train`, called."""

from click.testing import CliRunner

from scenegan.commands.cli import main


def refused(*arguments):
    """The one line that `scenegan train` ends with, and its exit status."""
    result = CliRunner().invoke(main, ["train", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    line, = (line for line in result.stderr.splitlines() if line.startswith("Error: "))
    return result.exit_code, line
