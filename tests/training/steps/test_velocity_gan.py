"""Training of the networks of velocity fields, with and without a critic."""

from dataclasses import replace

import numpy as np
import pytest
from keras import ops
from run_files import final, rows
from tiny_stages import tiny_stage, train_tiny

from scenegan import checkpoints
from scenegan.animation.animate import animate
from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError
from scenegan.evaluation.generators import load_evaluated, stage_of
from scenegan.scenery import MOVING, TERMS
from scenegan.training.steps.networks import NETWORKS
from scenegan.training.steps.tensorflow_step import input_gradient

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


def test_a_third_stage_grows_and_animates_at_its_size(grown, scenes):
    path, _ = train(3, grown, scenes, loss="mse", steps=1)
    third = checkpoints.load_generator(path)
    assert checkpoints.clip_shape(third) == (8, 46, 80, 3)
    assert [layer.name for layer in third.layers if "stage" in layer.name] == ["stage2"]
    validated, = rows(grown / "stage3" / "validation.csv")
    assert 0 < validated["flow"] < 2 and "adversarial" in validated
    photo = scenes.clips([0])[0, 0]
    frames = animate(photo, seed=1, generator=third, size="network", loop="none")
    assert frames.shape == (8, 46, 80, 3)
    np.testing.assert_array_equal(frames[0], photo)
    assert stage_of(load_evaluated(path)).shape == (8, 46, 80, 3)


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


def test_a_gradient_penalty_does_not_depend_on_the_speed():
    spec = tiny_stage(1, preset="scene")
    kind = NETWORKS[spec.network]
    gan = kind.gan(spec, "wasserstein", {
        "generator": kind.generator(spec, None),
        "discriminator": kind.critics["discriminator"](spec, None)})
    random = np.random.default_rng(0)
    size = 2, spec.height, spec.width
    batch = {"photo": random.uniform(-1, 1, (2, 2 * spec.height, 2 * spec.width, 3)),
             "masks": random.random((*size, len(MOVING))) / len(MOVING),
             "noise": random.standard_normal((2, 1, spec.noise_size)),
             "amount": np.full((2, len(MOVING)), 0.004), "direction": np.zeros((2, len(MOVING), 2)),
             "flow": 0.01 * random.standard_normal((*size, TERMS, 2)), "weight": np.ones(size),
             "share": np.ones((2, 1, 1, 1, 1)), "alpha": np.ones((2, 1))}
    slow = {name: ops.convert_to_tensor(array, "float32") for name, array in batch.items()}
    fast = slow | {name: 4 * slow[name] for name in ("amount", "flow")}
    before, after = (gan.discriminator_loss(given, input_gradient)[1] for given in (slow, fast))
    for name in ("real_score", "gradient_penalty"):    # of the real ones alone, by a share of 1
        assert float(after[name]) == pytest.approx(float(before[name]), rel=1e-3, abs=1e-5)
