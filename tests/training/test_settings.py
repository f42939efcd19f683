"""What a person may choose of a training: rates, ratios, micro-batches, precision; the watch."""

import csv
import math
from dataclasses import replace

import keras
import numpy as np
import pytest
from tiny_stages import tiny_stage, train_tiny

from scenegan.errors import InputError
from scenegan.models.discriminator import build_discriminator
from scenegan.models.generator import build_generator
from scenegan.training.collapse import PATIENCE, Watch
from scenegan.training.run.settings import Settings
from scenegan.training.start.precision import with_precision
from scenegan.training.steps import backend
from scenegan.training.steps.optimizers import Rate, factor

pytestmark = pytest.mark.slow          # Keras


def final(run, step):
    with np.load(run / "stage1" / f"state-{step:06d}.npz") as file:
        return dict(file)


def rows(path):
    with open(path, newline="") as file:
        return [{name: float(value) for name, value in row.items()}
                for row in csv.DictReader(file)]


@pytest.mark.parametrize(("schedule", "warmup", "expected"), [
    ("constant", 0, [1, 1, 1, 1]),
    ("constant", 4, [0.25, 0.75, 1, 1]),
    ("linear", 0, [1, 0.75, 0.5, 0]),
    ("cosine", 0, [1, 0.853553, 0.5, 0]),
    ("linear", 4, [0.25, 0.75, 1, 0]),
])
def test_rates_rise_and_fall(schedule, warmup, expected):
    factors = [float(factor(step, 8, schedule, warmup)) for step in (0, 2, 4, 8)]
    np.testing.assert_allclose(factors, expected, atol=1e-6)


def test_a_rate_counts_steps_not_updates():
    rate = Rate(2e-4, 3, Settings(steps=4, schedule="linear"))
    np.testing.assert_allclose([float(rate(update)) for update in (0, 2, 3, 5, 6)],
                               [2e-4, 2e-4, 1.5e-4, 1.5e-4, 1e-4], rtol=1e-5)


def test_both_networks_may_be_updated_more_often(tmp_path, clips):
    spec = tiny_stage(1)
    loss = replace(spec.losses["mse"], generator_steps=3, discriminator_steps=2)
    train_tiny(1, tmp_path, clips, spec=replace(spec, losses={"mse": loss}))
    state = final(tmp_path, 2)
    assert state["generator_optimizer/0"] == 2 * 3
    assert state["discriminator_optimizer/0"] == 2 * 2


@pytest.fixture
def float64():
    """Networks in double precision: in float32 Adam makes much of another order of a sum."""
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])


def test_micro_batches_add_up_to_the_batch(tmp_path, clips, float64):
    """The gradient penalty, a derivative of a derivative, included."""
    for micro_batch in (None, 1):
        run = tmp_path / str(micro_batch)
        train_tiny(1, run, clips, loss="wasserstein", batch_size=3, micro_batch=micro_batch)
    whole, parts = (final(tmp_path / name, 2) for name in ("None", "1"))
    for name in whole:
        if "/" in name:                               # what the optimizers remember, too
            off = np.linalg.norm(parts[name] - whole[name])
            assert off <= 1e-5 * np.linalg.norm(whole[name]), name


@pytest.mark.parametrize("size", [{"micro_batch": 2}, {"batch_size": 5, "micro_batch": 3}])
def test_micro_batches_must_divide_the_batch(tmp_path, clips, size):
    with pytest.raises(InputError, match="evenly into micro-batches"):
        train_tiny(1, tmp_path, clips, **{"batch_size": 3} | size)


def test_a_batch_must_fit_into_memory():
    spec, memory = tiny_stage(1), backend.memory_size()
    clip = 4 * math.prod(spec.shape)
    most = memory // (clip * (backend.HELD + backend.COMPUTED))
    backend.check_sizes(spec, Settings(batch_size=most), 1)
    backend.check_sizes(spec, Settings(batch_size=2 * most, micro_batch=1), 1)
    backend.check_sizes(spec, Settings(batch_size=4 * most), 4, workers=4)
    with pytest.raises(InputError, match=rf"fit into memory. Received: {most + 1} clips of 20x12"):
        backend.check_sizes(spec, Settings(batch_size=most + 1), 1)


