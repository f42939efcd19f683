"""Searching Flickr: pages, slices, licences, waits. The server is local, flickrapi is itself."""

import json
import subprocess
import sys

import pytest
from search_command import error_line, numbers, search

from scenegan.data.collect import flickr_search
from scenegan.data.collect.flickr_search import search_flickr, take_turns
from scenegan.data.collect.licences import FREE
from scenegan.data.collect.manifest import read_manifest


def test_all_pages_are_read(server, client):
    server.tagged["sea"] = range(1, 1101)
    assert numbers(search_flickr(client, ["sea"], FREE, 2000)) == list(range(1100, 0, -1))
    assert len(server.named("flickr.photos.search")) == 3


def test_limit_ends_the_asking(server, client):
    server.tagged["sea"] = range(1, 50_000)
    found = set(numbers(search_flickr(client, ["sea"], FREE, 600)))
    assert found == set(range(49_400, 50_000))
    assert len(server.named("flickr.photos.search")) == 2


def test_more_than_a_query_gives_is_sliced_by_date(server, client):
    dates = [*range(100, 3100), *range(400_000_000, 400_006_500)]     # years apart
    server.tagged["sea"] = dates
    found = numbers(search_flickr(client, ["sea"], FREE, 20_000))
    assert len(found) == 9500 and sorted(found) == dates
    assert len(server.named("flickr.photos.search")) < 60


def test_a_second_with_too_many_is_no_endless_loop(server, client, monkeypatch):
    monkeypatch.setattr(flickr_search, "CAP", 2)
    server.tagged["sea"] = [5] * 3
    assert numbers(search_flickr(client, ["sea"], FREE, 50)) == [5] * 3


def test_slices_neither_overlap_nor_leave_a_gap():
    older, newer = flickr_search._halve({"min_upload_date": 10, "max_upload_date": 13})
    assert older == {"min_upload_date": 10, "max_upload_date": 11}
    assert newer == {"min_upload_date": 12, "max_upload_date": 13}


def test_tags_take_turns():
    assert list(take_turns({"a": iter("12"), "b": iter("xyz")})) == [
        ("a", "1"), ("b", "x"), ("a", "2"), ("b", "y"), ("b", "z")]


def test_each_tag_gives_its_share(server, client):
    server.tagged.update(sea=range(1, 500), sky=range(1000, 1500))
    found = set(numbers(search_flickr(client, ["sea", "sky"], FREE, 20)))
    assert len(found) == 20 and sum(number < 1000 for number in found) == 10


def test_tags_with_a_comma_are_two(server, client):
    server.tagged.update(sea=[1], sky=[2])
    assert numbers(search_flickr(client, ["sea, sky"], FREE, 20)) == [1, 2]


def test_a_video_of_two_tags_is_one(server, tmp_path):
    server.tagged.update(sea=[1, 2], waves=[2, 3])
    result = search(tmp_path, "--tag", "sea", "--tag", "waves")
    assert "Videos found: 3, new: 3" in result.stdout
    videos = read_manifest(tmp_path)
    assert {number: videos[f"flickr-{number}"].searched for number in (1, 2, 3)} == {
        1: ("sea",), 2: ("sea", "waves"), 3: ("waves",)}


def test_a_record_tells_what_is_known(server, tmp_path):
    server.tagged["sea"] = [8]
    server.photos[8] = {"title": {"_content": "Evening"}, "license": 11}
    server.photos[8]["license"] = "11"
    search(tmp_path, "--tag", "sea", "--max-seconds", "30")
    record = json.loads((tmp_path / "manifest.jsonl").read_text())
    assert record.pop("found").endswith("+00:00")
    assert record == {
        "id": "flickr-8", "site": "flickr", "title": "Evening", "group": "flickr-1@N00",
        "owner": "Owner 1", "tags": ["sea", "sky"], "searched": ["sea"], "file": None,
        "licence": {"name": "cc-by", "url": "https://creativecommons.org/licenses/by/4.0/"},
        "page": "https://www.flickr.com/photos/1@N00/8/", "seconds": None, "max_seconds": 30.0}


