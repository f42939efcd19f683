"""Work in several processes that end with the command."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import cv2

from scenegan.errors import InputError


def map_in_processes(function, items, workers, advice):
    """Yield `function(item)` in the order of the items.

    Close the iterator if it is left before its end: that ends the workers.

    Args:
        function: A function of a module, as it must be found again in other processes.
        items: List of its arguments.
        workers: Processes; None for one a CPU. With one, all is done in this process.
        advice: A sentence: what to do if a process was killed.

    Raises:
        InputError: If a process died by itself.
    """
    workers = min(workers or os.cpu_count() or 1, len(items))
    if workers <= 1:
        yield from map(function, items)
        return
    with _pool(workers, advice) as pool:
        with _held_interrupts():                      # the workers are born with it
            futures = deque(pool.submit(function, item) for item in items)
        while futures:
            yield futures.popleft().result()


@contextlib.contextmanager
def _pool(workers, advice):
    """A pool whose processes are killed if anything fails.

    No future is ever cancelled: before Python 3.12 a pool that has lost its processes stumbles
    over futures that were (InvalidStateError). It gives all of them up by itself.

    Raises:
        InputError: If a process died by itself.
    """
    with _held_interrupts():                          # half made, it would leave a semaphore
        pool = ProcessPoolExecutor(workers, initializer=_prepare_worker,
                                   mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    except BaseException as error:
        for worker in list((pool._processes or {}).values()):   # no public way before 3.14
            worker.kill()
        if isinstance(error, BrokenProcessPool):
            raise InputError(f"A worker was killed. {advice}") from error
        raise
    finally:
        pool.shutdown()


@contextlib.contextmanager
def _held_interrupts():
    """Hear a Ctrl-C only at the end, where that can be; processes born meanwhile hear none."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = []
    handler = signal.signal(signal.SIGINT, lambda *about: heard.append(about))
    masked = getattr(signal, "pthread_sigmask", lambda *_: None)      # not on Windows
    masked(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        masked(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, handler)
    if heard and callable(handler):
        handler(*heard[0])


def _prepare_worker():
    signal.signal(signal.SIGINT, signal.SIG_IGN)      # the parent says that it was interrupted
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(1)


def _end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)
