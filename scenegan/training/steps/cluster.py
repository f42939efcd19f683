"""The machines of a distributed training, as the environment variable TF_CONFIG names them."""

import json
import os
import re
import signal
from contextlib import contextmanager

from scenegan.errors import InputError

GONE = ("Another worker no longer answers. Start the same command on all of them again: it resumes "
        "from the last saved state.")


def read_cluster():
    """(addresses of all workers, index of this one).

    Raises:
        InputError: If TF_CONFIG is missing or names none.
    """
    text = os.environ.get("TF_CONFIG", "none")
    try:
        description = json.loads(text)
        addresses, task = description["cluster"]["worker"], description["task"]
        if (isinstance(addresses, list) and task["type"] == "worker"
                and all(re.fullmatch(r"\S+:\d+", address) for address in addresses)
                and task["index"] in range(len(addresses))):
            return addresses, task["index"]
    except (ValueError, KeyError, TypeError):
        pass
    raise InputError("--strategy multiworker needs the environment variable TF_CONFIG on every "
                     f"machine, with its cluster and task. Received: {text}. See "
                     "docs/distributed.md.")


@contextmanager
def waiting(addresses, index):
    """Say which workers are waited for; Ctrl-C and SIGTERM end the process meanwhile.

    Native code waits, which knows nothing of Python's handlers.
    """
    others = ", ".join(address for at, address in enumerate(addresses) if at != index)
    print(f"Worker {index}, waiting for {others or 'no other'}. Ctrl-C ends it.", flush=True)
    before = {number: signal.signal(number, signal.SIG_DFL)
              for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
