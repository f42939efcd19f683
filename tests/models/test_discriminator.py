"""The discriminator and the reader of motion."""

import numpy as np
import pytest
from tiny_stages import examples, tiny_stage

from scenegan.models.discriminator import build_discriminator, build_motion_reader
from scenegan.models.layers import Shrink
from scenegan.specs import NOISE_SIZE

pytestmark = pytest.mark.slow          # Keras


def test_discriminator_grows_from_alpha_0_to_1():
    first = build_discriminator(tiny_stage(1))
    second = build_discriminator(tiny_stage(2), first)
    spec = tiny_stage(2)
    photo, _ = examples(spec)
    clip = np.random.default_rng(1).uniform(-1, 1, (2, *spec.shape)).astype(np.float32)
    small = np.asarray(Shrink(12, 20)(clip))
    small_photo = np.asarray(Shrink(12, 20)(photo))
    ones = np.ones((2, 1), np.float32)
    coarse = np.asarray(first([small, small_photo, ones]))
    np.testing.assert_allclose(np.asarray(second([clip, photo, 0 * ones])), coarse, atol=1e-5)
    assert np.abs(np.asarray(second([clip, photo, ones])) - coarse).max() > 1e-4


def test_each_clip_is_scored_by_itself():
    spec = tiny_stage(1)
    critic = build_discriminator(spec)
    photo, _ = examples(spec, 3)
    clip = np.random.default_rng(1).uniform(-1, 1, (3, *spec.shape)).astype(np.float32)
    alpha = np.ones((3, 1), np.float32)
    together = np.asarray(critic([clip, photo, alpha]))
    alone = np.asarray(critic([clip[:1], photo[:1], alpha[:1]]))
    np.testing.assert_allclose(together[:1], alone, atol=1e-5)


def test_motion_reader_reads_a_posterior(spec):
    photo, _ = examples(spec)
    mean, log_variance = build_motion_reader(spec)([np.zeros((2, *spec.shape)), photo])
    assert mean.shape == log_variance.shape == (2, NOISE_SIZE)
