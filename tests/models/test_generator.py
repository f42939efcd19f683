"""Generators of both stages: shapes, growth, the first frame."""

import numpy as np
import pytest
from tiny_stages import examples, shake, tiny_stage

from scenegan.models.discriminator import build_discriminator
from scenegan.models.generator import build_generator, fading_generator
from scenegan.models.layers import ResizeClip, Shrink
from scenegan.presets import stage

pytestmark = pytest.mark.slow          # Keras


@pytest.mark.parametrize(("number", "channels"), [(1, 3), (1, 1), (2, 3), (2, 1)])
def test_generators_make_clips_of_their_stage(number, channels):
    spec = stage(number, channels)
    previous = build_generator(stage(1, channels)) if number == 2 else None
    generator = build_generator(spec, previous)
    shake(generator)
    clip = np.asarray(generator([*examples(spec)]))
    assert clip.shape == (2, *spec.shape)
    assert np.isfinite(clip).all() and np.abs(clip).max() <= 1


def test_first_frame_is_the_photo(grown):
    for number, generator in enumerate(grown, 1):
        shake(generator)
        photo, noise = examples(tiny_stage(number))
        clip = np.asarray(generator([photo, noise]))
        np.testing.assert_array_equal(clip[:, 0], photo)
        assert np.abs(clip[:, -1] - photo).max() > 0.01


def test_noise_changes_the_motion(grown):
    photo, noise = examples(tiny_stage(2))
    clips = [np.asarray(grown[1]([photo, noise * sign])) for sign in (1, -1)]
    assert np.abs(clips[0] - clips[1]).mean() > 0.001


def test_at_alpha_0_stage_2_is_stage_1_resized(grown):
    first, second = grown
    shake(second)
    photo, noise = examples(tiny_stage(2))
    small = np.asarray(Shrink(12, 20)(photo))
    expected = np.asarray(ResizeClip(8, 23, 40)(first([small, noise])))
    faded = fading_generator(second)([photo, noise, np.zeros((2, 1))])["clip"]
    np.testing.assert_allclose(np.asarray(faded), expected, atol=1e-6)


def test_every_input_of_the_fading_generator_leads_somewhere(grown):
    for generator in grown:                            # or Keras before 3.13 refuses it
        model = fading_generator(generator)
        taken = {id(tensor) for layer in model.layers for node in layer._inbound_nodes
                 for tensor in node.input_tensors}
        assert all(id(tensor) in taken for tensor in model.inputs), model.name


def test_at_alpha_1_the_fading_generator_is_the_saved_one(grown):
    second = grown[1]
    shake(second)
    photo, noise = examples(tiny_stage(2))
    faded = fading_generator(second)([photo, noise, np.ones((2, 1))])["clip"]
    np.testing.assert_allclose(np.asarray(faded), np.asarray(second([photo, noise])), atol=1e-6)


def test_grown_generator_shares_the_weights_it_has_grown_from(grown):
    first, second = grown
    assert {id(v) for v in first.trainable_variables} < {id(v) for v in second.trainable_variables}


def test_a_third_stage_is_only_a_row(grown):
    from dataclasses import replace
    spec = replace(tiny_stage(2), number=3, starts_from=2, height=45, width=80)
    third = build_generator(spec, grown[1])
    photo, noise = examples(spec)
    assert third([photo, noise]).shape == (2, 8, 45, 80, 3)
    first = build_discriminator(tiny_stage(1))
    critic = build_discriminator(spec, build_discriminator(tiny_stage(2), first))
    assert critic([np.zeros((2, *spec.shape)), photo, np.ones((2, 1))]).shape[0] == 2
