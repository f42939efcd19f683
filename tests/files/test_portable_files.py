"""Files of networks across the versions of Keras."""

import json
import zipfile

import numpy as np
import pytest

from scenegan.files.keras_files import make_portable
from scenegan.presets import stage

pytestmark = pytest.mark.slow          # Keras


def description(path):
    with zipfile.ZipFile(path) as file:
        return file.read("config.json").decode()


def unused_inputs(text):
    """Names of the inputs that no layer takes: a Keras before 3.13 refuses them."""
    layers = json.loads(text)["config"]["layers"]
    nodes = json.dumps([layer["inbound_nodes"] for layer in layers])
    return [layer["name"] for layer in layers
            if layer["class_name"] == "InputLayer" and f'["{layer["name"]}", 0, 0]' not in nodes]


@pytest.mark.parametrize("inner", [False, True])
def test_inputs_that_lead_nowhere_are_led_through_a_layer_that_ignores_them(tmp_path, inner):
    import keras
    if tuple(map(int, keras.__version__.split(".")[:2])) < (3, 13):
        pytest.skip("this Keras makes no such model")
    inputs = {name: keras.Input((3,), name=name) for name in ("x", "alpha")}
    trunk = keras.Sequential([keras.layers.Dense(2)]) if inner else keras.layers.Dense(2)
    if inner:
        features = keras.Input((3,))
        trunk = keras.Model(features, trunk(features))
    model = keras.Model(inputs, trunk(inputs["x"]))
    model.save(tmp_path / "a.keras")
    assert unused_inputs(description(tmp_path / "a.keras")) == ["alpha"]
    make_portable(tmp_path / "a.keras")
    assert unused_inputs(description(tmp_path / "a.keras")) == []
    values = {name: np.random.default_rng(0).normal(size=(1, 3)) for name in inputs}
    loaded = keras.saving.load_model(tmp_path / "a.keras")
    np.testing.assert_array_equal(loaded(values), model(values))


@pytest.mark.parametrize("preset", ["scene", "displacement"])
def test_every_input_of_a_first_stage_is_taken_by_a_layer(preset, tmp_path):
    from scenegan.training.steps.networks import NETWORKS
    spec = stage(1, preset=preset)
    for name, build in NETWORKS[spec.network].critics.items():
        build(spec).save(tmp_path / f"{name}.keras")
        assert unused_inputs(description(tmp_path / f"{name}.keras")) == []
