"""The test of real or generated."""

import numpy as np
import pytest
from procedural_clips import CLIPS, GROUPS, SHAPE

from scenegan.errors import InputError
from scenegan.evaluation.two_sample import TestSettings, TwoSampleTest, pairs_within, split_groups

pytestmark = pytest.mark.slow          # Keras
TINY = TestSettings(steps=30, folds=2, repeats=2)


@pytest.fixture(scope="module")
def test():
    return TwoSampleTest(SHAPE, TINY, seed=0)


def test_two_halves_of_real_clips_cannot_be_told_apart(test):
    accuracies = test(CLIPS[:32], CLIPS[32:], GROUPS[:32])
    assert accuracies.shape == (2, 2)
    alone, beside = accuracies.mean(axis=0)
    assert abs(alone - 0.5) < 0.16 and abs(beside - 0.5) < 0.2     # 2.5 deviations of 64 coins


def test_noise_is_told_from_real_clips(test):
    noise = np.random.default_rng(0).integers(0, 256, CLIPS[:16].shape, np.uint8)
    assert test(CLIPS[:16], noise, GROUPS[:16]).min() > 0.9


def test_the_same_seed_gives_the_same_accuracy(test):
    still = CLIPS[:8, :1].repeat(8, axis=1)
    np.testing.assert_array_equal(test(CLIPS[:8], still, GROUPS[:8]),
                                  test(CLIPS[:8], still, GROUPS[:8]))


def test_perfect_animations_are_told_by_half(test):
    assert (test(CLIPS[:8], CLIPS[:8].copy(), GROUPS[:8]) == 0.5).all()


def test_folds_keep_groups_together_and_are_of_about_one_size():
    groups = np.repeat(["a", "b", "c", "d"], [5, 1, 3, 3])
    folds = split_groups(groups, 2, np.random.default_rng(0))
    assert all(len(set(folds[groups == group])) == 1 for group in groups)
    assert sorted(np.bincount(folds)) == [6, 6]


def test_more_folds_than_groups_are_refused():
    with pytest.raises(InputError, match="4 folds need clips of 4 groups.*Received: 2"):
        split_groups(["a", "b", "b"], 4, np.random.default_rng(0))


def test_pairs_are_of_one_group_and_disjoint():
    groups = np.array(["a", "a", "b", "a", "b", "c"])
    first, second = pairs_within(groups, np.random.default_rng(0))
    assert (groups[first] == groups[second]).all() and len(first) == 2
    assert len({*first, *second}) == 4
