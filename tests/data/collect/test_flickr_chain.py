"""From a search on Flickr to clips, over a server that is slow, breaks off and lies."""

import json

import pytest
from click.testing import CliRunner
from flickr_server import CC, LICENCES, broken, in_turn, lying, page, slow, status, whole
from sample_downloads import HASTY, offer

from scenegan.commands.cli import main
from scenegan.data.collect.download_log import read_journal
from scenegan.data.collect.licences import FREE, name_licence
from scenegan.data.collect.manifest import read_manifest
from scenegan.data.store import ClipStore

pytestmark = pytest.mark.slow


def run(*arguments):
    result = CliRunner().invoke(main, ["data", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize(("number", "name"), [
    ("1", "cc-by-nc-sa"), ("3", "cc-by-nc-nd"), ("5", "cc-by-sa"), ("6", "cc-by-nd"),
    ("8", "us-gov"), ("10", "pdm"), ("11", "cc-by"), ("12", "cc-by-sa"), ("13", "cc-by-nd"),
    ("14", "cc-by-nc"), ("15", "cc-by-nc-sa"), ("16", "cc-by-nc-nd"), ("77", None)])
def test_every_licence_of_the_list_has_a_name(number, name):
    licence = next(one for one in LICENCES if str(one["id"]) == number)
    assert name_licence(licence["name"], licence["url"]) == name


def test_from_a_search_to_clips(server, tmp_path, mp4, monkeypatch):
    monkeypatch.setattr("scenegan.data.collect.transfer.Limits", lambda **given: HASTY)
    server.tagged["sea"] = range(1, 10)
    server.photos.update({1: {"license": "11"}, 2: {"license": "12"}, 3: {"license": "9"},
                          8: {"license": "16"}, 9: {"license": "0"}})
    monkeypatch.setattr("scenegan.data.collect.flickr_api.WAITS", (0.01, 0.02, 0.04))
    server.faults += [503, {"stat": "fail", "code": 105, "message": "Service unavailable"}]
    other = mp4.replace(b"isom", b"mp42")              # another file of the same pictures
    for number, answers in {1: [slow(mp4)], 2: [in_turn(broken(other), whole(other))],
                            3: [page(), whole(mp4)], 4: [lying(mp4), lying(mp4)],
                            5: [in_turn(status(503), whole(mp4))], 6: [status(410)]}.items():
        offer(server, number, *answers)               # 7 has no sizes at all
    run("search", "--tag", "sea", "--limit", 20, "--out", tmp_path / "sea")
    videos = read_manifest(tmp_path / "sea")
    assert sorted(videos) == [f"flickr-{number}" for number in range(1, 8)]
    assert videos["flickr-2"].licence == {"name": "cc-by-sa", "url": f"{CC}/licenses/by-sa/4.0/"}
    assert all(video.licence["name"] in FREE for video in videos.values())
    said = run("download", tmp_path / "sea").stdout
    journal = read_journal(tmp_path / "sea")
    kept = {name for name, entry in journal.items() if entry.status != "skipped"}
    assert kept == {"flickr-1", "flickr-2", "flickr-3", "flickr-5"}, said
    assert {"flickr-4", "flickr-6", "flickr-7"} <= set(journal)
    credit = (tmp_path / "sea" / "CREDITS.md").read_text()
    assert all(f"Title {number}" in credit for number in (1, 2, 3, 5)) and "Title 4" not in credit
    run("clips", tmp_path / "sea", "--size", "32x18", "--frames", 8, "--workers", 1,
        "--keep-repeats", "--max-camera-motion", "inf", "--validation", 0.25, "--out",
        tmp_path / "clips")
    store = ClipStore(tmp_path / "clips")
    assert {(record["id"], record["licence"]) for record in store.records} == {
        ("flickr-1", "cc-by"), ("flickr-2", "cc-by-sa"), ("flickr-3", "cc0"),
        ("flickr-5", "cc-by")}
    lines = [json.loads(line) for line in
             (tmp_path / "clips" / "videos.jsonl").read_text().splitlines()]
    assert all(line["page"].startswith("https://www.flickr.com/photos/") for line in lines)
