"""Training of the networks of velocity fields, with and without a critic."""

from dataclasses import replace

import numpy as np
import pytest
from run_files import final, rows
from tiny_stages import tiny_stage, train_tiny

from scenegan import checkpoints
from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError

pytestmark = pytest.mark.slow          # Keras


@pytest.fixture(scope="module")
def scenes():
    return ProceduralClips(count=20, seed=0, height=46, width=80, frames=8)


def train(number, run, scenes, **settings):
    spec = tiny_stage(number, preset="scene")
    return train_tiny(number, run, scenes, **{"spec": spec, "steps": 4, "save_every": 2} | settings)


@pytest.fixture(scope="module")
def grown(scenes, tmp_path_factory):
    """Folder of a run of both stages: regression, then with a critic."""
    run = tmp_path_factory.mktemp("grown")
    train(1, run, scenes, loss="regression")
    train(2, run, scenes, loss="wasserstein", steps=2)
    return run


def test_a_run_holds_a_critic_where_its_loss_has_one(grown):
    for number, has_critic in ((1, False), (2, True)):
        stage = grown / f"stage{number}"
        assert (stage / "discriminator.keras").exists() == has_critic
        logged, = rows(stage / "log.csv")
        assert ("adversarial" in logged) == ("discriminator_rate" in logged) == has_critic
        assert {"flow", "sway", "direction", "generator_gradient"} <= logged.keys()


def test_a_grown_generator_holds_the_one_below(grown):
    first, second = (checkpoints.load_generator(grown / f"stage{number}.keras")
                     for number in (1, 2))
    assert checkpoints.clip_shape(first) == (8, 12, 20, 3)
    assert checkpoints.clip_shape(second) == (8, 23, 40, 3)
    assert second.count_params() > first.count_params()


def test_a_training_in_two_parts_is_the_whole_one(grown, scenes, tmp_path):
    train(1, tmp_path, scenes, loss="regression", steps=2)
    train(1, tmp_path, scenes, loss="regression")
    whole, parts = (final(folder, 4) for folder in (grown, tmp_path))
    assert whole.keys() == parts.keys()
    for name in whole:
        np.testing.assert_allclose(parts[name], whole[name], atol=1e-5, err_msg=name)


def test_a_critic_joins_a_gray_generator_of_regression_alone(grown, scenes, tmp_path):
    gray = tiny_stage(1, channels=1, preset="scene")
    path, done = train(1, tmp_path, scenes, spec=gray, loss="mse", begin_from=str(grown), steps=1)
    assert done == 1 and (tmp_path / "stage1" / "discriminator.keras").exists()
    assert checkpoints.clip_shape(checkpoints.load_generator(path))[-1] == 1


def test_a_stage_grows_from_its_own_kind(grown, scenes):
    with pytest.raises(InputError, match="networks of the kind"):
        train(2, grown, scenes, spec=tiny_stage(2), loss="mse", fresh=True)


def test_regression_learns_which_way_a_scene_moves(scenes, tmp_path):
    spec = replace(tiny_stage(1, preset="scene"), features=8)
    train(1, tmp_path, scenes, spec=spec, loss="regression", steps=120, batch_size=4,
          validate_every=120, save_every=120, warmup=10)
    logged = rows(tmp_path / "stage1" / "log.csv")
    last, = rows(tmp_path / "stage1" / "validation.csv")
    assert logged[-1]["flow"] < 0.8 * logged[0]["flow"]
    assert last["flow"] < logged[0]["flow"]
