"""One training at a time in a run's folder."""

import os
import socket
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from scenegan.errors import InputError

try:
    import fcntl
except ImportError:                  # Windows has no such lock: two trainings are not told apart
    fcntl = None

NAME = ".lock"


@contextmanager
def locked(run):
    """Hold a run's folder; it is made if need be.

    The file says who holds it: process, host and since when. The lock itself is the
    kernel's, so that of a process that has died is free.

    Args:
        run: The run's folder.

    Raises:
        InputError: If another process holds it, or the folder cannot be written.
    """
    path = Path(run) / NAME
    _make(path)
    with open(path, "a", encoding="utf-8") as file:
        try:
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"One training at a time may use a run. Received: '{run}', held by "
                             f"{_holder(path)}. Wait for it or choose another --run.") from None
        _write(file, f"process {os.getpid()} on {socket.gethostname()} since "
                     f"{datetime.now().astimezone().isoformat(' ', 'seconds')}\n")
        try:
            yield
        finally:
            _write(file, "")


def _make(path):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise InputError(f"A run needs a folder that can be written. Received: '{path.parent}' "
                         f"({error.strerror}). Choose another with --run.") from error


def _holder(path):
    return path.read_text().strip() or "another process"


def _write(file, text):
    file.truncate(0)
    file.write(text)
    file.flush()
