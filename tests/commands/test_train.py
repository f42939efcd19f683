"""`scenegan train` as people call it."""

import re
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from train_command import refused

from scenegan.commands.cli import main
from scenegan.commands.train import settle, train
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


@pytest.mark.parametrize(("arguments", "status", "says"), [
    (["--stage", "4"], 1, "Received: 4"),
    (["--stage", "1", "--steps", "0"], 2, "0 is not in the range"),
    (["--stage", "1", "--seed", str(2 ** 64)], 2, "0<=x<=18446744073709551615"),
    (["--stage", "1", "--loss", "l1"], 2, "'l1' is not one of"),
    (["--stage", "1", "--loss", "hinge"], 1, "loss must be one of mse, regression, wasserstein"),
    (["--preset", "vgam"], 1, "Did you mean vgan?"),
    (["--preset", "scene-reference"], 2, "Missing option '--stage'"),
    (["--preset", "ivgan", "--channels", "1"], 1, "ivgan has 3 channels"),
    (["--stage", "1", "--warmup", "-1"], 2, "-1 is not in the range"),
    (["--stage", "1", "--strategy", "two"], 2, "'two' is not one of"),
    (["--stage", "1", "--channels", "2"], 2, "'2' is not one of"),
    ([], 2, "Missing option '--stage'"),
])
def test_bad_options(arguments, status, says, tmp_path):
    code, line = refused(*arguments, *(["--run", str(tmp_path / "run")] if arguments else []))
    assert code == status and says in line
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("stage", "shape", "says"), [
    ("2", (32, 23, 40, 3), "at least 80x45"),
    ("3", (32, 45, 80, 3), "at least 160x90. Received: 80x45"),
    ("2", (16, 45, 80, 3), "32 frames"),
    ("2", (32, 45, 80, 1), "RGB clips"),
])
def test_clips_of_the_wrong_shape(stage, shape, says, tmp_path):
    clips = write_clips(tmp_path / "clips", shape)
    code, line = refused("--stage", stage, "--data", clips, "--run", str(tmp_path / "run"))
    assert code == 1 and says in line


