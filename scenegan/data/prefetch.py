"""Make items of an iteration ahead of time, in threads."""

import contextlib
import os
import queue
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

MAKERS = max(1, min(4, (os.cpu_count() or 1) // 4))     # threads: computing needs the other cores


def prefetch(iterable, ahead=2):
    """Iterate what a thread of its own makes ahead of time.

    The thread starts with the first item that is asked for, and ends with the iteration or
    when that is closed or forgotten.

    Args:
        iterable: Anything to iterate, such as the batches of a training.
        ahead: Items that may wait, at least 1.

    Yields:
        The items, in order.

    Raises:
        BaseException: Whatever the iterable raises, after the items that came before.
    """
    made, closed = queue.Queue(ahead), threading.Event()
    thread = threading.Thread(target=_make, args=(iterable, made, closed), daemon=True)
    thread.start()
    try:
        while True:
            item, error, more = made.get()
            if error is not None:
                raise error
            if not more:
                return
            yield item
    finally:
        closed.set()
        with contextlib.suppress(queue.Empty):        # the thread may wait for a place
            while True:
                made.get_nowait()
        thread.join()


def map_in_threads(function, items, threads=MAKERS):
    """Yield `function(item)` in the order of the items, so many of them made at once.

    Args:
        function: Function that several threads may call.
        items: Iterable of its arguments.
        threads: With 1 all is done in the thread that iterates.
    """
    if threads == 1:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque()
        try:
            for item in items:
                if len(waiting) == threads:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(function, item))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _make(iterable, made, closed):
    """Put `(item, error, whether there is more)` into a queue, at most once after it is closed."""
    items, more = None, True
    while more and not closed.is_set():
        item = error = None
        try:
            items = iter(iterable) if items is None else items
            item = next(items)
        except StopIteration:
            more = False
        except BaseException as raised:               # the reader raises it, whatever it is
            error, more = raised, False
        made.put((item, error, more))
