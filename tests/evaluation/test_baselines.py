"""Animations that need no generator."""

import numpy as np
import pytest
from sliding_clips import REAL, texture

from scenegan import evaluation
from scenegan.evaluation import baselines

# Animations that take no learning

def test_crossfade_begins_with_the_photo_and_ends_with_it_moved():
    photo = texture(width=40)
    clip, = baselines.crossfade(photo[None], 5)
    np.testing.assert_array_equal(clip[0], photo)
    np.testing.assert_array_equal(clip[-1][:, 2:], photo[:, :-2])       # 5 % of 40


def test_smooth_warp_begins_with_the_photo_grows_and_is_its_seeds():
    photos = REAL[:, 0]
    clips = baselines.smooth_warp(photos, 8, 0.01, seed=1)
    np.testing.assert_array_equal(clips[:, 0], photos)
    far = [evaluation.variety(clips[:, t], photos) for t in (1, 3, 7)]
    assert 0 < far[0] < far[1] < far[2]
    np.testing.assert_array_equal(clips, baselines.smooth_warp(photos, 8, 0.01, seed=1))
    assert evaluation.variety(clips, baselines.smooth_warp(photos, 8, 0.01, seed=2)) > 1


def test_smooth_warp_can_move_as_much_as_clips_do():
    clips = baselines.smooth_warp(REAL[:, 0], 8, 0.004, seed=1)
    amplitude = baselines.matched_amplitude(clips, seed=1)
    assert amplitude == pytest.approx(0.004, abs=1e-4)
