"""Ctrl-C and SIGTERM as a wish to stop, not as an end."""

import signal


class Stop:
    """While open, tells whether this process was asked to stop."""

    def __init__(self):
        self.asked = False

    def __enter__(self):
        self.handlers = {number: signal.signal(number, self._ask)
                         for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_):
        for number, handler in self.handlers.items():
            signal.signal(number, handler)

    def _ask(self, *_):
        self.asked = True
