"""One file from the network to the disk: streamed, and watched while it comes."""

import os
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass

from scenegan.data.collect.integrity import CONTAINERS
from scenegan.data.collect.manifest import disk_errors
from scenegan.data.collect.retries import Passing, Stopped, Trouble, asked_wait

MOST_THREADS = 32                                     # that share a session
BLOCK = 1 << 14                                       # bytes written at a time


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a server may take at most."""

    timeouts: tuple[float, float] = (10, 30)          # seconds to connect, and to hear something
    window: float = 30                                # seconds in which a file has to grow ...
    slowest: float = 4096                             # ... by so many bytes a second
    most_bytes: int = 500_000_000
    waits: tuple[float, ...] = (1, 5)                 # seconds before each further attempt
    resolving: float = 120                            # seconds to find a page's files


def open_session():
    """A `requests.Session` for many threads."""
    import requests
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=MOST_THREADS))
    return session


class Refusal(Trouble):
    """The server does not give the file; `status` is the HTTP status that says so."""

    def __init__(self, status):
        gone = status in (404, 410)
        super().__init__(f"{'gone' if gone else 'refused'}: HTTP {status}", permanent=gone)
        self.status = status


def stream(session, url, part, limits, cancel):
    """Download a file, following redirects.

    Args:
        session: `requests.Session`.
        url: http or https.
        part: Path to write.
        limits: `Limits`.
        cancel: Event that ends the download.

    Raises:
        Passing: If the network fails, the server is busy or the file is not whole.
        Trouble: If there is no such file, or one that is no video.
        InputError: If the file cannot be written.
        Stopped: If `cancel` is set.
    """
    import requests
    with disk_errors(part.parent):                    # what requests raises is an OSError too
        try:
            with session.get(url, stream=True, timeout=limits.timeouts,
                             headers={"Accept-Encoding": "identity"}) as response:
                _check_answer(response, limits)
                if cancel.is_set():
                    raise Stopped
                _write(response, part, limits, cancel)
        except requests.Timeout:
            raise Passing("network: no answer in time") from None
        except requests.exceptions.ChunkedEncodingError:
            raise Passing("network: the file broke off") from None
        except (ValueError, requests.TooManyRedirects):      # a strange link, or a strange redirect
            raise Trouble("gone: the link leads nowhere") from None
        except requests.RequestException:
            raise Passing("network: the connection failed") from None


def _check_answer(response, limits):
    status = response.status_code
    if status in (408, 429) or status >= 500:
        raise Passing(f"network: HTTP {status}", asked_wait(response))
    if status != 200:
        raise Refusal(status)
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind.startswith(("text/", "image/", "audio/")) or kind == "application/json":
        raise Trouble(f"not a video: {kind}")
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > limits.most_bytes:
        raise too_large(limits)


def too_large(limits):
    """The Trouble with a file that has more bytes than `limits` allow."""
    return Trouble(f"too large: over {limits.most_bytes / 1e6:.0f} MB", permanent=False)


def _write(response, part, limits, cancel):
    size = 0
    with open(part, "wb") as file:
        for block in response.iter_content(BLOCK):
            if cancel.is_set():
                raise Stopped
            if size == 0 and not CONTAINERS.match(block) and len(block) >= 189:
                raise Trouble("not a video: another kind of file")
            size += len(block)
            if size > limits.most_bytes:
                raise too_large(limits)
            file.write(block)
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and size < int(length):     # urllib3 1 does not notice
        raise Passing("network: the file broke off")


def watched(work, part, limits, stop, report=None):
    """Call a function that writes a file, and leave it if the file hardly grows.

    A server that sends a byte now and then never runs into a time-out, so the function has
    a thread of its own, which is left to itself if it must be.

    Args:
        work: Function of an event: what sets it wants `work` to end.
        part: Path that `work` writes.
        limits: `Limits`.
        stop: Event that ends the whole command.
        report: Function of the bytes that came since it was last called.

    Returns:
        What `work` returns.

    Raises:
        Passing: If the file grows too slowly.
        Trouble: If it is too large, and whatever `work` raises.
        Stopped: If `stop` is set.
    """
    cancel, future = threading.Event(), Future()
    part.unlink(missing_ok=True)                      # one that was left to itself may write it
    threading.Thread(target=_settle, args=(future, work, cancel), daemon=True).start()
    growth = _Growth(part, limits, report)
    try:
        while True:
            try:
                return future.result(timeout=0.1)
            except NotYet:
                if future.done():                     # a time-out of the function's own
                    raise Passing("network: no answer in time") from None
            finally:
                growth.look()
            if stop.is_set():
                raise Stopped
            growth.judge()
    finally:
        cancel.set()


class _Growth:
    """How a file grows while it is written; arguments as for `watched`."""

    def __init__(self, part, limits, report):
        self.part, self.limits, self.report = part, limits, report
        self.size = self.marked = 0                   # bytes: now, and when the window began
        self.since = time.monotonic()

    def look(self):
        previous, self.size = self.size, size_of(self.part)
        if self.report and self.size > previous:
            self.report(self.size - previous)

    def judge(self):
        if self.size > self.limits.most_bytes:
            raise too_large(self.limits)
        seconds = time.monotonic() - self.since
        if seconds > self.limits.window:
            if self.size - self.marked < self.limits.slowest * seconds:
                raise Passing("network: too slow")
            self.since, self.marked = time.monotonic(), self.size


def _settle(future, work, cancel):
    try:
        future.set_result(work(cancel))
    except BaseException as error:
        future.set_exception(error)


def size_of(path):
    """Bytes of a file, 0 if there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
