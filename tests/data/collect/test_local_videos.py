"""`scenegan data add`: videos of one's own join a manifest."""

import os
from pathlib import Path

import pytest
from sample_manifests import add, error_line
from sample_videos import texture, write_video

from scenegan.data.collect.manifest import open_videos, read_manifest


def test_own_videos_stay_where_they_are(mine, tmp_path):
    result = add(tmp_path / "set", mine, "--tag", "holiday", "--licence", "cc0")
    assert "Videos added: 2, new: 2" in result.output
    one, two = read_manifest(tmp_path / "set").values()
    assert (one.group, one.tags, one.title) == ("harbour", ("sea", "boats", "holiday"), "one")
    assert (two.group, two.tags, two.licence["name"]) == ("two und drei", ("holiday",), "cc0")
    assert [path for _, path in open_videos(tmp_path / "set")] == sorted(mine.glob("*.m[po]*"))
    assert [path.name for path in (tmp_path / "set").iterdir()] == ["manifest.jsonl"]


def test_adding_again_changes_nothing(mine, tmp_path):
    add(tmp_path, mine)
    path = tmp_path / "manifest.jsonl"
    before = path.read_bytes(), path.stat().st_mtime_ns
    result = add(tmp_path, mine, mine / "one.mp4")
    assert "Videos added: 2, new: 0" in result.output
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_files_of_one_name_are_two_videos(mine, tmp_path):
    write_video(tmp_path / "one.mp4", [texture(2)] * 2)
    assert "new: 2" in add(tmp_path, mine / "one.mp4", tmp_path / "one.mp4").output


def test_list_of_paths(mine, tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text(f"{mine / 'one.mp4'}\n\nmine/two und drei.mov\n")
    assert "Videos added: 2, new: 2" in add(tmp_path, listed).output
    listed.write_text("nowhere.mp4\n")
    assert f"'nowhere.mp4' in '{listed}'" in error_line(add(tmp_path, listed))


def test_names_of_files_may_be_any_text(tmp_path):
    odd = write_video(tmp_path / "plain.mp4", [texture(1)] * 2).rename(
        tmp_path / "odd\u202f \"quotes\" \n🌊.mp4")
    assert add(tmp_path / "set", odd).exit_code == 0
    assert [path for _, path in open_videos(tmp_path / "set")] == [odd]
    worse = Path(os.fsdecode(bytes(tmp_path) + b"/\xff.mp4"))
    worse.write_bytes(b"video")
    assert "UTF-8" in error_line(add(tmp_path / "set", worse))


@pytest.mark.parametrize(("arguments", "words"), [
    (["nowhere.mp4"], "'nowhere.mp4'"), ([".", "--licence", "gpl"], "one of cc0"),
    ([".", "--tag", ""], "A tag is empty"), ([".", "--manifest", "nowhere.csv"], "must exist")])
def test_bad_input_is_one_line(mine, monkeypatch, tmp_path, arguments, words):
    monkeypatch.chdir(mine)
    assert words in error_line(add(tmp_path / "set", *arguments))
    assert not (tmp_path / "set").exists()
