"""`scenegan generate` and `scenegan presets`."""

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from small_store import write_store

from scenegan.commands.cli import main
from scenegan.presets import PRESETS, stage


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def save_shaken(model, path, seed):
    """Save a model whose weights are as large as training would make them."""
    random = np.random.default_rng(seed)
    for variable in model.trainable_variables:
        variable.assign(random.normal(0, 0.2, variable.shape))
    model.save(path)


def test_presets_lists_each_in_a_line():
    lines = run("presets").output.splitlines()
    assert [line.split()[0] for line in lines] == list(PRESETS)
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.slow
def test_generate_writes_clips_and_a_sheet_by_seed(tmp_path):
    from scenegan.models.vgan import build_vgan_generator
    from scenegan.models.vgan_future import build_future_generator
    spec = replace(stage(1, preset="vgan"), frames=16, height=16, width=16, features=4)
    build_vgan_generator(spec).save(tmp_path / "vgan.keras")
    for name in ("a", "b"):
        done = run("generate", "--checkpoint", str(tmp_path / "vgan.keras"), "--count", "2",
                   "--seed", "1", "--out", str(tmp_path / name))
        assert done.exit_code == 0, done.output
    first, second = (tmp_path / name for name in ("a", "b"))
    assert sorted(path.name for path in first.iterdir()) == [
        "clip-0001.gif", "clip-0002.gif", "sheet.png"]
    with Image.open(first / "clip-0001.gif") as image:
        assert (image.n_frames, image.size) == (16, (16, 16))
    assert (first / "clip-0002.gif").read_bytes() == (second / "clip-0002.gif").read_bytes()
    build_future_generator(spec).save(tmp_path / "future.keras")
    refused = run("generate", "--checkpoint", str(tmp_path / "future.keras"), "--out",
                  str(tmp_path / "c"))
    assert refused.exit_code == 1 and "is given a photo" in refused.output
    assert not (tmp_path / "c").exists()


@pytest.mark.slow
def test_an_autoencoder_makes_clips_of_codes_like_those_of_its_training(tmp_path):
    pytest.importorskip("sklearn")
    from scenegan.models.autoencoder import build_autoencoder
    from scenegan.training.run import config
    from scenegan.training.run.settings import Settings
    spec = replace(stage(1, preset="autoencoder"), frames=16, height=16, width=16, features=4)
    data = write_store(tmp_path / "clips", count=34, shape=(16, 16, 16, 3))
    (tmp_path / "stage1").mkdir()
    words = ("generate", "--checkpoint", str(tmp_path / "stage1.keras"), "--count", "2", "--out",
             str(tmp_path / "samples"))
    save_shaken(build_autoencoder(spec), tmp_path / "stage1.keras", 1)
    refused = run(*words)
    assert refused.exit_code == 1 and "config.ini' names" in refused.output
    (tmp_path / "stage1" / "config.ini").write_text(config.text_of(config.sections_of(
        spec, Settings(loss="reconstruction", data=str(data)), {})))
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert "mixture of 2 normal distributions" in done.output          # 32 clips to train on
    first = (tmp_path / "samples" / "clip-0001.gif").read_bytes()
    assert first != (tmp_path / "samples" / "clip-0002.gif").read_bytes()
    kept = (tmp_path / "stage1" / "mixture.npz").read_bytes()
    again = run(*words)
    assert "mixture" not in again.output and again.exit_code == 0      # fitted once
    assert (tmp_path / "stage1" / "mixture.npz").read_bytes() == kept
    assert (tmp_path / "samples" / "clip-0001.gif").read_bytes() == first
    save_shaken(build_autoencoder(spec), tmp_path / "stage1.keras", 2)      # trained further
    assert "mixture" in run(*words).output


@pytest.mark.slow
def test_data_is_for_an_autoencoder(tmp_path):
    from scenegan.models.vgan import build_vgan_generator
    spec = replace(stage(1, preset="vgan"), frames=16, height=16, width=16, features=4)
    build_vgan_generator(spec).save(tmp_path / "vgan.keras")
    refused = run("generate", "--checkpoint", str(tmp_path / "vgan.keras"), "--data", "clips",
                  "--out", str(tmp_path / "samples"))
    assert refused.exit_code == 1 and "Leave --data out" in refused.output