@pytest.mark.parametrize(("precision", "numbers"), [
    ("mixed_bfloat16", (1, 2)), ("mixed_float16", (1,))])
def test_stages_train_in_less_precision(tmp_path, clips, precision, numbers):
    """Gradient penalty included; what is shipped computes in float32."""
    for number in numbers:
        path, _ = train_tiny(number, tmp_path, clips, loss="wasserstein", precision=precision,
                             steps=3)
        log, = rows(tmp_path / f"stage{number}" / "log.csv")
        # a float16 gradient may overflow until its scale has adapted; a loss may not
        assert all(np.isfinite(value) for name, value in log.items()
                   if not name.endswith("_gradient"))
        assert 0 < log["gradient_penalty"] < 100
    shipped = keras.saving.load_model(path, compile=False)
    assert {layer.compute_dtype for layer in shipped.layers} == {"float32"}


@pytest.mark.parametrize("build", [build_generator, build_discriminator])
def test_a_network_keeps_its_weights_and_nearly_its_output_in_less_precision(build):
    keras.utils.set_random_seed(0)
    network = build(tiny_stage(1))
    half = with_precision(network, "mixed_bfloat16")
    narrowed = {layer.compute_dtype for layer in half.layers if "look" in layer.name
                or "see" in layer.name}
    assert narrowed == {"bfloat16"}
    for before, after in zip(network.get_weights(), half.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    random = np.random.default_rng(0)
    inputs = [random.uniform(-1, 1, (2, *one.shape[1:])).astype(np.float32)
              for one in network.inputs]
    wide, narrow = (np.asarray(model(inputs), np.float32) for model in (network, half))
    assert 0 < np.abs(wide - narrow).max() < 0.1


def test_validation_is_of_videos_held_out_and_always_the_same(tmp_path, clips):
    frozen = replace(tiny_stage(1).losses["mse"], generator_rate=0.0, discriminator_rate=0.0)
    train_tiny(1, tmp_path, clips, steps=4, validate_every=1,
               spec=replace(tiny_stage(1), losses={"mse": frozen}))
    first, *others = rows(tmp_path / "stage1" / "validation.csv")
    assert {"generator", "discriminator", "content", "energy", "variety"} <= first.keys()
    assert len(others) == 3
    for other in others:
        # the average of equal weights is rounded, which may turn a pixel by one gray level
        assert other | {"step": 1} == pytest.approx(first, rel=1e-4)


@pytest.fixture
def watch():
    said = []
    watch = Watch("mse", said.append)
    watch.said = said
    return watch


def test_a_loss_that_is_not_finite_is_a_reason_to_go_back(watch):
    assert "content is nan" in watch.read_log({"discriminator": 0.3, "content": np.nan})
    assert watch.read_log({"discriminator": 0.3, "generator_gradient": np.inf}) is None


def test_the_first_sign_warns_and_many_in_a_row_go_back(watch):
    good, bad = {"discriminator": 0.3}, {"discriminator": 0.001}
    assert [watch.read_log(bad) for _ in range(PATIENCE - 1)] == [None] * (PATIENCE - 1)
    assert len(watch.said) == 1 and watch.suspicious
    assert watch.read_log(good) is None and not watch.suspicious
    reasons = [watch.read_log(bad) for _ in range(PATIENCE)]
    assert "tells all clips apart" in reasons[-1] and len(watch.said) == 2


def test_noise_that_is_ignored_is_a_sign(watch):
    assert "noise is ignored" in [watch.read_look(0.001) for _ in range(PATIENCE)][-1]
    assert watch.read_look(1.0) is None


def test_a_critic_that_runs_away_is_a_sign():
    watch = Watch("wasserstein", print)
    scores = {"discriminator": -2e4, "real_score": 2e4, "fake_score": 0.0}
    assert [watch.read_log(scores) for _ in range(PATIENCE)][-1]
    assert watch.read_log(scores | {"real_score": 5.0}) is None
