"""How to wait for a server: at an even pace, for ever longer, but never without an end."""

import email.utils
import threading
import time
from datetime import datetime, timezone

LONGEST_WAIT = 120.0                # seconds: a server that asks for more is given up


class Stopped(Exception):
    """The whole command is to end; raised in its threads."""


class Trouble(Exception):
    """Why a video cannot be had; the text is "kind: details", on one line.

    Attributes:
        permanent: Whether trying again some day is of no use.
    """

    def __init__(self, reason, permanent=True):
        text = str(reason).encode("utf-8", "replace").decode()       # of half a character
        super().__init__(" ".join(text.split())[:300])
        self.permanent = permanent


class Passing(Trouble):
    """A trouble that may well be over in a moment.

    Attributes:
        wait: Seconds that the server asks to wait, or None.
    """

    def __init__(self, reason, wait=None):
        super().__init__(reason, permanent=False)
        self.wait = wait


class Pace:
    """At most one request each `seconds`, evenly, whatever the number of threads."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, stop):
        """Sleep until it is the caller's turn.

        Raises:
            Stopped: If `stop` is set.
        """
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self.seconds
        pause(turn - time.monotonic(), stop)


def pause(seconds, stop):
    """Sleep.

    Raises:
        Stopped: As soon as the event `stop` is set.
    """
    if stop.wait(max(0.0, seconds)):
        raise Stopped


def patiently(attempt, waits, stop, tell=lambda text: None):
    """Call a function until its trouble has passed.

    Args:
        attempt: Function without arguments.
        waits: Seconds before each further attempt; longer if the server asks for it.
        stop: Event that ends the waiting.
        tell: Called with a sentence on each trouble that is waited for.

    Returns:
        What `attempt` returns.

    Raises:
        Passing: The last one, after all waits, or at once if the server asks to wait for more
            than LONGEST_WAIT.
        Stopped: If `stop` is set.
    """
    for wait in waits:
        try:
            return attempt()
        except Passing as trouble:
            if (trouble.wait or 0) > LONGEST_WAIT:
                raise
            seconds = max(wait, trouble.wait or 0)
            tell(f"{trouble}; trying again in {seconds:.3g} s.")
            pause(seconds, stop)
    return attempt()


def asked_wait(response):
    """Seconds that an HTTP response asks to wait (Retry-After: a number or a date), or None."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
        return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
    except (TypeError, ValueError):
        return None
