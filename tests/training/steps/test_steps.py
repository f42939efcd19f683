"""Steps as the settings ask for them."""

import math
from dataclasses import replace

import keras
import numpy as np
import pytest
from run_files import final, rows
from tiny_stages import tiny_stage, train_tiny

from scenegan.errors import InputError
from scenegan.training.run.settings import Settings
from scenegan.training.steps import backend

pytestmark = pytest.mark.slow          # Keras


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
