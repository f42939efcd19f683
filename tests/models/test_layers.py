"""Layers against what they stand for."""

import numpy as np
import pytest

from scenegan import pixels
from scenegan.models.layers import Shrink, SpaceTimeConv

pytestmark = pytest.mark.slow          # Keras


def test_space_time_conv_is_one_convolution_over_space_and_one_over_time():
    conv = SpaceTimeConv(2, space_strides=2, time_strides=2)
    clip = np.random.default_rng(0).normal(size=(3, 4, 5, 6, 3)).astype(np.float32)
    result = np.asarray(conv(clip))
    assert result.shape == (3, 2, 3, 3, 2) == conv.compute_output_shape(clip.shape)
    space = np.stack([np.asarray(conv.space(clip[:, frame])) for frame in range(4)], axis=1)
    kernel, bias = np.asarray(conv.time.kernel)[:, 0], np.asarray(conv.time.bias)
    # 'same' for 4 frames, kernel 3, stride 2: one zero after the last frame
    padded = np.concatenate([space, np.zeros_like(space[:, :1])], axis=1)
    first = sum(padded[:, k] @ kernel[k] for k in range(3)) + bias
    np.testing.assert_allclose(result[:, 0], first, rtol=1e-4, atol=1e-5)


def test_shrink_is_the_area_average_of_the_data():
    clip = np.random.default_rng(0).uniform(-1, 1, (2, 3, 45, 80, 3)).astype(np.float32)
    expected = np.stack([pixels.resize(frame, 23, 40) for frame in clip.reshape(6, 45, 80, 3)])
    shrunk = np.asarray(Shrink(23, 40)(clip)).reshape(6, 23, 40, 3)
    np.testing.assert_allclose(shrunk, expected, atol=1e-5)
