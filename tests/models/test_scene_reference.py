"""The original's networks."""

import pytest

from scenegan.models.scene_reference import (
    build_reference_discriminator,
    build_reference_generator_1,
    build_reference_generator_2,
)

pytestmark = pytest.mark.slow          # Keras


def test_reference_networks_have_the_published_sizes():
    models = (build_reference_generator_1(), build_reference_discriminator(1),
              build_reference_generator_2(), build_reference_discriminator(2))
    assert [m.count_params() for m in models] == [298_673, 288_242, 1_188_145, 64_708]
    assert models[2].output_shape == (None, 45, 80, 32, 1)
