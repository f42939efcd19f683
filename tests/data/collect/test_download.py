"""From a manifest to files, over a real network of one machine; the files are real too."""

import errno
import json
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import flickr_server
import flickrapi
import imageio_ffmpeg
import pytest
from click.testing import CliRunner
from flickr_server import KEY, SECRET, broken, dripping, in_turn, size, status, whole
from sample_videos import panning, write_video

from scenegan.commands.cli import main
from scenegan.data.collect import flickr_api as flickr_room
from scenegan.data.collect import transfer
from scenegan.data.collect.download import download
from scenegan.data.collect.download_log import read_journal
from scenegan.data.collect.integrity import check_video, sha256
from scenegan.data.collect.manifest import Video, add_videos, open_videos
from scenegan.data.collect.renditions import Rendition, in_order
from scenegan.data.collect.retries import Trouble
from scenegan.data.collect.transfer import Limits
from scenegan.errors import InputError

HASTY = Limits(timeouts=(3, 3), window=3, slowest=2000, waits=(0.02,), resolving=20)


@pytest.fixture(scope="module")
def mp4(tmp_path_factory):
    """Bytes of a good video: 20 frames of 64x36."""
    path = write_video(tmp_path_factory.mktemp("mp4") / "a.mp4", panning(1, 20))
    return path.read_bytes()


@pytest.fixture
def server(monkeypatch, mp4):
    with flickr_server.serve() as server:
        monkeypatch.setattr(flickrapi.FlickrAPI, "REST_URL", server.rest)
        monkeypatch.setattr(flickr_room, "REQUESTS_AN_HOUR", 1e9)
        monkeypatch.setattr(flickr_room, "WAITS", (0.01,))
        monkeypatch.setenv("FLICKR_API_KEY", KEY)
        monkeypatch.setenv("FLICKR_API_SECRET", SECRET)
        server.files["/good.mp4"] = whole(mp4)
        yield server


def note(folder, *numbers, **facts):
    """A manifest of Flickr's videos."""
    add_videos(folder, [Video(id=f"flickr-{number}", site="flickr", title=f"Title {number}",
                              group="g", **facts) for number in numbers])


def offer(server, number, *answers):
    """Let Flickr list a rendition for each answer, the smallest first."""
    server.sizes[number] = []
    for place, answer in enumerate(answers):
        path = f"/{number}-{place}.mp4"
        server.files[path] = answer
        server.sizes[number].append(size(f"{360 + place}p", server.url + path, 360 + place))


def run(*arguments):
    return CliRunner().invoke(main, ["data", "download", *map(str, arguments)])


def get(folder, **options):
    return download(folder, 45, **{"limits": HASTY, "workers": 2, **options})


def skipped(folder, number=1):
    """(reason, whether it is permanent) of a video that was skipped."""
    assert not list((folder / "videos").iterdir())
    entry = read_journal(folder)[f"flickr-{number}"]
    assert entry.status == "skipped"
    return entry.reason, entry.permanent


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
    assert (summary.there, summary.new, summary.skipped["gone"]) == (1, 0, 1)
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
    assert (summary.there, summary.skipped["gone"]) == (1, 1)


# Which rendition

@pytest.mark.parametrize(("sides", "order"), [
    ([240, 90, 720, 60, 45, None, 89], [90, 240, 720, 89, 60, 45, None]), ([None], [None])])
def test_small_enough_but_large_enough(sides, order):
    renditions = [Rendition(str(side), side, "") for side in sides]
    assert [one.side for one in in_order(renditions, 90)] == order


def test_size_decides_on_the_rendition(server, tmp_path, mp4):
    note(tmp_path, 1)
    server.sizes[1] = [size(f"{side}p", f"{server.url}/good.mp4", side) for side in (720, 360, 240)]
    assert run(tmp_path, "--size", "320x180").exit_code == 0
    assert read_journal(tmp_path)["flickr-1"].rendition == "360p"