def test_only_licences_that_are_wanted(server, tmp_path):
    server.tagged["sea"] = [1, 2, 3, 4]
    server.photos.update({1: {"license": "0"}, 2: {"license": "2"}, 3: {"license": "9"}})
    search(tmp_path / "free", "--tag", "sea")
    assert sorted(read_manifest(tmp_path / "free")) == ["flickr-3", "flickr-4"]
    assert server.named("flickr.photos.search")[0]["license"] == "4,5,7,8,9,10,11,12"
    search(tmp_path / "named", "--tag", "sea", "--licence", "cc-by-nc, CC0")
    assert sorted(read_manifest(tmp_path / "named")) == ["flickr-2", "flickr-3"]


def test_a_licence_that_was_not_asked_for_is_left_out(server, client):
    server.tagged["sea"] = [1]                        # a server that does not filter
    server.photo = lambda number: {"id": "1", "owner": "x", "license": "0", "title": "t"}
    assert list(search_flickr(client, ["sea"], FREE, 10)) == []


def test_searching_again_loses_nothing(server, tmp_path):
    server.tagged.update(sea=[1, 2], sky=[2, 3])
    search(tmp_path, "--tag", "sea")
    before = read_manifest(tmp_path)
    result = search(tmp_path, "--tag", "sky")
    assert "Videos found: 2, new: 1" in result.stdout
    after = read_manifest(tmp_path)
    assert after["flickr-1"] == before["flickr-1"]
    assert after["flickr-2"].searched == ("sea", "sky")
    assert after["flickr-2"].found == before["flickr-2"].found


def test_interrupt_keeps_what_was_found(server, tmp_path, monkeypatch):
    server.tagged["sea"] = range(1, 2000)
    server_search = server.search

    def search_and_interrupt(query):
        if query["page"] == "3":
            import _thread
            _thread.interrupt_main()
        return server_search(query)

    monkeypatch.setattr(server, "search", search_and_interrupt)
    result = search(tmp_path, "--tag", "sea", "--limit", "5000")
    assert result.exit_code == 130
    assert len(read_manifest(tmp_path)) >= 1000
    assert "Interrupted." in result.stderr


def test_trouble_keeps_what_was_found(server, tmp_path):
    server.tagged["sea"] = range(1, 2000)
    server_search = server.search
    server.search = lambda query: (server_search(query) if query["page"] == "1" else
                                   {"stat": "fail", "code": 105, "message": "Busy"})
    result = search(tmp_path, "--tag", "sea", "--limit", "5000")
    assert "run again later" in error_line(result)
    assert len(read_manifest(tmp_path)) == 500


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000, "", "🌊"])
def test_ids_never_become_paths(server, client, name):
    server.tagged["sea"] = [1]
    server.photo = lambda number: {"id": name, "owner": "x", "license": "4", "title": "t"}
    assert list(search_flickr(client, ["sea"], FREE, 10)) == []


@pytest.mark.parametrize(("title", "kept"), [
    ("../../etc", "../../etc"), ("a\0b\nc\u2028d", "a b c d"), ("🌊" * 5000, "🌊" * 299 + "…"),
    ("\ud800half", "?half"), ("back \u202eward", "back ward"), (None, "")])
def test_titles_become_one_line(server, tmp_path, title, kept):
    server.tagged["sea"] = [1]
    server.photos[1] = {"title": title, "ownername": title}
    assert search(tmp_path, "--tag", "sea").exit_code == 0
    assert read_manifest(tmp_path)["flickr-1"].title == kept


@pytest.mark.parametrize(("arguments", "words"), [
    (["--tag", "sea", "--licence", "free"], "all-rights-reserved"),
    (["--tag", "sea", "--limit", "0"], "at least 1"), (["--tag", " "], "A tag is empty"),
    ([], "needs one of --tag and --web"),
    (["--tag", "sea", "--web", "sea"], "needs only one of --tag and --web")])
def test_bad_input_is_one_line(server, tmp_path, arguments, words):
    assert words in error_line(search(tmp_path, *arguments))
    assert not (tmp_path / "manifest.jsonl").exists()


def test_unwritable_folder_is_found_before_the_search(server, tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert "can be written" in error_line(search(tmp_path / "file" / "out", "--tag", "sea"))
    assert not server.calls


def test_help_names_the_licences_and_imports_little():
    code = ("import sys\nfrom scenegan.commands.cli import main\n"
            "try:\n    main(['data', 'search', '--help'])\nfinally:\n"
            "    print([name for name in ('cv2', 'yt_dlp', 'requests', 'rich', 'flickrapi')"
            " if name in sys.modules])")
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert "cc0" in shown and "no-known-restrictions" in shown and "all-rights-reserved" in shown
    assert shown.rstrip().endswith("[]")
