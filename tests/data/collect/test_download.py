"""From a manifest to files, over a real network of one machine; the files are real too."""

import json
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import flickrapi
import pytest
from flickr_server import KEY, SECRET, broken, dripping, whole
from sample_downloads import get, note, offer, run

from scenegan.data.collect.download_log import read_journal
from scenegan.data.collect.integrity import sha256
from scenegan.data.collect.manifest import Video, add_videos, open_videos
from scenegan.data.collect.transfer import Limits


def error_line(result):
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    return result.stderr


# What is there at the end

def test_videos_come_and_are_noted(server, tmp_path, mp4):
    note(tmp_path, 1, 2, 3)
    for number in (1, 2, 3):
        offer(server, number, whole(mp4))
    result = run(tmp_path)
    assert "3 videos in" in result.stdout and "(3 new). Skipped: none." in result.stdout
    assert [path.read_bytes() for _, path in open_videos(tmp_path)] == [mp4] * 3
    entry = read_journal(tmp_path)["flickr-1"]
    assert (entry.file, entry.bytes, entry.rendition) == ("videos/flickr-1.mp4", len(mp4), "360p")
    assert entry.sha256 == sha256(tmp_path / entry.file) and len(entry.sha256) == 64
    assert entry.seconds == pytest.approx(20 / 15, abs=0.01)
    assert (tmp_path / "CREDITS.md").read_text().count("Title") == 3


def test_running_again_asks_for_nothing(server, tmp_path, mp4):
    note(tmp_path, 1, 2)
    offer(server, 1, whole(mp4))
    get(tmp_path)
    calls, journal = len(server.calls), (tmp_path / "downloads.jsonl").read_bytes()
    summary = get(tmp_path)
    assert (summary.present, summary.new, summary.skipped["gone"]) == (1, 0, 1)
    assert len(server.calls) == calls
    assert (tmp_path / "downloads.jsonl").read_bytes() == journal


def test_a_file_that_was_removed_or_cut_comes_again(server, tmp_path, mp4):
    note(tmp_path, 1, 2)
    for number in (1, 2):
        offer(server, number, whole(mp4))
    get(tmp_path)
    (tmp_path / "videos" / "flickr-1.mp4").unlink()
    (tmp_path / "videos" / "flickr-2.mp4").write_bytes(mp4[:500])
    assert get(tmp_path).new == 2
    assert [path.read_bytes() for _, path in open_videos(tmp_path)] == [mp4] * 2


def test_a_file_that_was_not_noted_is_kept(server, tmp_path, mp4):
    note(tmp_path, 1)
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "flickr-1.mp4").write_bytes(mp4)
    assert get(tmp_path).new == 1
    assert not server.calls
    assert read_journal(tmp_path)["flickr-1"].bytes == len(mp4)


def test_own_videos_are_not_downloaded(tmp_path, mp4):
    (tmp_path / "mine.mp4").write_bytes(mp4)
    add_videos(tmp_path, [Video(id=f"local-{name}", site="local", title="", group="",
                                file=str(tmp_path / f"{name}.mp4")) for name in ("mine", "lost")])
    summary = get(tmp_path)                           # without a key
    assert (summary.present, summary.skipped["gone"]) == (1, 1)


def test_two_downloads_do_not_meet(server, tmp_path, mp4):
    note(tmp_path, 1)
    may_go_on = threading.Event()
    offer(server, 1, lambda handler: (may_go_on.wait(9), whole(mp4)(handler)))
    first = threading.Thread(target=get, args=(tmp_path,), kwargs={"limits": Limits()})
    first.start()
    while not server.fetched:
        time.sleep(0.01)
    assert "another download is filling" in error_line(run(tmp_path)).lower()
    may_go_on.set()
    first.join()
    assert len(open_videos(tmp_path)) == 1


def test_interrupt_leaves_whole_files_only(server, tmp_path, mp4):
    import _thread
    note(tmp_path, 1, 2)
    offer(server, 1, whole(mp4))

    def interrupting(handler):
        while "flickr-1" not in (tmp_path / "downloads.jsonl").read_text():
            time.sleep(0.01)
        _thread.interrupt_main()
        dripping(mp4)(handler)

    offer(server, 2, interrupting)
    result = run(tmp_path)
    assert result.exit_code == 130
    assert [path.name for path in (tmp_path / "videos").iterdir()] == ["flickr-1.mp4"]
    assert "Title 1" in (tmp_path / "CREDITS.md").read_text()


SCRIPT = """
import sys, flickrapi
from scenegan.data.collect import flickr_api as flickr
flickrapi.FlickrAPI.REST_URL, flickr.REQUESTS_AN_HOUR = sys.argv.pop(1), 1e9
from scenegan.commands.cli import main
main()
"""


