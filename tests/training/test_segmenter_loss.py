"""The segmenter's targets, loss and optimizer by numbers worked by hand."""

import keras
import numpy as np
import pytest

from scenegan.data import labels
from scenegan.training.segmenter_loss import AveragingAdamW, segmentation_loss, targets

pytestmark = pytest.mark.slow          # Keras


def share(**classes):
    """One photo of one labelled pixel."""
    return np.array([[[[classes.get(name, 0) for name in labels.CLASSES]]]], np.float32)


def logits(*chances):
    return np.log(np.array([[[chances]]], np.float32))


def test_trees_are_plants_and_what_is_unknown_is_no_target():
    found = targets(share(trees=0.25, plants=0.25, sky=0.25, unknown=0.25), [False])
    np.testing.assert_array_equal(found[0, 0, 0], [0.25, 0, 0.5, 0, 0, 0])


def test_unknown_in_a_partial_label_is_not_sky():
    found = targets(np.concatenate([share(unknown=1)] * 2), np.array([True, False]))
    np.testing.assert_array_equal(found[:, 0, 0], [[0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0]])


@pytest.mark.parametrize(("name", "place", "weight"), [
    ("sky", 0, 1), ("water", 1, 2), ("plants", 2, 1), ("rigid", 3, 1.2), ("object", 4, 1.5)])
def test_a_class_counts_by_its_weight(name, place, weight):
    chances = np.full(5, 0.125)
    chances[place] = 0.5
    loss = segmentation_loss(targets(share(**{name: 1}), [False]), logits(*chances))
    assert float(loss[0]) == pytest.approx(weight * np.log(2) / (weight + 1), rel=1e-5)


def test_a_partial_label_asks_for_less_sky_and_nothing_else():
    target = targets(share(unknown=1), [True])
    much, little = (float(segmentation_loss(target, logits(sky, *[(1 - sky) / 4] * 4))[0])
                    for sky in (0.75, 0.5))
    assert (much, little) == pytest.approx((np.log(4) / 2, np.log(2) / 2), abs=1e-3)
    other = segmentation_loss(target, logits(0.5, 0.5 - 3e-6, 1e-6, 1e-6, 1e-6))
    assert float(other[0]) == pytest.approx(little, abs=1e-4)


def test_each_photo_counts_alike_and_one_without_labels_not_at_all():
    few = np.concatenate([share(sky=1), share(unknown=1)], axis=2)
    many = np.concatenate([share(sky=1)] * 2, axis=2)
    target = targets(np.concatenate([few, many, few[:, :, 1:].repeat(2, 2)]), np.zeros(3, bool))
    chances = logits(0.5, 0.5 / 4, 0.5 / 4, 0.5 / 4, 0.5 / 4).repeat(2, 2).repeat(3, 0)
    loss = keras.ops.convert_to_numpy(segmentation_loss(target, chances))
    assert loss == pytest.approx([np.log(2) / 2, 2 * np.log(2) / 3, 0], rel=1e-5)


def test_the_encoder_learns_more_slowly_and_the_mean_follows():
    slow, fast = (keras.Variable(np.ones(1, np.float32)) for _ in range(2))
    optimizer = AveragingAdamW(0.1, [slow, fast], [0.1, 1])
    optimizer.weight_decay = None
    optimizer.apply([keras.ops.ones(1)] * 2)
    steps = 1 - np.array([float(slow[0]), float(fast[0])])
    assert steps == pytest.approx([0.01, 0.1], rel=1e-3)           # Adam's first step is the rate
    assert float(optimizer.means[1][0]) == pytest.approx(0.1 + 0.9 * 0.9, rel=1e-3)
    optimizer.apply([keras.ops.ones(1)] * 2)
    assert float(optimizer.means[1][0]) == pytest.approx(
        2 / 11 * 0.91 + 9 / 11 * float(fast[0]), rel=1e-3)
