"""Cut several videos at once, in processes that end with the command."""

import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import cv2

from scenegan.data.parts import Part, cut_part
from scenegan.errors import InputError


def cut_all(sources, rules, work, workers):
    """Yield `(source, part, CutVideo)` in the order of the sources."""
    parts = [Part.within(work, source.path, rules) for source in sources]
    workers = min(workers or os.cpu_count() or 1, len(parts))
    if workers <= 1:
        yield from zip(sources, parts, map(cut_part, parts), strict=True)
        return
    pool = ProcessPoolExecutor(workers, initializer=_prepare_worker,
                               mp_context=multiprocessing.get_context("spawn"))
    with _ended(pool):
        with _unheard_interrupts():                   # the workers are born with it
            results = pool.map(cut_part, parts)
        yield from zip(sources, parts, results, strict=True)


@contextlib.contextmanager
def _ended(pool):
    """End a pool's processes at once if anything fails; the parts that are done are kept."""
    try:
        yield
        pool.shutdown()
    except BaseException as error:
        workers = list((pool._processes or {}).values())    # no public name for them before 3.14
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.kill()
        if isinstance(error, BrokenProcessPool):
            raise InputError("Every worker must live to its end. Received: one that was killed. "
                             "Give fewer --workers if memory is short; --workers 1 shows at "
                             "which video it happens.") from error
        raise


@contextlib.contextmanager
def _unheard_interrupts():
    """Ignore Ctrl-C for a moment, where that can be."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prepare_worker():
    signal.signal(signal.SIGINT, signal.SIG_IGN)      # the parent says that it was interrupted
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(1)


def _end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)
