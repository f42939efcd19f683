"""`scenegan data report` as people call it, and the folder that it writes."""

import re
import subprocess
import sys

import pytest
from PIL import Image
from report_command import call, error_line

from scenegan.data.store import VIDEOS, ClipStore


@pytest.mark.parametrize("damage", ["{", "[]", '"text"', "[" * 100_000])
def test_a_damaged_list_of_videos_is_one_line(folder, damage):
    (folder / VIDEOS).write_text(damage + "\n")
    assert VIDEOS in error_line(call(folder))
    assert not (folder / "report").exists()


def test_only_the_samples_are_read(folder, monkeypatch):
    read = []
    clips = ClipStore.clips
    monkeypatch.setattr(ClipStore, "clips",
                        lambda self, indices: read.append(len(indices)) or clips(self, indices))
    assert call(folder, "--samples", 3).exit_code == 0
    assert set(read) == {1} and len(read) == 6               # once for the page, once for the sheet


# The command

def test_the_command_prints_counts_and_writes_a_folder(folder):
    result = call(folder)
    assert result.exit_code == 0, result.output
    assert re.search(r"^  clips +10$", result.stdout, re.MULTILINE)
    assert result.stdout.endswith(f"Written: {folder / 'report' / 'index.html'}\n")
    out = folder / "report"
    assert sorted(path.name for path in out.iterdir()) == ["index.html", "samples", "sheet.png"]
    assert len(list((out / "samples").iterdir())) == 10
    with Image.open(out / "samples" / "01.webp") as sample:
        assert sample.size == (16, 9) and sample.n_frames == 8
    assert len(ClipStore(folder)) == 10                      # still a folder of clips
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_an_older_report_is_replaced(folder, tmp_path):
    out = tmp_path / "new" / "report"
    assert call(folder, "--out", out).exit_code == 0
    assert call(folder, "--out", out, "--samples", 2).exit_code == 0
    assert len(list((out / "samples").iterdir())) == 2
    assert [path.name for path in out.parent.iterdir()] == ["report"]


@pytest.mark.parametrize("name", ["letter.txt", "samples/letter.txt"])
def test_a_report_with_files_of_others_is_not_replaced(folder, name):
    assert call(folder).exit_code == 0
    stranger = folder / "report" / name
    stranger.write_text("mine")
    before = sorted(folder.rglob("*"))
    assert "letter.txt" in error_line(call(folder))
    assert stranger.read_text() == "mine" and sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("name", ["index.html", "samples/01.webp", "sheet.png"])
def test_a_folder_of_others_is_not_taken_for_a_report(folder, name):
    stranger = folder / "report" / name
    stranger.parent.mkdir(parents=True)
    stranger.write_text("<html>mine")
    assert name.split("/")[0] in error_line(call(folder))
    assert stranger.read_text() == "<html>mine"


def test_a_report_that_fails_leaves_the_older_one(folder, monkeypatch):
    assert call(folder).exit_code == 0

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scenegan.data.report.folder.draw_sheet", fail)
    assert "no room left on the disk" in error_line(call(folder, "--samples", 2))
    assert len(list((folder / "report" / "samples").iterdir())) == 10
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(("prepare", "message"), [
    (lambda path: None, "without it"),
    (lambda path: path.mkdir(), "without it"),
    (lambda path: path.write_text("text"), "without it"),
])
def test_what_is_no_folder_of_clips_is_one_line(tmp_path, prepare, message):
    prepare(tmp_path / "clips")
    assert message in error_line(call(tmp_path / "clips"))


def test_out_must_be_a_folder(folder, tmp_path):
    (tmp_path / "file").write_text("mine")
    assert "the file" in error_line(call(folder, "--out", tmp_path / "file"))
    assert "clips-00000.npy" in error_line(call(folder, "--out", folder))


def test_a_place_that_cannot_be_written_is_told_before_anything_else(folder, tmp_path):
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file" / "report", "/proc/report"):
        result = call(folder, "--out", out)
        assert "can be written" in error_line(result) and result.stdout == ""


def test_help_is_quick():
    code = ("import sys; from scenegan.commands.cli import main; "
            "main(['data', 'report', '--help'], standalone_mode=False); "
            "sys.exit(bool({'cv2', 'numpy', 'PIL', 'keras'} & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL).returncode == 0
