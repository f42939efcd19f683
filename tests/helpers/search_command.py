"""What `scenegan data search` says when it fails."""

import re


def error_line(result):
    """The one error that it ends with, after notes of what it was doing."""
    assert result.exit_code == 1, result.output
    *notes, line = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert all(re.match("Searching .* ...$|Flickr: .*; trying again in .* s.$", note)
               for note in notes), notes
    return line
