"""Files that are there whole or not at all."""

import os
from contextlib import contextmanager
from pathlib import Path

from scenegan.errors import InputError


@contextmanager
def replacing(path):
    """Write a file beside `path` that takes its name when it is whole and on the disk.

    Yields:
        The temporary path, of the same suffix. If anything fails, it goes and `path` stays.

    Raises:
        InputError: If the disk is full or the file cannot be written.
    """
    path = Path(path)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield part
        _flush(part, os.O_RDWR)
        os.replace(part, path)
        _flush(path.parent, os.O_RDONLY)
    except OSError as error:
        raise InputError(f"A file must find room on the disk. Received: '{path}' "
                         f"({error.strerror or error}). What was there before is whole; make room "
                         "and give the same command again.") from error
    finally:
        part.unlink(missing_ok=True)


def _flush(path, mode):
    """Have what was written reach the disk: a rename alone may come before its content."""
    if path.is_dir() and os.name == "nt":            # Windows opens no folders
        return
    number = os.open(path, mode)
    try:
        os.fsync(number)
    finally:
        os.close(number)
