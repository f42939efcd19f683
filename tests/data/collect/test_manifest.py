"""The manifest, the journal, the credits, and videos of one's own."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from sample_videos import texture, write_video

from scenegan.commands.cli import main
from scenegan.data.collect.credits import write_credits
from scenegan.data.collect.download_log import Entry, open_journal, read_journal
from scenegan.data.collect.licences import NAMES, name_licence, parse_licences
from scenegan.data.collect.manifest import Video, add_videos, is_dataset, open_videos, read_manifest
from scenegan.data.collect.retries import Trouble
from scenegan.errors import InputError


def video(number=1, **changes):
    return Video(**{"id": f"flickr-{number}", "site": "flickr", "title": "Sea", "group": "g",
                    **changes})


def write_file(folder, number, body=b"video"):
    path = folder / "videos" / f"flickr-{number}.mp4"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    return path


def add(out, *arguments):
    return CliRunner().invoke(main, ["data", "add", *map(str, arguments), "--out", str(out)])


def error_line(result):
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    return result.stderr


# The manifest

def test_what_is_written_is_read(tmp_path):
    written = video(title="Ebbe & Flut 🌊", tags=("sea",), searched=("sea",), seconds=2.5,
                    licence={"name": "cc0", "url": None}, page="https://example.org/")
    assert add_videos(tmp_path, [written]) == (1, 1)
    assert read_manifest(tmp_path) == {"flickr-1": written}
    assert "🌊" in (tmp_path / "manifest.jsonl").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.jsonl"]


def test_a_folder_has_a_name():
    with pytest.raises(InputError, match="must have a name. Received: an empty one"):
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


# The journal

def test_journal_holds_the_last_word(tmp_path):
    with open_journal(tmp_path) as note:
        note(Entry(id="a", status="skipped", reason="network: HTTP 500"))
        note(Entry(id="a", status="done", bytes=5))
    assert read_journal(tmp_path)["a"].status == "done"


def test_torn_line_of_a_killed_writer_is_forgotten(tmp_path):
    with open_journal(tmp_path) as note:
        note(Entry(id="a", status="done"))
    with open(tmp_path / "downloads.jsonl", "a") as file:
        file.write('{"id": "b", "sta')
    assert list(read_journal(tmp_path)) == ["a"]
    with open_journal(tmp_path) as note:
        note(Entry(id="c", status="done"))
    assert list(read_journal(tmp_path)) == ["a", "c"]


@pytest.mark.parametrize("line", [
    "nonsense", '{"id": [1], "status": "done"}', '{"id": {}, "status": "done"}', '{"id": "a"}',
    '{"id": "a", "status": ["done"]}', '{"id": "a", "status": "perhaps"}'])
def test_damaged_journal_names_the_line(tmp_path, line):
    (tmp_path / "downloads.jsonl").write_text(f"{line}\n")
    with pytest.raises(InputError, match="line 1"):
        read_journal(tmp_path)


def test_half_characters_of_a_site_can_be_noted(tmp_path):
    with open_journal(tmp_path) as note:
        note(Entry(id="a", status="skipped", reason=str(Trouble("refused: \ud83d"))))
    assert read_journal(tmp_path)["a"].reason == "refused: ?"


def test_one_writer_at_a_time(tmp_path):
    with open_journal(tmp_path), pytest.raises(InputError, match="one download at a time"), \
            open_journal(tmp_path):
        pass


# Licences

@pytest.mark.parametrize(("title", "url", "name"), [
    (None, "https://creativecommons.org/licenses/by/2.0/", "cc-by"),
    (None, "https://creativecommons.org/licenses/by-sa/4.0/deed.de", "cc-by-sa"),
    (None, "http://creativecommons.org/licenses/by-nd-nc/1.0/", "cc-by-nc-nd"),
    (None, "https://creativecommons.org/licenses/sampling+/1.0/", None),
    (None, "https://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
    (None, "https://creativecommons.org/publicdomain/mark/1.0/", "pdm"),
    (None, "http://www.usa.gov/copyright.shtml", "us-gov"),
    ("", "https://www.flickr.com/commons/usage/", "no-known-restrictions"),
    ("All Rights Reserved", "", "all-rights-reserved"), ("Mine", None, None)])
def test_licences_are_named_by_their_address(title, url, name):
    assert name_licence(title, url) == name


def test_licences_by_name():
    assert parse_licences("cc-by, CC0,cc-by") == ("cc-by", "cc0")
    for wrong in ("cc-by,gpl", "", " , "):
        with pytest.raises(InputError) as caught:
            parse_licences(wrong)
        assert all(name in str(caught.value) for name in NAMES)


# Credits

def test_credits_name_who_is_there(tmp_path):
    add_videos(tmp_path, [
        video(1, title="Sea", owner="Ann", page="https://example.org/a",
              licence={"name": "cc-by", "url": "https://creativecommons.org/licenses/by/4.0/"}),
        video(2, title="Not here")])
    write_file(tmp_path, 1)
    write_credits(tmp_path)
    assert (tmp_path / "CREDITS.md").read_text() == (
        "# Credits\n\n- [Sea](https://example.org/a) by Ann, "
        "licence: [cc-by](https://creativecommons.org/licenses/by/4.0/)\n")


def test_credits_show_titles_as_they_are(tmp_path):
    add_videos(tmp_path, [
        video(1, title="<script>*a*</script>\n# [x](javascript:y) \x07`z`", page="javascript:z",
              owner="|" * 500), video(2, title="a" * 500, page="https://x.org/a)(b <c>\n")])
    for number in (1, 2):
        write_file(tmp_path, number)
    write_credits(tmp_path)
    _, _, first, second = (tmp_path / "CREDITS.md").read_text().splitlines()
    assert first == (r"- \<script\>\*a\*\</script\> \# \[x\]\(javascript\:y\) \`z\` by "
                     + r"\|" * 99 + "…, licence: unknown")
    assert second.startswith(f"- [{'a' * 99}…](https://x.org/a%29%28b%20%3Cc%3E%0A) by unknown")


# Videos of one's own

@pytest.fixture
def mine(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("one.mp4", "two und drei.mov"):
        write_video(folder / name, [texture(1)] * 2)
    (folder / "manifest.csv").write_text('file,group,tags\none.mp4,harbour,"sea,boats"\n')
    return folder


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
    assert "'nowhere.mp4'" in error_line(add(tmp_path, listed))


def test_names_of_files_may_be_any_text(tmp_path):
    odd = write_video(tmp_path / "plain.mp4", [texture(1)] * 2).rename(
        tmp_path / "odd\u202f \"quotes\" \n🌊.mp4")
    assert add(tmp_path / "set", odd).exit_code == 0
    assert [path for _, path in open_videos(tmp_path / "set")] == [odd]
    worse = Path(os.fsdecode(bytes(tmp_path) + b"/\xff.mp4"))
    worse.write_bytes(b"video")
    assert "UTF-8" in error_line(add(tmp_path / "set", worse))


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
    assert "must be a video" in line and "(empty)" in line
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(("arguments", "words"), [
    (["nowhere.mp4"], "'nowhere.mp4'"), ([".", "--licence", "gpl"], "one of cc0"),
    ([".", "--tag", ""], "A tag must"), ([".", "--manifest", "nowhere.csv"], "must exist")])
def test_bad_input_is_one_line(mine, monkeypatch, tmp_path, arguments, words):
    monkeypatch.chdir(mine)
    assert words in error_line(add(tmp_path / "set", *arguments))
    assert not (tmp_path / "set").exists()
