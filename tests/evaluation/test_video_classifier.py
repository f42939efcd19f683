"""Windows of clips for a small network."""

import numpy as np
import pytest
from procedural_clips import CLIPS, SHAPE

from scenegan.evaluation import video_classifier

pytestmark = pytest.mark.slow          # Keras


def test_windows_are_parts_of_their_clips():
    shape = video_classifier.window_shape(SHAPE)
    assert shape == (4, 10, 17, 3)
    assert video_classifier.window_shape((32, 45, 80, 1)) == (16, 24, 40, 1)
    clips = np.arange(2, dtype=np.uint8).reshape(2, 1, 1, 1, 1) * np.ones((1, *SHAPE), np.uint8)
    windows = video_classifier.random_windows(clips, shape, np.random.default_rng(0))
    np.testing.assert_allclose(windows[1], 1 / 127.5 - 1, rtol=1e-6)
    corners = video_classifier.fixed_windows(CLIPS[:2], shape)
    assert corners.shape == (8, 2, *shape)
    np.testing.assert_allclose(corners[-1, 1], CLIPS[1, 4:, 2:, 3:] / 127.5 - 1, atol=1e-6)
