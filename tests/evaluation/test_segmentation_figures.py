"""How well a segmenter finds what is there: counts and figures worked by hand."""

import numpy as np
import pytest

from scenegan.data import labels
from scenegan.evaluation.segmentation import as_table, confusion, figures
from scenegan.models.segmenter import CLASSES

pytestmark = pytest.mark.slow          # Keras

SKY, WATER, PLANTS, RIGID, OBJECT = range(len(CLASSES))


def test_pixels_are_counted_by_what_they_are_and_are_taken_for():
    classes = np.array([[labels.SKY, labels.TREES, labels.UNKNOWN, labels.RIGID]], np.uint8)
    chances = np.eye(5, dtype=np.float32)[[[SKY, PLANTS, SKY, WATER]]]
    counts = confusion(classes, chances)
    assert counts.sum() == 3
    assert counts[SKY, SKY] == counts[PLANTS, PLANTS] == counts[RIGID, WATER] == 1


def test_chances_of_a_smaller_size_are_enlarged():
    classes = np.full((4, 8), labels.SKY, np.uint8)
    classes[:, 4:] = labels.WATER
    counts = confusion(classes, np.eye(5, dtype=np.float32)[[[SKY, WATER]]])
    assert counts[SKY, SKY] == counts[WATER, WATER] == 16


def test_figures_of_a_confusion():
    counts = np.zeros((5, 5))
    counts[SKY, SKY], counts[SKY, RIGID] = 6, 2
    counts[WATER, SKY], counts[WATER, PLANTS] = 3, 1
    counts[RIGID, RIGID], counts[RIGID, OBJECT], counts[RIGID, WATER] = 5, 2, 1
    found = figures(counts, 7)
    assert found.overlap["sky"] == pytest.approx(6 / 11)         # 6 of 8 there and 9 found
    assert found.overlap["rigid"] == pytest.approx(5 / 10)
    assert found.overlap["water"] == 0
    assert np.isnan(found.overlap["plants"]) and np.isnan(found.overlap["object"])     # not there
    assert found.right == pytest.approx(11 / 20)
    assert found.loose_right == pytest.approx((9 + 7) / 20)
    assert found.told_right == pytest.approx((9 + 5) / 17)
    assert found.leak == pytest.approx(1 / 8)
    assert found.photos == 7


def test_what_no_photo_shows_has_no_figure():
    found = figures(np.zeros((5, 5)), 0)
    assert all(np.isnan(value) for value in (*found.overlap.values(), found.right, found.leak))
    assert "| sky, intersection over union | - |" in as_table(found)
