"""Training tiny stages: from nothing, grown, stopped, refused."""

import csv
import importlib.util
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
from tiny_stages import tiny_stage, train_tiny

from scenegan import checkpoints
from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError
from scenegan.seeds import library_seed
from scenegan.training.run.logs import Logs
from scenegan.training.run.settings import Settings
from scenegan.training.session import train

pytestmark = pytest.mark.slow          # Keras


@pytest.fixture(scope="module")
def first_run(tmp_path_factory, clips):
    """A run whose stage 1 has been trained two steps."""
    run = tmp_path_factory.mktemp("run")
    assert train_tiny(1, run, clips) == (run / "stage1.keras", 2)
    return run


@pytest.fixture
def run(first_run, tmp_path):
    """A copy of that run, for one test."""
    return shutil.copytree(first_run, tmp_path / "run")


def state(run):
    with np.load(max(run.glob("stage1/state-*.npz"))) as file:
        return dict(file)


def flip(path):
    """Change one byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_both_stages_train_two_steps(run, clips):
    """With mean squared error; with Wasserstein see test_stages_train_in_less_precision."""
    path, done = train_tiny(2, run, clips)
    assert (path, done) == (run / "stage2.keras", 2)
    for stage_folder in (run / "stage1", run / "stage2"):
        log, = rows(stage_folder / "log.csv")
        assert all(np.isfinite(float(value)) for value in log.values())
        assert "gradient_penalty" not in log
        assert (stage_folder / "samples" / "step-000002.png").stat().st_size > 1000
        assert (stage_folder / "samples" / "step-000002.gif").stat().st_size > 1000
    spec = tiny_stage(2)
    generator = checkpoints.load_generator(path)
    photo = np.zeros((1, *spec.shape[1:]), np.float32)
    clip = np.asarray(generator([photo, np.zeros((1, 32), np.float32)]))
    assert clip.shape == (1, *spec.shape)
    assert list(run.rglob("*.part*")) == []


def test_training_moves_both_networks(first_run):
    with np.load(first_run / "stage1" / "state-000000.npz") as file:
        before = dict(file)
    after = state(first_run)
    assert after["step"] == 2
    for name in ("generator", "discriminator", "reader", "average"):
        moved = [key for key in before
                 if key.startswith(f"{name}/") and not np.array_equal(before[key], after[key])]
        assert moved, name


def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(run, tmp_path, clips):
    train_tiny(1, tmp_path / "whole", clips, steps=4)
    train_tiny(1, run, clips, steps=4)
    whole, parts = state(tmp_path / "whole"), state(run)
    assert whole.keys() == parts.keys()
    for name in whole:
        np.testing.assert_array_equal(parts[name], whole[name], err_msg=name)


def test_a_finished_training_is_left_alone(run, clips):
    before = (run / "stage1.keras").stat().st_mtime_ns
    settings = Settings(steps=2, batch_size=2, validate_every=2, save_every=2, loss="mse")
    assert train(tiny_stage(1), clips, run, settings) == (run / "stage1.keras", 2, 2)
    assert (run / "stage1.keras").stat().st_mtime_ns == before


def test_fresh_starts_again(run, clips):
    before = state(run)
    train_tiny(1, run, clips, fresh=True, seed=2 ** 64 - 1, steps=1)
    after = state(run)
    assert after["step"] == 1
    assert any(not np.array_equal(before[name], after[name]) for name in before)


def test_a_seed_may_have_more_bits_than_libraries_take():
    """See test_fresh_starts_again for a training."""
    assert library_seed(2 ** 32 - 1) == 2 ** 32 - 1
    assert library_seed(2 ** 32) != library_seed(2 ** 64 - 1) < 2 ** 32
    with pytest.raises(InputError, match="seed must be from 0 to"):
        Settings(seed=2 ** 64)


def test_stage_2_without_stage_1_says_what_to_run(tmp_path, clips):
    with pytest.raises(InputError, match=r"train_stage\.py --stage 1"):
        train_tiny(2, tmp_path, clips)
    assert not (tmp_path / "stage2").exists()


def test_another_loss_in_the_same_run_is_refused(run, clips):
    with pytest.raises(InputError, match="loss 'wasserstein'.*'mse'.*--fresh"):
        train_tiny(1, run, clips, loss="wasserstein")


def test_a_gray_stage_does_not_grow_from_an_rgb_one(run, clips):
    with pytest.raises(InputError, match="same channels"):
        train(tiny_stage(2, channels=1), clips, run, Settings(steps=1, batch_size=2, loss="mse"))


@pytest.mark.parametrize("name", ["stage1.keras", "stage1/discriminator.keras"])
def test_a_network_that_is_gone_or_damaged_is_written_again(run, clips, name, capsys):
    before = checkpoints.load_model(run / name).get_weights()
    path = run / name
    damages = {"gone": path.unlink, "cut": lambda: path.write_bytes(path.read_bytes()[:-1000]),
               "flipped": lambda: flip(path)} if name == "stage1.keras" else {"gone": path.unlink}
    for damage in damages.values():
        damage()
        train_tiny(1, run, clips)
        for one, other in zip(before, checkpoints.load_model(path).get_weights(), strict=True):
            np.testing.assert_array_equal(other, one)
        assert f"'{path}' is missing or damaged" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["stage1.keras", "stage1/reader.keras"])
def test_stage_2_does_not_grow_from_a_damaged_network(run, clips, name):
    flip(run / name)
    with pytest.raises(InputError, match=f"with a damaged {name}. Run first: python train_stage"):
        train_tiny(2, run, clips)
    with pytest.raises(InputError, match=f"with a damaged {name}. Name a run's folder"):
        train_tiny(1, run.parent / "other", clips, begin_from=str(run))
    assert not (run / "stage2").exists()


def test_fresh_keeps_the_old_training_if_the_new_one_cannot_start(run, clips):
    before = state(run)
    few = ProceduralClips(count=5, seed=0, height=23, width=40, frames=8)     # none validates
    with pytest.raises(InputError, match="validation"):
        train_tiny(1, run, few, fresh=True)
    assert state(run).keys() == before.keys()


def test_fresh_keeps_the_old_training_if_tensorboard_is_missing(run, clips, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    before = state(run)
    with pytest.raises(InputError, match="needs TensorBoard"):
        train_tiny(1, run, clips, fresh=True, tensorboard=True)
    assert state(run).keys() == before.keys()


@pytest.mark.parametrize("change", [{"height": 12, "width": 20}, {"frames": 16}])
def test_a_stage_is_larger_than_the_one_it_grows_from_and_as_long(run, clips, change):
    with pytest.raises(InputError, match="frames of the one it grows from"):
        train_tiny(2, run, clips, spec=replace(tiny_stage(2), **change))


def test_a_log_whose_first_line_is_damaged_begins_again(tmp_path):
    logs = Logs(tmp_path)
    logs.training.write_bytes(b"\0" * 20 + b"\n2,0.5\n")
    logs.cut(4)
    logs.add(logs.training, {"step": 5, "loss": 0.25})
    assert rows(logs.training) == [{"step": "5", "loss": "0.25"}]


def test_what_is_logged_is_on_the_disk_at_once(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr("os.fsync", lambda number: synced.append(os.fstat(number).st_size))
    logs = Logs(tmp_path)
    logs.add(logs.training, {"step": 5, "loss": 0.25})
    logs.warn("mind")
    assert synced == [path.stat().st_size for path in (logs.training, logs.notes)]
