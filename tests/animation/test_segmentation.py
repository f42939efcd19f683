"""Probabilities of a photo's parts, at any size and aspect."""

import numpy as np
import pytest

from scenegan.animation.segmentation import probabilities, working_size
from scenegan.models.segmenter import CLASSES, build_segmenter

pytestmark = pytest.mark.slow          # Keras


@pytest.fixture(scope="module")
def segmenter():
    return build_segmenter()


@pytest.mark.parametrize(("size", "working"), [
    ((1080, 1920), (144, 256)), ((1920, 1080), (256, 144)), ((100, 100), (256, 256)),
    ((20, 900), (64, 256)), ((360, 500), (192, 256))])
def test_the_longer_side_has_256_pixels_and_both_are_multiples_of_16(size, working):
    assert working_size(*size) == working


@pytest.mark.parametrize("size", [(90, 160), (300, 40)])
def test_a_photo_of_any_size_has_probabilities(segmenter, size):
    photo = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    chances = probabilities(photo, segmenter)
    assert chances.shape == (*working_size(*size), len(CLASSES)) and chances.dtype == np.float32
    np.testing.assert_allclose(chances.sum(axis=-1), 1, rtol=1e-5)
    assert chances.min() >= 0 and chances.std() > 0


def test_the_whole_photo_is_seen(segmenter):
    """A change at the border, which a crop to another aspect would not see, changes the result."""
    photo = np.full((300, 100, 3), 90, np.uint8)
    before = probabilities(photo, segmenter)
    photo[:20] = 250
    assert np.abs(probabilities(photo, segmenter) - before)[:16].max() > 1e-3


@pytest.mark.parametrize("photo", [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3))])
def test_other_arrays_are_refused(segmenter, photo):
    with pytest.raises(ValueError, match="uint8 array"):
        probabilities(photo, segmenter)
