"""Files and folders that are there whole or not at all."""

import contextlib
import errno
import os
import shutil
import tempfile
from pathlib import Path

from scenegan.errors import InputError

HIDDEN = ".scenegan-"    # how a folder begins that a killed process leaves
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextlib.contextmanager
def replacing(path):
    """Write a file beside `path` that takes its name when it is whole and on the disk.

    One process at a time may write a path.

    Yields:
        The temporary path, of the same suffix. If anything fails, it goes and `path` stays.

    Raises:
        InputError: In place of an OSError; it says what the system said.
    """
    path = Path(path)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield part
        _flush(part, os.O_RDWR)
        os.replace(part, path)
        _flush(path.parent, os.O_RDONLY)
    except OSError as error:
        raise _refusal(path, error) from error
    finally:
        with contextlib.suppress(OSError):            # in a folder that cannot be written
            part.unlink()


@contextlib.contextmanager
def replacing_any(path):
    """Write a file or folder in a hidden folder beside `path`, to take its place when it is whole.

    Several processes may do so at once: the last one's file stays; of folders one stays whole.

    Yields:
        The temporary path, of the same name. If anything fails, it goes and `path` stays.

    Raises:
        InputError: If there can be no folder beside `path`, or it cannot be replaced.
    """
    path = Path(path)
    try:
        beside = Path(tempfile.mkdtemp(prefix=HIDDEN, dir=path.parent))
    except OSError as error:
        raise _refusal(path, error) from error
    aside = beside / f"{path.name}.replaced"
    try:
        yield beside / path.name
        _swap(beside / path.name, path, aside)
    finally:
        if path.exists() or not aside.exists():       # or else it is all that is left
            shutil.rmtree(beside, ignore_errors=True)


def save_array(path, array):
    """Write an array as .npy to a new file; np.save is not told why a disk is full.

    Args:
        array: An array, or an iterable of its rows that has its `shape` and `dtype`.

    Raises:
        OSError: As the system says it.
    """
    import numpy as np
    whole = isinstance(array, np.ndarray)
    header = {"descr": np.lib.format.dtype_to_descr(array.dtype), "fortran_order": False,
              "shape": array.shape}
    with open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for rows in [array] if whole else array:
            file.write(np.ascontiguousarray(rows).data)


def writable_folder(folder):
    """Make a folder if need be, and check that it can be written.

    Returns:
        Its `Path`.

    Raises:
        InputError: If it cannot.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise InputError("Output needs a folder that can be written. Received: "
                         f"'{folder}' ({error.strerror or error}). Name another.") from error


def _swap(new, path, aside):
    """Put a file or folder in the place of another, which is kept aside until then."""
    try:
        if path.is_dir():                             # a folder cannot be replaced in one step
            path.rename(aside)
        os.replace(new, path)
    except BaseException as error:
        if aside.exists() and not path.exists():
            aside.rename(path)
        if isinstance(error, OSError):
            raise _refusal(path, error) from error
        raise


def _refusal(path, error):
    received = f"Received: '{path}' ({error.strerror or error})."
    if error.errno in FULL:
        return InputError(f"A file must find room on the disk. {received} What was there before is "
                          "whole; make room and give the same command again.")
    return InputError("A file must be in a folder that exists and can be written. "
                      f"{received} Correct that or choose another place.")


def _flush(path, mode):
    """Have what was written reach the disk: a rename alone may come before its content."""
    if path.is_dir() and os.name == "nt":            # Windows opens no folders
        return
    number = os.open(path, mode)
    try:
        os.fsync(number)
    finally:
        os.close(number)
