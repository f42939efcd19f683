"""Where a path leads: one place that follows links, and refuses what leads nowhere in one line."""

import contextlib
import errno
import os
from pathlib import Path

from scenegan.errors import InputError


def resolve(path):
    """The absolute path that a path leads to, links followed. It need not exist.

    Raises:
        InputError: If it is empty, holds a zero byte, or leads in a circle of links.
    """
    if not os.fspath(path):
        raise InputError("A path must have a name, and this one is empty. Name it.")
    try:
        target = Path(os.path.realpath(path))
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            os.stat(target)                            # only this tells of a circle
    except ValueError as error:
        raise InputError(f"A path must be text without zero bytes. Received: {str(path)!r}. "
                         "Correct it.") from error
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise InputError(f"'{path}' is a link that leads back to itself. Correct the link or name "
                         "another path.") from error
    return target