def test_players_and_pictures_are_no_files(server, tmp_path):
    good = f"{server.url}/good.mp4"
    note(tmp_path, 1, 2)
    server.sizes[1] = [
        size("Video Player", good, 240), size("Square", good, 90, media="photo"),
        size("Site", f"{server.url}/a.swf?v=1", 100), size("Embed", f"{server.url}/a.html", 100),
        size("Odd", "javascript:1", 100), size("Odder", None, 100), "no entry",
        size("Site MP4", good, None), size("720p", good, None)]
    server.sizes[2] = [size("Video Player", good, 240)]
    get(tmp_path)
    assert read_journal(tmp_path)["flickr-1"].rendition == "720p"
    assert read_journal(tmp_path)["flickr-2"].reason == "no file: Flickr lists none"
    assert server.fetched == ["/good.mp4"]


def test_numbers_that_are_numbers(server, tmp_path):
    note(tmp_path, 1)
    server.sizes[1] = [{"label": "Site MP4", "media": "video", "width": 640, "height": 360,
                        "source": f"{server.url}/good.mp4"}]
    assert get(tmp_path).new == 1


@pytest.mark.parametrize("bad", [
    status(404), status(410), status(403), status(500), whole(b"<html>Sign in</html>" * 99),
    whole(b"<html>", "text/html"), whole(b""), whole(b"#EXTM3U\n#EXTINF:1,\nhttp://x/\n" * 99),
    status(302, Location="/loop.mp4"), status(302, Location="file:///etc/passwd")])
def test_next_rendition_takes_its_place(server, tmp_path, mp4, bad):
    server.files["/loop.mp4"] = status(302, Location="/loop.mp4")
    note(tmp_path, 1)
    offer(server, 1, bad, whole(mp4))
    assert get(tmp_path).new == 1
    assert read_journal(tmp_path)["flickr-1"].rendition == "361p"


def test_redirects_are_followed(server, tmp_path):
    note(tmp_path, 1)
    offer(server, 1, status(302, Location="/good.mp4"))
    assert get(tmp_path).new == 1


@pytest.mark.parametrize("code", [403, 410])
def test_expired_link_is_resolved_again(server, tmp_path, mp4, code):
    note(tmp_path, 1)
    links = iter(["/old.mp4", "/new.mp4"])
    server.files.update({"/old.mp4": status(code), "/new.mp4": whole(mp4)})
    server.sizes[1] = lambda: [size("360p", server.url + next(links))]
    assert get(tmp_path).new == 1
    assert server.fetched == ["/old.mp4", "/new.mp4"]


# What is skipped, and why

def test_gone_from_flickr_is_not_asked_for_again(server, tmp_path):
    note(tmp_path, 1)
    get(tmp_path)
    assert skipped(tmp_path) == ("gone: Photo not found", True)
    assert get(tmp_path).skipped == {"gone": 1}
    assert len(server.calls) == 1
    get(tmp_path, retry=True)
    assert len(server.calls) == 2


def test_trouble_that_may_pass_is_tried_again(server, tmp_path, mp4):
    note(tmp_path, 1)
    offer(server, 1, status(503))
    summary = get(tmp_path)
    assert summary.again == 1 and summary.skipped == {"network": 1}
    assert skipped(tmp_path) == ("network: 360p HTTP 503", False)
    offer(server, 1, whole(mp4))
    assert get(tmp_path).new == 1


def test_every_rendition_is_tried_that_is_no_trouble_of_the_network(server, tmp_path, mp4):
    note(tmp_path, 1)
    offer(server, 1, status(403), whole(mp4 + b"\0" * 3000), status(401), whole(mp4))
    assert get(tmp_path, limits=replace(HASTY, most_bytes=len(mp4) + 2000)).new == 1
    assert read_journal(tmp_path)["flickr-1"].rendition == "363p"


def test_reasons_of_several_renditions(server, tmp_path):
    note(tmp_path, 1, 2)
    offer(server, 1, status(404), whole(b"<html>", "text/html"))
    offer(server, 2, status(500), status(500), status(404))
    get(tmp_path)
    assert skipped(tmp_path) == (
        "no rendition works: 360p gone: HTTP 404; 361p not a video: text/html", True)
    assert skipped(tmp_path, 2) == ("network: 360p HTTP 500; 361p HTTP 500", False)


