"""Keep away from stderr what native libraries write there, whatever their log level."""

import os
import sys
import threading
from contextlib import contextmanager

_LOCK = threading.RLock()        # threads that turned it off and on across each other would lose it


@contextmanager
def quiet_stderr():
    """Discard what is written to stderr, of this process and of its native code."""
    with _LOCK:
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            kept = os.dup(2)
        except OSError:                               # it is closed: there is nothing to hear
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        try:
            yield
        finally:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
