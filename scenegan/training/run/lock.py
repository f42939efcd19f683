"""One training at a time in a run's folder."""

import os
import socket
from contextlib import contextmanager
from datetime import datetime

from scenegan.files.atomic import writable_folder
from scenegan.files.locks import lock

NAME = ".lock"


@contextmanager
def locked(run):
    """Hold a run's folder; it is made if need be.

    The file says who holds it: process, host and since when.

    Args:
        run: The run's folder.

    Raises:
        InputError: If another process holds it, or the folder cannot be written.
    """
    path = writable_folder(run) / NAME
    with open(path, "a", encoding="utf-8") as file:
        holder = path.read_text(encoding="utf-8").strip() or "another process"
        lock(file, f"'{run}' is in use by {holder}. Wait for it or choose another --run.")
        _write(file, f"process {os.getpid()} on {socket.gethostname()} since "
                     f"{datetime.now().astimezone().isoformat(' ', 'seconds')}\n")
        try:
            yield
        finally:
            _write(file, "")


def _write(file, text):
    file.truncate(0)
    file.write(text)
    file.flush()