@pytest.mark.parametrize(("code", "reason", "permanent"), [
    (404, "gone", True), (410, "gone", True), (403, "refused", False), (401, "refused", False)])
def test_refused_is_not_gone(server, tmp_path, code, reason, permanent):
    note(tmp_path, 1)
    offer(server, 1, status(code))
    get(tmp_path)
    assert skipped(tmp_path) == (f"{reason}: 360p HTTP {code}", permanent)


@pytest.mark.parametrize("link", [
    "http://", "http://[", "http://a b/", "http://127.0.0.1:99999/", "http://\ud800/"])
def test_strange_links_lead_nowhere(server, tmp_path, link):
    note(tmp_path, 1)
    server.sizes[1] = [size("360p", link)]
    get(tmp_path)
    assert skipped(tmp_path) == ("gone: 360p the link leads nowhere", True)


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
    assert (summary.new, summary.again) == (1, 1)


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


def ffmpeg(path, *arguments):
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments, str(path)],
                   check=True)
    return path


def moving(path, seconds, *arguments):
    return ffmpeg(path, "-f", "lavfi", "-i", f"testsrc=s=64x36:r=10:d={seconds}", *arguments)


def test_whole_videos_pass(tmp_path):
    for name, seconds in (("a.mp4", 2), ("b.webm", 3), ("c.avi", 0.2), ("d.mkv", 1), ("e.ts", 1)):
        assert check_video(moving(tmp_path / name, seconds)) == pytest.approx(seconds, abs=0.11)


def test_truncated_video_is_found_by_decoding(tmp_path):
    path = moving(tmp_path / "a.mp4", 5, "-movflags", "+faststart", "-g", "5")
    path.write_bytes(path.read_bytes()[:path.stat().st_size * 2 // 3])
    with pytest.raises(Trouble, match=r"cut short: \d\.\d of 5\.0 s"):
        check_video(path)


@pytest.mark.parametrize(("name", "arguments"), [
    ("sound.mp4", ["-f", "lavfi", "-i", "sine=d=1"]),
    ("one.mp4", ["-f", "lavfi", "-i", "testsrc=s=64x36:r=10:d=0.1"]),
    ("image.gif", ["-f", "lavfi", "-i", "testsrc=s=64x36:r=10:d=1"])])
def test_other_files_are_no_videos(tmp_path, name, arguments):
    with pytest.raises(Trouble, match="^not a video: "):
        check_video(ffmpeg(tmp_path / name, *arguments))


def test_playlists_are_not_followed(tmp_path, mp4):
    (tmp_path / "a.mp4").write_bytes(mp4)
    for text in ("#EXTM3U\n#EXTINF:1,\na.mp4\n", "ffconcat version 1.0\nfile a.mp4\n"):
        (tmp_path / "list").write_text(text)
        with pytest.raises(Trouble, match="another kind"):
            check_video(tmp_path / "list")


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


def test_two_downloads_do_not_meet(server, tmp_path, mp4):
    note(tmp_path, 1)
    may_go_on = threading.Event()
    offer(server, 1, lambda handler: (may_go_on.wait(9), whole(mp4)(handler)))
    first = threading.Thread(target=get, args=(tmp_path,), kwargs={"limits": Limits()})
    first.start()
    while not server.fetched:
        time.sleep(0.01)
    assert "one download at a time" in error_line(run(tmp_path)).lower()
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
    assert done.stderr.startswith("Error: A folder for videos must be writable and have room.")
    assert done.stderr.count("\n") == 1 and "File too large" in done.stderr
    assert not list((tmp_path / "videos").iterdir())


def test_disk_errors_are_told_from_the_network(tmp_path, server):
    limits, cancel = Limits(), threading.Event()
    import requests
    with pytest.raises(InputError, match="No such file") as caught:
        transfer.stream(requests.Session(), f"{server.url}/good.mp4",
                     tmp_path / "nowhere" / "a.part", limits, cancel)
    assert caught.value.__cause__.errno == errno.ENOENT


# Bad input

def test_no_manifest_is_one_line(tmp_path):
    assert "must have a manifest.jsonl" in error_line(run(tmp_path))
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
