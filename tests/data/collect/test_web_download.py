"""Videos of other sites through yt-dlp, which is itself; the site is on this machine."""

import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import flickr_server
import pytest
from encoded_videos import encode_video, moving
from flickr_server import broken, dripping, status, whole
from sample_videos import panning, write_video
from search_command import error_line, search

from scenegan.data.collect.download import download
from scenegan.data.collect.download_log import read_journal
from scenegan.data.collect.manifest import open_videos, read_manifest
from scenegan.data.collect.transfer import Limits
from scenegan.data.collect.web_download import best_format

ROOT = Path(__file__).parents[3]
HASTY = Limits(timeouts=(3, 3), window=3, slowest=2000, waits=(0.02,), resolving=20)


@pytest.fixture(scope="module")
def mp4(tmp_path_factory):
    path = write_video(tmp_path_factory.mktemp("mp4") / "a.mp4", panning(1, 20))
    return path.read_bytes()


@pytest.fixture
def server(mp4):
    with flickr_server.serve() as server:
        for name in ("one", "two"):
            server.files[f"/{name}.mp4"] = whole(mp4)
        yield server


def reason(folder):
    assert not list((folder / "videos").iterdir())
    entry, = read_journal(folder).values()
    return entry.reason, entry.permanent


def test_a_link_becomes_a_file(server, tmp_path, mp4, capfd):
    result = search(tmp_path, "--web", f"{server.url}/one.mp4")
    assert "Videos found: 1, new: 1" in result.output
    video, = read_manifest(tmp_path).values()
    assert (video.site, video.title, video.page) == ("web", "one", f"{server.url}/one.mp4")
    assert video.licence == {"name": "unknown", "url": None}
    assert download(tmp_path, 45, limits=HASTY).new == 1
    (_, path), = open_videos(tmp_path)
    assert path.read_bytes() == mp4
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert capfd.readouterr() == ("", "")


def test_links_of_one_name_are_two_videos(server, tmp_path, mp4):
    server.files["/other/one.mp4"] = whole(mp4)
    for path in ("/one.mp4", "/other/one.mp4", "/one.mp4"):
        search(tmp_path, "--web", server.url + path)
    assert len(read_manifest(tmp_path)) == 2


def test_a_page_with_videos(server, tmp_path):
    page = b"<title>Sea</title><video src=/one.mp4></video><video src=/two.mp4></video>"
    server.files["/page"] = whole(page, "text/html")
    assert "Videos found: 2," in search(tmp_path, "--web", f"{server.url}/page").output
    assert download(tmp_path, 45, limits=HASTY).new == 2
    first = search(tmp_path / "b", "--web", f"{server.url}/page", "--limit", "1")
    assert "Videos found: 1," in first.output


def test_a_percent_sign_in_the_folder(server, tmp_path):
    folder = tmp_path / "50%(title)s"
    search(folder, "--web", f"{server.url}/one.mp4")
    assert download(folder, 45, limits=HASTY).new == 1


def test_long_videos_are_not_kept(server, tmp_path):
    search(tmp_path, "--web", f"{server.url}/one.mp4", "--max-seconds", "0.5")
    download(tmp_path, 45, limits=HASTY)
    assert reason(tmp_path) == ("too long: 1 s, over 0.5", True)


@pytest.mark.parametrize(("answer", "kind", "permanent"), [
    (status(404), "gone", True), (status(500), "network", False), (status(503), "network", False)])
def test_trouble_on_the_way_is_a_line(server, tmp_path, answer, kind, permanent, capfd):
    search(tmp_path, "--web", f"{server.url}/one.mp4")
    server.files["/one.mp4"] = answer
    download(tmp_path, 45, limits=HASTY)
    text, for_good = reason(tmp_path)
    assert text.startswith(f"{kind}: ") and "HTTP Error" in text and "report" not in text
    assert for_good is permanent
    assert capfd.readouterr() == ("", "")


def test_broken_file_is_no_file(server, tmp_path, mp4):
    search(tmp_path, "--web", f"{server.url}/one.mp4")
    server.files["/one.mp4"] = broken(mp4)
    download(tmp_path, 45, limits=HASTY)
    assert reason(tmp_path)[1] is False


def test_dripping_server_is_dropped(server, tmp_path, mp4):
    search(tmp_path, "--web", f"{server.url}/one.mp4")
    server.files["/one.mp4"] = dripping(mp4)
    download(tmp_path, 45, limits=replace(HASTY, window=0.4))
    assert reason(tmp_path) == ("network: too slow", False)


