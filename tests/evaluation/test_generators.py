"""Generators of other layouts."""

import numpy as np
import pytest
from procedural_clips import CLIPS

from scenegan.errors import InputError
from scenegan.evaluation import generators

pytestmark = pytest.mark.slow          # Keras


# Who is judged, and on what

def test_a_grown_generator_holds_the_stage_below(grown):
    first, second = grown
    below = generators.stage_below(second)
    assert generators.stage_below(first) is None
    photos = CLIPS[:2, 0]
    noise, _ = generators.draw_noise(2, seed=0)
    np.testing.assert_array_equal(generators.play(below, photos, noise, 8),
                                  generators.play(first, photos, noise, 8))
    large = generators.play(below, np.zeros((2, 23, 40, 3), np.uint8), noise, 8)
    assert large.shape == (2, 8, 23, 40, 3)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_reference_of_another_layout_can_play(tmp_path, channels):
    import keras
    photo = keras.Input((6, 10, 1, channels))
    keras.Model(photo, keras.layers.UpSampling3D((1, 1, 4))(photo)).save(tmp_path / "up.keras")
    model = generators.load_reference(tmp_path / "up.keras")
    clips = generators.play(model, np.full((5, 12, 20, 3), 90, np.uint8), None, 8)
    assert clips.shape == (5, 8, 12, 20, 3) and (clips == 90).all()


def test_a_reference_must_make_clips_of_photos(tmp_path):
    import keras
    inputs = keras.Input((4,))
    keras.Model(inputs, keras.layers.Dense(2)(inputs)).save(tmp_path / "dense.keras")
    with pytest.raises(InputError, match="A reference must take a photo"):
        generators.load_reference(tmp_path / "dense.keras")
