"""Files from the network: what is slow, broken, too large or silent."""

import errno
import threading
import time
from dataclasses import replace

import pytest
from flickr_server import broken, dripping, in_turn, size, status, whole
from sample_downloads import HASTY, get, note, offer, run, skipped

from scenegan.data.collect import transfer
from scenegan.data.collect.retries import Trouble
from scenegan.data.collect.transfer import Limits
from scenegan.errors import InputError


def test_a_busy_moment_passes(server, tmp_path, mp4):
    note(tmp_path, 1)
    offer(server, 1, in_turn(status(503), whole(mp4)))
    assert get(tmp_path).new == 1


def test_retry_after_is_heard_within_reason(server, tmp_path, mp4):
    note(tmp_path, 1, 2)
    offer(server, 1, in_turn(status(429, Retry_After=1), whole(mp4)))
    offer(server, 2, in_turn(status(429, Retry_After=9999), whole(mp4)))
    since = time.monotonic()
    summary = get(tmp_path)
    assert 1 <= time.monotonic() - since < 5
    assert (summary.new, summary.retriable) == (1, 1)


def test_file_that_breaks_off_is_no_file(server, tmp_path, mp4):
    note(tmp_path, 1)
    offer(server, 1, broken(mp4))
    get(tmp_path)
    assert skipped(tmp_path) == ("network: 360p the file broke off", False)


def test_dripping_server_is_dropped(server, tmp_path, mp4):
    note(tmp_path, 1)
    offer(server, 1, dripping(mp4))
    get(tmp_path, limits=replace(HASTY, window=0.4))
    assert skipped(tmp_path) == ("network: 360p too slow", False)


def test_silent_server_is_dropped(server, tmp_path):
    note(tmp_path, 1)
    offer(server, 1, lambda handler: time.sleep(3))
    get(tmp_path, limits=replace(HASTY, timeouts=(1, 0.2), window=9))
    assert skipped(tmp_path) == ("network: 360p no answer in time", False)


def test_unreachable_file_is_left_for_later(server, tmp_path):
    note(tmp_path, 1)
    server.sizes[1] = [size("360p", "http://127.0.0.1:9/a.mp4")]
    get(tmp_path)
    assert skipped(tmp_path) == ("network: 360p the connection failed", False)


@pytest.mark.parametrize("headers", [True, False])
def test_large_files_are_not_kept(server, tmp_path, mp4, headers):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()                         # without a length, until it is hung up on
        handler.wfile.write(mp4 + b"\0" * 3_000_000)

    note(tmp_path, 1)
    announced = lambda handler: handler.reply(200, mp4, length=3_000_000)  # noqa: E731
    offer(server, 1, announced if headers else endless)
    result = run(tmp_path, "--max-megabytes", "1")
    assert "Skipped: 1 too large" in result.stdout
    assert skipped(tmp_path)[1] is False


def test_long_videos_are_not_kept(server, tmp_path, mp4):
    note(tmp_path, 1, max_seconds=0.5)
    offer(server, 1, whole(mp4), whole(mp4))
    get(tmp_path)
    assert skipped(tmp_path) == ("too long: 1 s, over 0.5", True)
    assert len(server.fetched) == 1


# Interrupts, kills, full disks

def test_what_was_left_to_itself_writes_no_more(tmp_path):
    may_go_on, over = threading.Event(), threading.Event()

    def late(cancel):
        with open(tmp_path / "a.part", "wb") as file:
            file.write(b"late")                       # in a buffer until the file is closed
            may_go_on.wait(9)
        over.set()

    with pytest.raises(Trouble, match="too slow"):
        transfer.watched(late, tmp_path / "a.part", replace(HASTY, window=0.2), threading.Event())
    transfer.watched(lambda cancel: (tmp_path / "a.part").write_bytes(b"whole file"),
                  tmp_path / "a.part", HASTY, threading.Event())
    may_go_on.set()
    assert over.wait(9)
    assert (tmp_path / "a.part").read_bytes() == b"whole file"


def test_disk_errors_are_told_from_the_network(tmp_path, server):
    limits, cancel = Limits(), threading.Event()
    import requests
    with pytest.raises(InputError, match="No such file") as caught:
        transfer.stream(requests.Session(), f"{server.url}/good.mp4",
                     tmp_path / "nowhere" / "a.part", limits, cancel)
    assert caught.value.__cause__.errno == errno.ENOENT
