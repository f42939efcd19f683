"""Probabilities of a photo's parts, at any size and aspect."""

import numpy as np
import pytest

from scenegan.animation.segmentation import LOOKS, probabilities, working_size
from scenegan.models.segmenter import CLASSES, build_segmenter

pytestmark = pytest.mark.slow          # Keras


@pytest.fixture(scope="module")
def segmenter():
    return build_segmenter()


@pytest.mark.parametrize(("size", "working"), [
    ((1080, 1920), (176, 320)), ((1920, 1080), (320, 176)), ((100, 100), (320, 320)),
    ((20, 900), (64, 320)), ((360, 500), (224, 320))])
def test_the_longer_side_is_as_asked_and_both_are_multiples_of_16(size, working):
    assert working_size(*size, 320) == working


@pytest.mark.parametrize("size", [(90, 160), (300, 40)])
def test_a_photo_of_any_size_has_probabilities(segmenter, size):
    photo = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    chances = probabilities(photo, segmenter)
    assert chances.shape == (*working_size(*size, max(LOOKS)), len(CLASSES))
    assert chances.dtype == np.float32
    np.testing.assert_allclose(chances.sum(axis=-1), 1, rtol=1e-5)
    assert chances.min() >= 0 and chances.std() > 0


def test_what_two_looks_do_not_agree_in_is_not_sure():
    """The small look says sky everywhere, the large one water."""
    def segmenter(photos, training):
        logits = np.zeros((1, photos.shape[1] // 4, photos.shape[2] // 4, len(CLASSES)), np.float32)
        logits[..., CLASSES.index("sky" if photos.shape[2] == min(LOOKS) else "water")] = 20
        return logits
    chances = probabilities(np.zeros((90, 160, 3), np.uint8), segmenter)
    np.testing.assert_allclose(chances[..., :2], 0.5, atol=1e-6)


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
