"""Generators of other layouts."""

import dataclasses

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


def test_a_published_generator_is_given_what_its_inputs_are_called(tmp_path):
    """The clip's first frames, then a photo and a number of the noise."""
    import keras
    from keras import layers, ops
    photo, given = keras.Input((6, 10, 3), name="photo"), keras.Input((2, 6, 10, 3), name="given")
    noise = keras.Input((100,), name="noise")
    last = layers.Lambda(lambda x: ops.zeros_like(x[0]) + x[1][:, -1, None, None, None],
                         output_shape=(6, 10, 3))([photo, noise])
    clip = layers.Concatenate(axis=1)([given, layers.Reshape((1, 6, 10, 3))(photo),
                                       layers.Reshape((1, 6, 10, 3))(last)])
    model = keras.Model([photo, given, noise], {"clip": clip})
    clips = np.arange(40, dtype=np.uint8).reshape(5, 8, 1, 1, 1) + np.zeros((12, 20, 3), np.uint8)
    vectors = np.full((5, generators.noise_size(model)), 0.2, np.float32)
    played = generators.play(model, clips[:, 0], vectors, 8, clips)
    np.testing.assert_array_equal(played[:, :3], clips[:, [0, 1, 0]])
    assert (played[:, 3:] == 153).all()
    still = generators.play(model, clips[:, 0], vectors, 8)
    np.testing.assert_array_equal(still[:, :3], clips[:, [0, 0, 0]])


def test_a_generator_of_clips_from_noise_is_evaluated_at_its_size(tmp_path):
    from scenegan.checkpoints.model_files import save_model
    from scenegan.presets import stage
    from scenegan.training.steps.networks import NETWORKS
    spec = dataclasses.replace(stage(1, preset="vgan"), features=2)
    save_model(NETWORKS["vgan"].generator(spec), tmp_path / "vgan.keras")
    model = generators.load_evaluated(tmp_path / "vgan.keras")
    assert generators.stage_below(model) is None
    assert generators.stage_of(model).shape == (32, 64, 64, 3)
    assert generators.noise_size(model) == 100


def test_a_reference_must_make_clips_of_photos(tmp_path):
    import keras
    inputs = keras.Input((4,))
    keras.Model(inputs, keras.layers.Dense(2)(inputs)).save(tmp_path / "dense.keras")
    with pytest.raises(InputError, match="A reference must take a photo"):
        generators.load_reference(tmp_path / "dense.keras")