def test_large_files_are_not_kept(server, tmp_path, mp4):
    search(tmp_path, "--web", f"{server.url}/one.mp4")
    server.files["/one.mp4"] = whole(mp4 + b"\0" * 2_000_000)
    download(tmp_path, 45, limits=Limits(most_bytes=1_000_000))
    assert "too large" in reason(tmp_path)[0]


def test_page_without_a_video_is_one_line(server, tmp_path):
    server.files["/page"] = whole(b"<title>Nothing</title>", "text/html")
    assert "Unsupported URL" in error_line(search(tmp_path, "--web", f"{server.url}/page"))


SITE = """
import os
from yt_dlp.extractor.common import InfoExtractor, SearchInfoExtractor

class LocalSearchIE(SearchInfoExtractor):
    _SEARCH_KEY, _MAX_RESULTS = "ytsearch", 99

    def _search_results(self, query):
        assert query == "waves"
        for number in range(99):
            yield self.url_result(f"{os.environ['SITE']}/watch/{number}", "Local", str(number),
                                  "", duration=number % 10 * 10)

class LocalIE(InfoExtractor):
    _VALID_URL = r"http://127.0.0.1:[0-9]+/watch/(?P<id>[0-9]+)"

    def _real_extract(self, url):
        return {"id": self._match_id(url), "title": "", "formats": [
            {"format_id": str(side), "url": f"{os.environ['SITE']}/{side}.mp4", "height": side,
             "width": 999} for side in (80, 100, 200)],
            "license": "Creative Commons Attribution license (reuse allowed)"}
"""


def test_search_by_text(server, tmp_path, mp4):
    package = tmp_path / "yt_dlp_plugins" / "extractor"       # where yt-dlp looks for more sites
    package.mkdir(parents=True)
    (package / "local.py").write_text(SITE)
    server.files["/100.mp4"] = whole(mp4)
    data = [sys.executable, "-m", "scenegan", "data"]
    for command in (["search", "--web", "waves", "--limit", "3", "--max-seconds", "10", "--out"],
                    ["download", "--size", "80x45"]):
        subprocess.run([*data, *command, str(tmp_path)], check=True, cwd=ROOT, env={
            **os.environ, "PYTHONPATH": str(tmp_path), "SITE": server.url})
    videos = read_manifest(tmp_path)
    assert list(videos) == ["web-local-0", "web-local-1", "web-local-10"]
    assert {entry.rendition for entry in read_journal(tmp_path).values()} == {"100"}
    assert {video.licence["name"] for video in videos.values()} == {"cc-by"}   # told by the page
    assert (tmp_path / "CREDITS.md").read_text().count("cc-by") == 3


def test_stream_in_parts(server, tmp_path):
    encode_video(tmp_path / "s.m3u8", moving(40), muxing={"hls_time": "1", "hls_list_size": "0"},
                 g=10)
    for path in tmp_path.iterdir():
        kind = "application/vnd.apple.mpegurl" if path.suffix == ".m3u8" else "video/mp2t"
        server.files[f"/{path.name}"] = whole(path.read_bytes(), kind)
    search(tmp_path / "set", "--web", f"{server.url}/s.m3u8")
    assert download(tmp_path / "set", 45, limits=HASTY).new == 1
    assert len([path for path in server.fetched if path.endswith(".ts")]) >= 4
    entry, = read_journal(tmp_path / "set").values()
    assert entry.seconds == pytest.approx(4, abs=0.11)


def test_full_disk_is_one_line(server, tmp_path, mp4):
    search(tmp_path, "--web", f"{server.url}/one.mp4")
    server.files["/one.mp4"] = whole(mp4 + b"\0" * 200_000)
    command = [sys.executable, "-m", "scenegan", "data", "download", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=lambda: (
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))))
    assert done.returncode == 1
    assert "File too large" in done.stderr and done.stderr.count("\n") == 1
    assert not list((tmp_path / "videos").iterdir())


def test_smallest_format_that_is_large_enough():
    formats = [{"format_id": "sound", "vcodec": "none", "height": None},
               {"format_id": "board", "ext": "mhtml", "height": 90, "width": 160},
               {"format_id": "locked", "has_drm": True, "height": 90, "width": 160},
               {"format_id": "small", "height": 80, "width": 144, "protocol": "https"},
               {"format_id": "parts", "height": 144, "width": 256, "protocol": "m3u8_native"},
               {"format_id": "file", "height": 144, "width": 256, "protocol": "https"},
               {"format_id": "tall", "height": 240, "width": 89, "protocol": "https"}]
    assert [one["format_id"] for one in best_format(formats, 90)] == ["file"]
    assert best_format(formats[:1], 90) == []
