"""Networks that compute in fewer digits."""

import keras
import numpy as np
import pytest
from tiny_stages import tiny_stage

from scenegan.models.discriminator import build_discriminator
from scenegan.models.generator import build_generator
from scenegan.training.start.precision import with_precision

pytestmark = pytest.mark.slow          # Keras


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
