"""Velocity networks, untrained, from their files to an animation."""

import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from scenegan import pixels
from scenegan.animation.animate import animate
from scenegan.animation.dials import Dials
from scenegan.animation.predictors import load_predictor
from scenegan.commands.cli import main
from scenegan.presets import stage

pytestmark = pytest.mark.slow          # Keras

PHOTO = np.random.default_rng(0).integers(0, 256, (180, 320, 3), np.uint8)
RIGHT = np.zeros((90, 160, 3), np.uint8)
RIGHT[:, 80:] = 255                                    # the right half moves, whatever it shows


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from scenegan.models.segmenter import build_segmenter
    from scenegan.models.velocity_generator import build_generator
    folder = tmp_path_factory.mktemp("run")
    build_generator(stage(1)).save(folder / "stage1.keras")
    build_segmenter().save(folder / "segmenter.keras")
    return folder


@pytest.fixture(scope="module")
def predictor(folder):
    return load_predictor(folder / "stage1.keras")


@pytest.mark.parametrize("scale", [1, 4])
def test_a_velocity_network_animates_what_may_move(predictor, scale):
    clip = animate(PHOTO, seed=0, generator=predictor, scale=scale, moving=RIGHT)
    fitted = pixels.fit(PHOTO, 23 * scale, 40 * scale)
    assert clip.shape == (32, 23 * scale, 40 * scale, 3) and (clip[0] == fitted).all()
    assert (clip[:, :, :20 * scale] == fitted[:, :20 * scale]).all()
    assert (clip[-1] != fitted)[:, 25 * scale:].any()
    assert (clip == animate(PHOTO, seed=0, generator=predictor, scale=scale, moving=RIGHT)).all()
    assert (clip != animate(PHOTO, seed=1, generator=predictor, scale=scale, moving=RIGHT)).any()


def test_the_network_is_told_strength_direction_and_what_is_still(predictor, monkeypatch):
    told = []
    network = predictor.network
    monkeypatch.setattr(predictor, "network", lambda inputs, **options: told.append(
        {name: value[0] for name, value in inputs.items()}) or network(inputs, **options))
    for dials in ({}, {"strength": 2.0, "direction": 90, "still": ("water",)}):
        predictor.motion(PHOTO[:180], 3, Dials(**dials))
    usual, turned = told
    np.testing.assert_allclose(turned["amount"][[0, 2]], 2 * usual["amount"][[0, 2]], rtol=1e-6)
    assert usual["amount"][1] > 0 == turned["amount"][1] and (turned["masks"][..., 1] == 0).all()
    np.testing.assert_allclose(turned["direction"], [[0, -1]] * 3, atol=1e-6)
    assert (usual["direction"] == 0).all() and (turned["noise"] == usual["noise"]).all()


def test_a_saved_network_is_loaded_where_nothing_of_it_was_imported(folder):
    code = f"import scenegan; print(scenegan.load_generator({str(folder / 'stage1.keras')!r}).name)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "stage1\n", done.stderr


@pytest.fixture
def command(tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(PHOTO).save("beach.png")
    Image.fromarray(RIGHT).save("right.png")

    def call(*arguments):
        return CliRunner().invoke(main, ["animate", "beach.png", "--checkpoint", str(
            folder / "stage1.keras"), "--format", "npy", *arguments])
    return call


def test_the_command_turns_the_dials(command):
    for name, dials in {"a": (), "b": ("--direction", "90"), "c": ("--strength", "3"), "d": (
            "--still", "sky", "--still", "water", "--still", "plants")}.items():
        result = command("--out", f"{name}.npy", "--moving", "right.png", *dials)
        assert result.exit_code == 0, result.output
    usual, up, strong, still = (np.load(f"{name}.npy") for name in "abcd")
    assert (still == still[0]).all()
    assert (up != usual).any() and (strong != usual).any()


def test_the_mask_is_written_and_can_be_given_back(command, tmp_path):
    result = command("--show-mask", "mask.png", "--moving", "right.png")
    assert result.exit_code == 0, result.output
    assert "mask.png: what may move, 320x180" in result.stdout
    with Image.open("mask.png") as mask:
        assert mask.size == (320, 180) and mask.mode == "L"
        assert mask.getpixel((40, 90)) == 0 and mask.getpixel((280, 90)) == 255
    assert command("--moving", "mask.png", "--out", "again.npy").exit_code == 0
    refused = command("--show-mask", "mask.png", "--out", "more.npy")
    assert refused.exit_code == 1 and "--overwrite" in refused.stderr
    assert not (tmp_path / "more.npy").exists()


@pytest.mark.parametrize(("arguments", "status", "said"), [
    (["--direction", "up"], 2, "not a valid number"), (["--direction", "nan"], 2, "finite"),
    (["--strength", "-1"], 2, "range"), (["--still", "rock"], 2, "is not one of"),
    (["--show-mask", "mask.jpg"], 1, "end in .png"), (["--show-mask", "beach.png"], 1, "its own"),
    (["--show-mask", "gone/mask.png"], 1, "folder that exists"),
    (["--show-mask", "right.png", "--moving", "right.png"], 1, "its own"),
    (["other.png", "--show-mask", "mask.png"], 1, "one photo")])
def test_a_dial_that_is_none_is_refused_before_anything_is_read(command, tmp_path, arguments,
                                                                status, said):
    before = sorted(tmp_path.iterdir())
    result = command(*arguments)
    assert (result.exit_code, said in result.stderr) == (status, True), result.stderr
    assert "Traceback" not in result.stderr and sorted(tmp_path.iterdir()) == before
