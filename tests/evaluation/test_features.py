"""Learnt features, and the distance between sets of them."""

import numpy as np
import pytest
from procedural_clips import CLIPS

from scenegan.evaluation import features, video_classifier

pytestmark = pytest.mark.slow          # Keras


def test_puzzles_are_answered():
    clips = np.arange(8, dtype=np.uint8).reshape(1, 8, 1, 1, 1).repeat(40, axis=0)
    windows, answers = features.puzzles(clips, (4, 1, 1, 1), np.random.default_rng(0))
    steps = np.diff(np.rint((windows[..., 0, 0, 0] + 1) * 127.5), axis=1)
    for step, speed, order in zip(steps, answers["speed"], answers["order"], strict=True):
        if order == 2:
            continue
        np.testing.assert_array_equal(step, (1 + speed) * (1 - 2 * order))
    assert set(answers["order"]) == {0, 1, 2} and set(answers["speed"]) == {0, 1}


def test_features_are_learnt_and_noise_is_far_away():
    tags = ["a", "b"] * 24
    learnt = features.learn_features(CLIPS[:48], tags, CLIPS[48:], tags[:16], steps=20, seed=0)
    assert set(learnt.accuracy) == {"speed", "order", "tag"}
    real = learnt(CLIPS[:48])
    assert real.shape == (48, 4 * video_classifier.FEATURES)
    noise = np.random.default_rng(0).integers(0, 256, CLIPS[:16].shape, np.uint8)
    near, far = (features.frechet_distance(real, learnt(clips)) for clips in (CLIPS[48:], noise))
    assert far > 5 * near


def test_frechet_distance_by_hand():
    points = np.random.default_rng(0).standard_normal((4000, 3))
    assert features.frechet_distance(points, points) == pytest.approx(0, abs=1e-9)
    assert features.frechet_distance(points, points + [3, 4, 0]) == pytest.approx(25, abs=1e-6)
    # deviations 1 and 3 in three dimensions: 3 * (3 - 1)^2
    assert features.frechet_distance(points, 3 * points) == pytest.approx(12, rel=0.05)


def test_covariance_of_few_points_is_shrunk_and_of_many_is_not():
    random = np.random.default_rng(0)
    few = features.covariance(random.standard_normal((6, 20)))
    assert np.linalg.eigvalsh(few).min() > 0.1                     # the sample's would be 0
    stretched = random.standard_normal((5000, 2)) * [1, 5]
    np.testing.assert_allclose(features.covariance(stretched), np.cov(stretched.T), atol=0.05)
    assert not features.covariance(np.ones((4, 3))).any()
