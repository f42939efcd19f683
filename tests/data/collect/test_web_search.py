"""Searching other sites, without one: which videos are noted, and what is said of none."""

import sys

import pytest
from search_command import error_line, search

from scenegan.data.collect import web_search


@pytest.mark.parametrize("change", [
    {"duration": 61}, {"live_status": "is_live"}, {"url": "file:///etc/passwd"}, {"url": None}])
def test_what_is_no_short_video_is_left_out(change):
    entry = {"id": "abc", "url": "https://www.youtube.com/watch?v=abc", "title": "Waves",
             "ie_key": "Youtube", "duration": 60, "channel": "Sea", "channel_id": "UC1"}
    video = web_search.to_video(entry, "waves", 60)
    assert (video.id, video.group, video.seconds) == ("web-youtube-abc", "web-UC1", 60)
    assert web_search.to_video({**entry, **change}, "waves", 60) is None


@pytest.mark.parametrize("name", ["../../a", "/etc/passwd", "a\0", "x" * 5000, "🌊", ""])
def test_ids_never_become_paths(name):
    entry = {"id": name, "url": "https://example.org/v", "title": name, "ie_key": "Some"}
    assert web_search.to_video(entry, "waves", None).id.replace("web-", "").isalnum()


def test_search_widens_until_enough_suit():
    entry = {"url": "https://www.youtube.com/watch?v=", "ie_key": "Youtube", "title": ""}
    asked = []

    def ask(number, available=500):
        asked.append(number)
        return [web_search.to_video({**entry, "id": str(place), "duration": 10 + place % 8}, "", 10)
                for place in range(min(number, available))]

    assert [video.id for video in web_search.gather(ask, 3, 6)] == [
        "web-youtube-0", "web-youtube-8", "web-youtube-16"]
    assert asked == [6, 24]
    assert len(list(web_search.gather(lambda number: ask(number, 20), 5, 10))) == 3     # 20 are all
    assert asked[2:] == [10, 40]


def test_licence_is_the_sites():
    entry = {"id": "a", "url": "https://example.org/v", "license":
             "Creative Commons Attribution license (reuse allowed)"}
    assert web_search.to_video(entry, "waves", None).licence["name"] == "cc-by"


def test_without_yt_dlp_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "yt_dlp", None)
    assert "pip install 'scenegan[data]'" in error_line(search(tmp_path, "--web", "waves"))


def test_unreachable_page_is_one_line(tmp_path):
    assert "The web showed no video for" in error_line(search(tmp_path, "--web", "http://127.0.0.1:9/a.mp4"))
    assert "is empty" in error_line(search(tmp_path, "--web", " "))
