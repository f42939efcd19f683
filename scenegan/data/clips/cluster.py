"""Work on the processes of a Dask cluster, which may be on many machines."""

import contextlib
import logging
import uuid
from collections import deque
from concurrent.futures import CancelledError

from scenegan.errors import InputError

WAIT = 20                  # seconds, for the scheduler, and for the first worker
AHEAD = 4                  # videos for each thread of the cluster that are handed out at once


def map_on_cluster(function, items, address, folder):
    """Yield `function(item)` in the order of the items, computed by a Dask cluster.

    What a worker had when it died is given to another one, up to three times. Close the iterator
    if it is left before its end.

    Args:
        function: A function of a module that the workers have, too.
        items: List of its arguments.
        address: Of the cluster's scheduler, such as `tcp://host:8786`.
        folder: A folder that the workers must see, too.

    Raises:
        InputError: If Dask is not installed, no worker answers, or they do not see the folder.
    """
    with _connect(address) as client, _cluster_errors(address):
        _check_sight(client, folder)
        waiting, most = deque(), AHEAD * sum(client.nthreads().values())
        for item in items:
            if len(waiting) >= most:
                yield waiting.popleft().result()
            waiting.append(client.submit(function, item, pure=False))
        while waiting:
            yield waiting.popleft().result()


def _connect(address):
    """A Dask client of a cluster that has a worker at least."""
    try:
        import distributed
    except ImportError as error:
        raise InputError("--cluster needs Dask, which is not installed. Run: pip install "
                         "'scenegan[cluster]'") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)    # errors are told in one line
    with contextlib.ExitStack() as stack:
        try:
            client = stack.enter_context(
                distributed.Client(address, timeout=WAIT, set_as_default=False))
            client.wait_for_workers(1, timeout=WAIT)
        except (OSError, ValueError) as error:        # a TimeoutError is an OSError
            raise InputError(f"No worker answers at --cluster {address}. Start `dask scheduler` "
                             "and `dask worker`, or correct the address.") from error
        stack.pop_all()
        return client


@contextlib.contextmanager
def _cluster_errors(address):
    from distributed import KilledWorker
    kept = "What is cut so far is kept; the same command goes on."
    try:
        yield
    except KilledWorker as error:
        raise InputError(f"Several workers of the cluster died at the same video. {kept} Give "
                         "them more memory, or find the video with --workers 1.") from error
    except CancelledError as error:
        raise InputError(f"The cluster at {address} was lost. {kept}") from error


def _check_sight(client, folder):
    """Raise InputError unless every worker sees a folder as this process does."""
    mark = folder / f".{uuid.uuid4().hex}"
    mark.touch()
    try:
        blind = [worker for worker, sees in client.run(_sees, str(mark)).items() if not sees]
    finally:
        mark.unlink()
    if blind:
        raise InputError(f"The worker {blind[0]} does not see '{folder.parent}'. Name an --out on "
                         "a disk that all machines see, by the same path.")


def _sees(path):
    import os
    return os.path.exists(path)
