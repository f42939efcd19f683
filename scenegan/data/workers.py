"""Cut several videos at once, in processes that end with the command."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import cv2

from scenegan.data.parts import Part, cut_part
from scenegan.errors import InputError


def cut_all(sources, rules, work, workers):
    """Yield `(source, part, CutVideo)` in the order of the sources.

    Close the iterator if it is left before its end: that ends the workers.
    """
    parts = [Part.within(work, source.path, rules) for source in sources]
    workers = min(workers or os.cpu_count() or 1, len(parts))
    if workers <= 1:
        yield from zip(sources, parts, map(cut_part, parts), strict=True)
        return
    with _pool(workers) as pool:
        with _held_interrupts():                      # the workers are born with it
            futures = deque(pool.submit(cut_part, part) for part in parts)
        for source, part in zip(sources, parts, strict=True):
            yield source, part, futures.popleft().result()


@contextlib.contextmanager
def _pool(workers):
    """A pool whose processes are killed if anything fails; the parts that are done are kept.

    No future is ever cancelled: before Python 3.12 a pool that has lost its processes stumbles
    over futures that were (InvalidStateError). It gives all of them up by itself.

    Raises:
        InputError: If a process died by itself.
    """
    pool = ProcessPoolExecutor(workers, initializer=_prepare_worker,
                               mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    except BaseException as error:
        for worker in list((pool._processes or {}).values()):   # no public way before 3.14
            worker.kill()
        if isinstance(error, BrokenProcessPool):
            raise InputError("Every worker must live to its end. Received: one that was killed. "
                             "Give fewer --workers if memory is short; --workers 1 shows at "
                             "which video it happens.") from error
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
    before = signal.signal(signal.SIGINT, lambda *about: heard.append(about))
    masked = getattr(signal, "pthread_sigmask", lambda *_: None)      # not on Windows
    masked(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        masked(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, before)
    if heard and callable(before):
        before(*heard[0])


def _prepare_worker():
    signal.signal(signal.SIGINT, signal.SIG_IGN)      # the parent says that it was interrupted
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(1)


def _end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)
