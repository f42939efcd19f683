"""`train_stage.py` as people call it: mistakes, and a round trip to an animation."""

import subprocess
import sys

import imageio.v3 as imageio
import numpy as np
import pytest
from click.testing import CliRunner

from scenegan.commands import main
from scenegan.data.store import ClipWriter


def write_clips(folder, shape):
    folder.mkdir()
    writer = ClipWriter(folder)
    for number, split in enumerate(("train", "validation")):
        writer.add(np.zeros(shape, np.uint8), {
            "video": f"{number}.mp4", "group": str(number), "start": 0.0, "fps": 15.0, "tags": [],
            "split": split, "motion": 1.0})
    writer.close()
    return str(folder)


def refused(*arguments):
    """The one line that `scenegan train` ends with, and its exit status."""
    result = CliRunner().invoke(main, ["train", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    line, = (line for line in result.stderr.splitlines() if line.startswith("Error: "))
    return result.exit_code, line


@pytest.mark.parametrize(("arguments", "status", "says"), [
    (["--stage", "3"], 1, "Received: 3"),
    (["--stage", "1", "--steps", "0"], 2, "0 is not in the range"),
    (["--stage", "1", "--loss", "hinge"], 2, "'hinge' is not one of"),
    (["--stage", "1", "--channels", "2"], 2, "'2' is not one of"),
    ([], 2, "Missing option '--stage'"),
])
def test_bad_options(arguments, status, says, tmp_path):
    code, line = refused(*arguments, *(["--run", str(tmp_path / "run")] if arguments else []))
    assert code == status and says in line
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("shape", "says"), [
    ((32, 23, 40, 3), "at least 80x45"),
    ((16, 45, 80, 3), "32 frames"),
    ((32, 45, 80, 1), "RGB clips"),
])
def test_clips_of_the_wrong_shape(shape, says, tmp_path):
    clips = write_clips(tmp_path / "clips", shape)
    code, line = refused("--stage", "2", "--data", clips, "--run", str(tmp_path / "run"))
    assert code == 1 and says in line


def test_clip_folders_that_are_none(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        code, line = refused("--stage", "1", "--data", str(folder), "--run", str(tmp_path / "run"))
        assert code == 1 and "clips.jsonl" in line


def test_a_run_that_cannot_be_a_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    code, line = refused("--stage", "1", "--data", "procedural", "--run", str(tmp_path / "file"))
    assert code == 1 and "can be written" in line
    assert (tmp_path / "file").read_text() == "mine"


def test_train_then_animate(tmp_path, request):
    """On a bare machine: no clips, so on generated scenery, which it says."""
    root = request.config.rootpath
    trained = subprocess.run(
        [sys.executable, root / "train_stage.py", "--stage", "1", "--steps", "1",
         "--batch-size", "1"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert trained.returncode == 0, trained.stderr
    assert "generated waves and clouds" in trained.stderr
    assert "train_stage.py --stage 2" in trained.stdout
    checkpoint = tmp_path / "runs" / "default" / "stage1.keras"
    photo = np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8)
    imageio.imwrite(tmp_path / "photo.png", photo)
    animated = subprocess.run(
        [sys.executable, root / "animate.py", "photo.png", "--checkpoint", checkpoint,
         "--out", "photo.npy"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert animated.returncode == 0, animated.stderr
    assert np.load(tmp_path / "photo.npy").shape == (32, 23, 40, 3)