def test_clip_folders_that_are_none(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        code, line = refused("--stage", "1", "--data", str(folder), "--run", str(tmp_path / "run"))
        assert code == 1 and "clips.jsonl" in line


@pytest.mark.slow
def test_a_run_that_cannot_be_a_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    code, line = refused("--stage", "1", "--data", "procedural", "--run", str(tmp_path / "file"))
    assert code == 1 and "can be written" in line
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.slow
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
    Image.fromarray(photo).save(tmp_path / "photo.png")
    animated = subprocess.run(
        [sys.executable, root / "animate.py", "photo.png", "--checkpoint", checkpoint,
         "--out", "photo.npy"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert animated.returncode == 0, animated.stderr
    assert np.load(tmp_path / "photo.npy").shape == (32, 23, 40, 3)


@pytest.mark.slow
@pytest.mark.parametrize(("done", "before", "status", "says"), [
    (9, 0, 0, "Trained 9 steps. Wrote stage1.keras\nNext: "),
    (9, 9, 0, "All 9 steps are done already: stage1.keras\nNext: "),
    (4, 4, 130, "Stopped after step 4 of 9. The same command goes on.\n")])
def test_what_is_said_at_the_end(done, before, status, says, monkeypatch):
    monkeypatch.setattr("scenegan.training.session.train",
                        lambda *_: ("stage1.keras", done, before))
    result = CliRunner().invoke(main, ["train", "--stage", "1", "--steps", "9", "--data",
                                       "procedural"])
    assert result.exit_code == status and result.stdout.startswith(says)


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "told"), [
    ("vgan", "scenegan generate --checkpoint stage1.keras"),
    ("autoencoder", "scenegan generate --checkpoint stage1.keras"),
    ("vgan-future", "python animate.py PHOTO --checkpoint stage1.keras"),
    ("summary", "see stage1/samples")])
def test_what_a_trained_preset_can_do_is_told(preset, told, monkeypatch):
    monkeypatch.setattr("scenegan.training.session.train", lambda *_: ("stage1.keras", 9, 0))
    result = CliRunner().invoke(main, ["train", "--preset", preset, "--steps", "9", "--data",
                                       "procedural"])
    assert result.stdout.splitlines()[1] == f"Next: {told}"


@pytest.mark.slow
@pytest.mark.parametrize(("text", "next_stage"), [
    ("[run]\nloss = wasserstein\n",
     "--stage 2 --config {0}/my.ini --run '{0}/a run' --loss wasserstein"),
    ("[stage]\nnumber = 1\n[run]\nseed = 3\n", "--stage 2 --run '{0}/a run' --seed 3"),
    ("[stage]\nnumber = 1\nframes = 16\n", "--config FILE --run '{0}/a run', where FILE has "
     "[stage] with number = 2, frames = 16, and a height and width above 40x23")])
def test_the_next_stage_is_told_of_the_config_file(text, next_stage, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scenegan.training.session.train", lambda *_: ("stage1.keras", 4000, 0))
    (tmp_path / "my.ini").write_text(text)
    result = CliRunner().invoke(main, [
        "train", "--config", str(tmp_path / "my.ini"), "--run", str(tmp_path / "a run"),
        *(["--stage", "1"] if "[stage]" not in text else [])])
    assert result.stdout.splitlines()[1] == (
        "Next: python train_stage.py " + next_stage.format(tmp_path))


def test_the_shipped_run_is_found_from_anywhere(tmp_path, monkeypatch, request):
    shipped = request.config.rootpath / "checkpoints"
    monkeypatch.chdir(tmp_path)
    for name, folder in (("checkpoints", shipped), ("checkpoints/gray", shipped / "gray"),
                         ("mine", tmp_path / "mine")):
        given = dict.fromkeys(["channels", "data", "loss"]) | {"number": 1, "begin_from": name}
        assert settle(given, None)[1].begin_from == str(folder)
    (tmp_path / "checkpoints").mkdir()
    given["begin_from"] = "checkpoints"
    assert settle(given, None)[1].begin_from == str(tmp_path / "checkpoints")


def test_a_config_file_is_followed_and_options_come_before_it(tmp_path):
    clips = write_clips(tmp_path / "clips", (32, 45, 80, 3))
    path = tmp_path / "config.ini"
    path.write_text(f"[run]\ndata = {clips}\nsteps = 7\nseed = 3\n[stage]\nnumber = 2\n")
    given = dict.fromkeys(["channels", "data", "loss"]) | {"steps": 9}
    spec, settings = settle(given, path)
    assert (spec.number, settings.steps, settings.seed, settings.data) == (2, 9, 3, clips)


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "given", "told"), [
    (None, "", ""),
    (None, "--data procedural", ""),
    (None, "--data mine", " --data {0}/mine"),
    ("data/clips", "", ""),
    ("data/clips", "--data data/clips", ""),
    ("data/clips", "--data procedural", " --data procedural"),
    (None, "--loss wasserstein --channels 1", " --loss wasserstein --channels 1")])
def test_the_next_stage_is_told_what_is_not_the_default(folder, given, told, tmp_path,
                                                        monkeypatch):
    monkeypatch.chdir(tmp_path)
    if folder:
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr("scenegan.commands.train.open_clips", lambda *_: None)
    monkeypatch.setattr("scenegan.training.session.train", lambda *_: ("stage1.keras", 4000, 0))
    result = CliRunner().invoke(main, ["train", "--stage", "1", *given.split()])
    assert result.stdout.splitlines()[1] == (
        f"Next: python train_stage.py --stage 2 --run runs/default{told.format(tmp_path)}")


def test_a_config_file_with_a_mistake(tmp_path):
    (tmp_path / "config.ini").write_text("[run]\nstpes = 7\n")
    code, line = refused("--config", str(tmp_path / "config.ini"))
    assert code == 1 and "stpes" in line
    code, line = refused("--config", str(tmp_path / "none.ini"))
    assert code == 1 and "must exist" in line


def test_help_shows_every_option_once_in_its_group():
    text = CliRunner().invoke(main, ["train", "--help"]).output
    titles = ["Everyday:", "Schedule:", "Devices:", "Other options:", "Commands:"]
    groups = dict(zip(titles, re.split("|".join(titles), text)[1:], strict=True))
    for title, names in {"Everyday:": ["--stage", "--data", "--run", "--from", "--config"],
                         "Schedule:": ["--steps", "--batch-size", "--warmup", "--save-every"],
                         "Devices:": ["--strategy", "--precision", "--micro-batch"],
                         "Commands:": ["plot"]}.items():
        assert all(f"  {name} " in groups[title] for name in names), title
    for option in train.params:
        assert len(re.findall(rf"^  {option.opts[0]}\b", text, re.MULTILINE)) == 1, option.opts
