"""Videos of Flickr's: renditions, links that expire, refusals."""

from dataclasses import replace

import pytest
from flickr_server import size, status, whole
from sample_downloads import HASTY, get, note, offer, run, skipped

from scenegan.data.collect.download_log import read_journal


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
    assert summary.retriable == 1 and summary.skipped == {"network": 1}
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