def test_killed_run_goes_on(server, tmp_path, mp4):
    note(tmp_path, *range(1, 9))
    for number in range(1, 9):
        offer(server, number, whole(mp4) if number < 4 else dripping(mp4, 1))
    command = [sys.executable, "-c", SCRIPT, server.rest, "data", "download", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 20
    while len(read_journal(tmp_path)) < 3 or len(server.fetched) < 5:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (tmp_path / "videos" / "flickr-9.mp4.part").write_bytes(b"stale")
    assert len(open_videos(tmp_path)) == 3

    for number in range(4, 9):
        offer(server, number, whole(mp4))
    server.fetched.clear()
    done = subprocess.run(command, capture_output=True, text=True)
    assert "8 videos in" in done.stdout and done.stderr == ""
    assert len(server.fetched) == 5
    assert [path.read_bytes() for _, path in open_videos(tmp_path)] == [mp4] * 8
    assert not list((tmp_path / "videos").glob("*.part*"))


def test_halves_do_not_pile_up(server, tmp_path, mp4):
    note(tmp_path, 1, 2)
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "flickr-9.mp4.part").write_bytes(b"of a killed run")
    there = []

    def look(handler):
        there.append(sorted(path.name for path in (tmp_path / "videos").iterdir()))
        whole(mp4)(handler)

    offer(server, 1, broken(mp4))
    offer(server, 2, look)
    get(tmp_path, workers=1)
    assert there == [[]]


def test_full_disk_is_one_line(server, tmp_path, mp4):
    note(tmp_path, 1, 2)
    for number in (1, 2):
        offer(server, number, whole(mp4 + b"\0" * 200_000))
    command = [sys.executable, "-c", SCRIPT, server.rest, "data", "download", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=lambda: (
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: '{tmp_path / 'videos'}' cannot be written")
    assert done.stderr.count("\n") == 1 and "File too large" in done.stderr
    assert not list((tmp_path / "videos").iterdir())


# Bad input

def test_no_manifest_is_one_line(tmp_path):
    assert "has no manifest.jsonl" in error_line(run(tmp_path))
    assert not list(tmp_path.iterdir())


def test_no_key_is_one_line(server, tmp_path, monkeypatch):
    note(tmp_path, 1)
    monkeypatch.delenv("FLICKR_API_KEY")
    assert "FLICKR_API_KEY" in error_line(run(tmp_path))


def test_wrong_key_ends_the_download(server, tmp_path, monkeypatch):
    note(tmp_path, *range(1, 30))
    monkeypatch.setenv("FLICKR_API_SECRET", "wrong")
    assert "an invalid key" in error_line(run(tmp_path, "--workers", "2"))
    assert len(server.calls) <= 3


def test_unreachable_flickr_ends_the_download(server, tmp_path, monkeypatch):
    note(tmp_path, *range(1, 30))
    monkeypatch.setattr(flickrapi.FlickrAPI, "REST_URL", "http://127.0.0.1:9/")
    result = run(tmp_path)
    *notes, line = result.stderr.splitlines()
    assert result.exit_code == 1 and line.startswith("Error: ") and "no connection" in line
    assert notes[0] == "Flickr: no connection to it; trying again in 0.01 s." and len(notes) < 12


def test_unwritable_folder_is_one_line(server, tmp_path, mp4):
    note(tmp_path, 1)
    offer(server, 1, whole(mp4))
    (tmp_path / "videos").write_text("no folder")
    assert "can be written" in error_line(run(tmp_path))


def test_key_is_nowhere(server, tmp_path, mp4):
    note(tmp_path, 1, 2)
    offer(server, 1, whole(mp4))
    server.sizes[2] = lambda: {"stat": "fail"}
    command = [sys.executable, "-c", SCRIPT, server.rest, "data", "download", str(tmp_path)]
    done = subprocess.run(command, capture_output=True)
    assert b"1 new" in done.stdout
    written = b"".join(path.read_bytes() for path in Path(tmp_path).rglob("*") if path.is_file())
    for secret in (KEY, SECRET):
        assert secret.encode() not in done.stdout + done.stderr + written


def test_journal_is_plain_json(server, tmp_path, mp4):
    note(tmp_path, 1)
    offer(server, 1, whole(mp4))
    get(tmp_path)
    record = json.loads((tmp_path / "downloads.jsonl").read_text())
    assert set(record) == {"id", "status", "file", "bytes", "sha256", "seconds", "rendition",
                           "reason", "permanent", "when"}
