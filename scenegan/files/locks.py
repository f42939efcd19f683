"""One process at a time, where the system can.

The locks are the kernel's, so that of a process that has died is free. Windows has none of this
kind: there nothing is locked.
"""

import os
from contextlib import contextmanager

from scenegan.errors import InputError

try:
    import fcntl
except ImportError:
    fcntl = None


def lock(file, refusal=None):
    """Lock an open file until it is closed.

    Args:
        file: Open for writing, as network file systems ask for; or the number of a file.
        refusal: What to say if another process holds the lock. None: wait for it.

    Raises:
        InputError: The refusal.
    """
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
    except BlockingIOError as error:
        raise InputError(refusal) from error
    except OSError as error:
        raise InputError(f"This file system does not support locks ({error.strerror}). Choose a "
                         "folder on another disk.") from error


@contextmanager
def locked_folder(folder, refusal=None):
    """Hold the lock of a folder; see `lock`."""
    if fcntl is None:                                 # where folders cannot be opened either
        yield
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        lock(number, refusal)
        yield
    finally:
        os.close(number)
