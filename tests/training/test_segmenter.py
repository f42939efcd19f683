"""Training the segmenter: it learns, resumes, and refuses what is no segmenter of its own."""

import csv
import os
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from scenegan import checkpoints
from scenegan.checkpoints import load_segmenter
from scenegan.commands.cli import main
from scenegan.data.labels import LabelledPhotos
from scenegan.errors import InputError
from scenegan.evaluation import segmentation
from scenegan.training import segmenter
from scenegan.training.segmenter_folder import SegmenterSettings

pytestmark = pytest.mark.slow          # Keras
BROWN, BLUE = (110, 80, 50), (120, 180, 240)


def write_scenes(folder, count=12, split="train"):
    """Photos with sky above and something rigid below, at a height of their own."""
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    lines = ["id,dataset,suggested_split"]
    for number in range(count):
        horizon = random.integers(24, 72)
        photo = np.where(np.arange(96)[:, None, None] < horizon, BLUE, BROWN) + np.zeros(
            (96, 128, 3)) + random.normal(0, 4, (96, 128, 3))
        label = np.where(np.arange(96)[:, None] < horizon, 1, 6) + np.zeros((96, 128))
        Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8)).save(
            folder / "images" / f"{number}.jpg", quality=95)
        Image.fromarray(label.astype(np.uint8)).save(folder / "labels" / f"{number}.png")
        lines.append(f"{number},mine,{'test' if number == count - 1 else split}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    return write_scenes(tmp_path_factory.mktemp("scenes"))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Crops that a test can afford."""
    monkeypatch.setattr(segmenter, "SIZE", 64)


def settings(scenes, **changes):
    return SegmenterSettings(**{"data": str(scenes), "steps": 4, "batch_size": 2, "save_every": 2,
                                "validate_every": 4} | changes)


def state(out, step):
    with np.load(out.with_suffix("") / f"state-{step:06d}.npz") as file:
        return dict(file)


def rows(path):
    with open(path, newline="") as file:
        return [{name: value for name, value in row.items() if name != "seconds_per_step"}
                for row in csv.DictReader(file)]


def interrupt(monkeypatch, step):
    """Send SIGINT in a step."""
    update = segmenter.SegmenterSession.update

    def interrupted(session, batch):
        update(session, batch)
        if session.done == step:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(segmenter.SegmenterSession, "update", interrupted)


def test_an_interrupted_training_goes_on_bit_for_bit(scenes, tmp_path, monkeypatch):
    whole, parted = tmp_path / "whole.keras", tmp_path / "parted.keras"
    assert segmenter.train(settings(scenes), whole) == (whole, 4, 0)
    with monkeypatch.context() as patch:
        interrupt(patch, 3)
        assert segmenter.train(settings(scenes), parted) == (parted, 3, 0)
    load_segmenter(parted)
    assert segmenter.train(settings(scenes), parted) == (parted, 4, 3)
    before, after = state(whole, 4), state(parted, 4)
    assert before.keys() == after.keys()
    for name in before:
        np.testing.assert_array_equal(before[name], after[name], err_msg=name)
    for log in ("log.csv", "validation.csv"):
        assert rows(whole.with_suffix("") / log) == rows(parted.with_suffix("") / log) != []
    with pytest.raises(InputError, match="keep its options.*--seed 1, but .* with 0"):
        segmenter.train(settings(scenes, seed=1), parted)
    (tmp_path / "parted" / "config.ini").unlink()
    with pytest.raises(InputError, match="exists, and no training"):
        segmenter.train(settings(scenes), parted)


def test_it_learns_sky_above_and_ground_below(scenes, tmp_path):
    path, _, _ = segmenter.train(settings(scenes, steps=30, save_every=30, validate_every=30),
                                 tmp_path / "s.keras")
    photos = LabelledPhotos(scenes)
    result = segmentation.evaluate(load_segmenter(path), photos, photos.indices("test"))
    assert result.overlap["sky"] > 0.9 and result.overlap["rigid"] > 0.9
    assert result.loose_right > 0.95 and result.leak < 0.05
    assert rows(tmp_path / "s" / "validation.csv")[0]["step"] == "30"
    done = CliRunner().invoke(main, ["evaluate", "segmenter", "--data", str(scenes),
                                     "--checkpoint", str(path)])
    assert done.exit_code == 0 and "1 photos of the split 'test'" in done.stdout
    assert f"| sky, intersection over union | {100 * result.overlap['sky']:.1f} |" in done.stdout
    network = segmenter.build(path)
    before = checkpoints.load_segmenter(path)
    for one, other in zip(network.get_weights(), before.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("arguments, status, says", [
    (["--data", "gone"], 1, "a folder with manifest.csv"),
    ([], 2, "Missing option '--data'"),
    (["--steps", "0"], 2, "0 is not in the range"),
    (["--weight", "mine"], 2, "'mine' is not NAME=NUMBER"),
    (["--weight", "mine=-1"], 2, "is not NAME=NUMBER"),
    (["--weight", "mine=nan"], 2, "is not NAME=NUMBER"),
    (["--weight", "mine=0"], 1, "weight above 0"),
    (["--weight", "yours=1"], 1, "data set of the manifest: mine. Received: 'yours'"),
    (["--validate-on", "yours"], 1, "data set of the manifest: mine. Received: 'yours'"),
    (["--out", "segmenter.h5"], 1, "must end in .keras"),
    (["--from", "gone.keras"], 1, "must exist"),
])
def test_mistakes_are_one_line(scenes, tmp_path, monkeypatch, arguments, status, says):
    monkeypatch.chdir(tmp_path)
    given = ["--data", str(scenes)] if arguments and "--data" not in arguments else []
    result = CliRunner().invoke(main, ["train", "segmenter", *given, *arguments])
    line, = (line for line in result.stderr.splitlines() if line.startswith("Error: "))
    assert result.exit_code == status and says in line
    assert list(tmp_path.iterdir()) == []


def test_photos_that_are_too_few_or_of_no_split_are_refused(tmp_path):
    few = write_scenes(tmp_path / "few", count=5)
    with pytest.raises(InputError, match="At least 10 photos .* 'train'. Received: 4 of 5"):
        segmenter.train(settings(few), tmp_path / "s.keras")
    none = write_scenes(tmp_path / "none", split="partial")
    with pytest.raises(InputError, match="Received: 0 of 12"):
        segmenter.train(settings(none), tmp_path / "s.keras")
    assert not (tmp_path / "s").exists()


def test_an_output_that_is_of_another_is_kept(scenes, tmp_path):
    out = tmp_path / "s.keras"
    out.write_bytes(b"mine")
    with pytest.raises(InputError, match=r"exists, and no training.*--out or pass --fresh"):
        segmenter.train(settings(scenes), out)
    assert out.read_bytes() == b"mine"


def test_other_networks_are_no_segmenter(tmp_path):
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    checkpoints.save_model(other, tmp_path / "other.keras")
    with pytest.raises(InputError, match="must be one of scenegan.*another kind"):
        load_segmenter(tmp_path / "other.keras")


def test_jax_trains_and_goes_on(scenes, tmp_path):
    pytest.importorskip("jax")
    code = ("import sys; from scenegan.training import segmenter as s\n"
            "from scenegan.training.segmenter_folder import SegmenterSettings\n"
            "s.SIZE = 32\n"
            "for steps in (2, 3):\n"
            "    print(*s.train(SegmenterSettings(data=sys.argv[1], steps=steps, batch_size=2, "
            "save_every=1, validate_every=1), sys.argv[2])[1:])")
    done = subprocess.run([sys.executable, "-c", code, scenes, tmp_path / "s.keras"], text=True,
                          capture_output=True, check=False, env=os.environ | {
                              "KERAS_BACKEND": "jax"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "3 2"
    load_segmenter(tmp_path / "s.keras")              # by the other backend
