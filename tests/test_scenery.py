"""Masks and motion fields by hand-worked numbers."""

import numpy as np
import pytest

from scenegan.scenery import CLASSES, MOVING, TERMS, moving_masks, speed, time_basis


def test_masks_by_hand():
    # sky, water, plants, rigid, object
    masks = moving_masks(np.array([[0.85, 0.0, 0.0, 0.15, 0.0],        # likely, but not enough
                                   [0.91, 0.0, 0.0, 0.04, 0.05],       # half of the way: 0.5
                                   [0.6, 0.39, 0.01, 0.0, 0.0],        # all may move
                                   [0.2, 0.3, 0.5, 0.0, 0.0],          # plants may, what flows not
                                   [0.1, 0.1, 0.1, 0.6, 0.1]]))
    assert masks.shape == (5, len(MOVING)) and len(CLASSES) == 5
    np.testing.assert_allclose(masks, [[0, 0, 0], [0.5, 0, 0], [0.6, 0.39, 0.01], [0, 0, 0.5],
                                       [0, 0, 0]], atol=1e-6)
    assert (masks[[0, 3, 4], :2] == 0).all() and (masks[[0, 4]] == 0).all()


def test_time_basis_by_hand():
    basis = time_basis([0, 8, 16])                     # none, a quarter and half of a period
    assert basis.shape == (3, TERMS)
    np.testing.assert_allclose(basis, [[1, 1, 0, 1, 0, 1, 0], [1, 0, 1, -1, 0, 0, -1],
                                       [1, -1, 0, 1, 0, -1, 0]], atol=1e-6)


def test_speed_is_the_root_mean_square_over_a_period():
    terms = np.random.default_rng(0).normal(size=(TERMS, 2))
    velocities = np.einsum("ti,ic->tc", time_basis(np.arange(32)), terms)
    assert speed(terms) == pytest.approx(np.sqrt(np.mean(np.sum(velocities ** 2, axis=1))))
