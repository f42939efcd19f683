"""How much is done at once: one job works, some wait, and further ones are told to come again."""

import threading
from contextlib import contextmanager


class Busy(Exception):
    """As many jobs wait as may."""


class Queue:
    """Lets jobs in one after the other.

    Args:
        waiting: Jobs that may wait for the one that works.
    """

    def __init__(self, waiting):
        self._room = threading.BoundedSemaphore(waiting + 1)
        self._turn = threading.Lock()
        self.waiting = waiting

    @contextmanager
    def turn(self):
        """Wait for one's turn and hold it.

        Raises:
            Busy: If too many wait already.
        """
        if not self._room.acquire(blocking=False):
            raise Busy(f"The page is busy: {self.waiting} others wait already. Try again in a "
                       "moment.")
        try:
            with self._turn:
                yield
        finally:
            self._room.release()
