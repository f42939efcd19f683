"""The manifest of a folder of videos."""

import json

import pytest
from sample_manifests import add, error_line, video, write_file
from sample_videos import texture, write_video

from scenegan.data.collect.download_log import Entry, open_journal, read_journal
from scenegan.data.collect.manifest import add_videos, is_dataset, open_videos, read_manifest
from scenegan.data.collect.retries import Trouble
from scenegan.errors import InputError

# The manifest

def test_what_is_written_is_read(tmp_path):
    written = video(title="Ebbe & Flut 🌊", tags=("sea",), searched=("sea",), seconds=2.5,
                    licence={"name": "cc0", "url": None}, page="https://example.org/")
    assert add_videos(tmp_path, [written]) == (1, 1)
    assert read_manifest(tmp_path) == {"flickr-1": written}
    assert "🌊" in (tmp_path / "manifest.jsonl").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.jsonl"]


def test_a_folder_has_a_name():
    with pytest.raises(InputError, match="must have a name, and this one is empty"):
        add_videos("", [video()])


def test_merging_keeps_every_tag_and_the_first_date(tmp_path):
    add_videos(tmp_path, [video(1, tags=("a",), searched=("x",), found="then"), video(2)])
    assert add_videos(tmp_path, [video(1, tags=("b",), searched=("y",), title="New")]) == (0, 2)
    merged = read_manifest(tmp_path)["flickr-1"]
    assert (merged.tags, merged.searched) == (("a", "b"), ("x", "y"))
    assert (merged.found, merged.title) == ("then", "New")


def test_keys_of_newer_versions_stay(tmp_path):
    line = {"id": "flickr-1", "site": "flickr", "title": "", "group": "g", "mood": "calm"}
    (tmp_path / "manifest.jsonl").write_text(json.dumps(line) + "\n")
    add_videos(tmp_path, [video(1), video(2)])
    assert json.loads((tmp_path / "manifest.jsonl").read_text().splitlines()[0])["mood"] == "calm"


@pytest.mark.parametrize("line", [
    "{", "[]", "{}", '{"id": "../a", "site": "web", "title": "", "group": ""}', "\x80",
    '{"id": "a", "site": "moon", "title": "", "group": ""}', "[" * 10_000,
    '{"id": "a", "site": "web", "title": "", "group": "", "tags": "sea"}',
    '{"id": "a", "site": "web", "title": "", "group": "", "tags": 5}',
    '{"id": "a", "site": "web", "title": 5, "group": ""}',
    '{"id": "a", "site": "web", "title": "", "group": "", "licence": "cc0"}',
    '{"id": "a", "site": "local", "title": "", "group": ""}',
    r'{"id": "a", "site": "local", "title": "", "group": "", "file": "/a\u0000.mp4"}',
    r'{"id": "a", "site": "web", "title": "", "group": "", "page": "http://a\u0000"}',
    r'{"id": "a", "site": "web", "title": "\ud83d", "group": ""}',
    r'{"id": "a", "site": "web", "title": "", "group": "", "tags": ["\ud83d"]}',
    r'{"id": "a", "site": "web", "title": "", "group": "", "newer": {"\ud83d": 1}}',
    '{"id": "a", "site": "web", "title": "", "group": "", "seconds": NaN}',
    '{"id": "a", "site": "web", "title": "", "group": "", "max_seconds": 1e999}',
    '{"id": [1], "site": "web", "title": "", "group": ""}',
    '{"id": 1, "site": "web", "title": "", "group": ""}'])
def test_damage_names_the_line_and_destroys_nothing(tmp_path, line):
    add_videos(tmp_path, [video(1)])
    path = tmp_path / "manifest.jsonl"
    path.write_bytes(path.read_bytes() + line.encode("latin-1") + b"\n")
    before = path.read_bytes()
    for act in (read_manifest, lambda folder: add_videos(folder, [video(2)])):
        with pytest.raises(InputError, match="line 2"):
            act(tmp_path)
    assert path.read_bytes() == before


def test_no_manifest_is_one_line(tmp_path):
    assert not is_dataset(tmp_path)
    with pytest.raises(InputError, match="scenegan data search"):
        open_videos(tmp_path)


def test_open_videos_are_those_whose_files_are_there(tmp_path):
    mine = write_video(tmp_path / "mine.mp4", [texture(1)] * 2)
    add_videos(tmp_path, [video(3), video(1), video(2),
                          video(id="local-a", site="local", file=str(mine)),
                          video(id="local-b", site="local", file=str(tmp_path / "lost.mp4"))])
    paths = [write_file(tmp_path, number) for number in (1, 3)]
    (tmp_path / "videos" / "flickr-2.mp4.part").write_bytes(b"half")
    assert is_dataset(tmp_path)
    assert [(one.id, path) for one, path in open_videos(tmp_path)] == [
        ("flickr-3", paths[1]), ("flickr-1", paths[0]), ("local-a", mine)]


@pytest.mark.parametrize("name", ["", "a/b", "..", "a" * 81, "a.mp4", "🌊", "a\n"])
def test_ids_are_safe_names(name):
    with pytest.raises(ValueError, match="'id'"):
        video(id=name)


def test_half_characters_of_a_site_can_be_noted(tmp_path):
    with open_journal(tmp_path) as note:
        note(Entry(id="a", status="skipped", reason=str(Trouble("refused: \ud83d"))))
    assert read_journal(tmp_path)["a"].reason == "refused: ?"


def test_files_that_are_no_videos_are_named_and_left_out(mine, tmp_path):
    (mine / "empty.mp4").touch()
    (mine / "page.mp4").write_text("<!DOCTYPE html><html>gone</html>")
    write_video(mine / "photo.mp4", [texture(1)])
    (mine / "half.mp4").write_bytes((mine / "one.mp4").read_bytes()[:300])
    result = add(tmp_path / "set", mine)
    assert result.exit_code == 0
    assert "Videos added: 2, new: 2" in result.stdout and "Left out: 4." in result.stdout
    assert result.stderr.splitlines() == [
        f"Left out: {mine / name}: {reason}" for name, reason in (
            ("empty.mp4", "empty"), ("half.mp4", "no video"), ("page.mp4", "no video"),
            ("photo.mp4", "a single frame"))]
    assert len(read_manifest(tmp_path / "set")) == 2


def test_without_any_video_nothing_is_written(tmp_path):
    (tmp_path / "empty.mp4").touch()
    line = error_line(add(tmp_path / "set", tmp_path / "empty.mp4"))
    assert "No file is a video" in line and "(empty)" in line
    assert not (tmp_path / "set").exists()
