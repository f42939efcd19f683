"""`scenegan data search`, called, and what it found or said."""

import re

from click.testing import CliRunner

from scenegan.commands.cli import main


def search(out, *arguments):
    return CliRunner().invoke(main, ["data", "search", "--out", str(out), *map(str, arguments)])


def numbers(videos):
    """The numbers of videos of Flickr."""
    return [int(video.id.removeprefix("flickr-")) for video in videos]


def error_line(result):
    """The one error that it ends with, after notes of what it was doing."""
    assert result.exit_code == 1, result.output
    *notes, line = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert all(re.match("Searching .* ...$|Flickr: .*; trying again in .* s.$", note)
               for note in notes), notes
    return line
