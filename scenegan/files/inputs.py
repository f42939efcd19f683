"""Files that a person names, looked at before they are opened."""

import os
import stat
from pathlib import Path

from scenegan.errors import InputError

KINDS = {stat.S_IFDIR: "folder", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket",
         stat.S_IFCHR: "device", stat.S_IFBLK: "device"}


def regular_file(path, what="A file", advice="Name a file."):
    """Check, without opening it, that a path leads to a regular file.

    A pipe would be waited for, and a device may have no end.

    Args:
        path: Path or text; links are followed.
        what: How the message begins, such as "A photo".
        advice: How it ends if something else than a file is there.

    Returns:
        Its `Path`.

    Raises:
        InputError: If nothing is there, something else is, or the path cannot be followed.
    """
    if not str(path):
        raise InputError(f"{what} must have a name, and this one is empty. {advice}")
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        address = str(path).startswith(("http:", "https:"))
        raise InputError(f"{what} must {'be a file' if address else 'exist'}. Received: '{path}'. "
                         f"{'Download it first' if address else 'Check the spelling'}."
                         ) from error
    except (OSError, ValueError) as error:            # a loop of links, no permission, NUL
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{what} must be a file that can be read. Received: {str(path)!r} "
                         f"({reason}). Correct that or name another.") from error
    if not stat.S_ISREG(mode):
        kind = KINDS.get(stat.S_IFMT(mode), "special file")
        raise InputError(f"{what} must be a file. Received: the {kind} '{path}'. {advice}")
    return Path(path)


def file_with_content(path, what="A file"):
    """Check that a path leads to a regular file that is not empty; as `regular_file`."""
    path = regular_file(path, what)
    if path.stat().st_size == 0:
        raise InputError(f"{what} must have content. Received: '{path}', 0 bytes. "
                         "Copy or download it again.")
    return path
