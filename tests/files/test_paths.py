"""Paths that lead nowhere: one line, whichever command gets them."""

import os

import pytest
from click.testing import CliRunner

from scenegan.commands.cli import main
from scenegan.errors import InputError
from scenegan.files.paths import resolve


@pytest.fixture
def circle(tmp_path, monkeypatch):
    """Two links that name each other."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "there.mp4").write_bytes(b"video")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "a"


@pytest.mark.parametrize(("path", "words"), [
    ("a", "back to itself"), ("a/below", "back to itself"), ("nowhere/../b", "back to itself"),
    ("x\0y", "zero bytes"), ("", "must have a name")])
def test_what_leads_nowhere_is_refused(circle, path, words):
    with pytest.raises(InputError, match=words):
        resolve(path)


def test_what_does_not_exist_yet_is_a_path(circle):
    (circle.parent / "link").symlink_to("new/place")
    assert resolve("link") == circle.parent.resolve() / "new" / "place"
    assert resolve("there.mp4/below") == circle.parent.resolve() / "there.mp4" / "below"


@pytest.mark.parametrize("command", [
    "data add a --out set", "data add there.mp4 --out a", "data clips a", "data clips a/below",
    "data clips there.mp4 --out a", "data report a", "data search --web sea --out a",
    "train --stage 1 --data a", "train --stage 1 --data a/below"])
def test_a_circle_of_links_is_one_line(circle, command):
    result = CliRunner().invoke(main, command.split())
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    assert sorted(os.listdir(circle.parent)) == ["a", "b", "there.mp4"]


def test_a_report_is_not_written_to_a_circle_of_links(circle):
    from sample_clips import SHAPE, record, write_clips
    write_clips(circle.parent / "clips", [record(0)], shape=SHAPE)
    result = CliRunner().invoke(main, ["data", "report", "clips", "--out", "a"])
    assert result.exit_code == 1 and "back to itself" in result.stderr


def test_an_empty_name_is_not_the_folder_one_is_in(circle):
    for command in (["data", "add", "", "--out", "set"], ["data", "clips", ""],
                    ["data", "clips", "there.mp4", "--out", ""]):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 1 and "must have a name" in result.stderr, command
