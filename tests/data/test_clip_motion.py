"""The measured motion of clips: textures whose motion is known."""

import cv2
import numpy as np
import pytest
from known_motion import FRAMES, drift, moved

from scenegan.data.clip_motion import FINE_GRID, GRID, fit_terms, grid_of, measure_motion
from scenegan.presets import stage
from scenegan.scenery import PERIOD, TERMS

INSIDE = slice(5, -5), slice(8, -8)


def pixels_of(motion):
    """Median terms inside the frame, in pixels of 80 columns."""
    return np.median(motion.flow[INSIDE], axis=(0, 1)) * 80


def test_a_texture_that_drifts_has_its_velocity():
    motion = measure_motion(moved(drift(0.3, -0.1)))
    assert motion.flow.shape == (*GRID, TERMS, 2) and motion.flow.dtype == np.float32
    terms = pixels_of(motion)
    np.testing.assert_allclose(terms[0], (0.3, -0.1), atol=0.02)
    assert np.abs(terms[1:]).max() < 0.01
    assert motion.textured.all() and np.median(motion.weight) > 0.6


def test_a_large_stage_is_taught_a_finer_grid():
    assert [grid_of(stage(number)) for number in (1, 2, 3)] == [GRID, GRID, FINE_GRID]
    still, pan = moved(drift(0), size=FINE_GRID), moved(drift(0.8), size=FINE_GRID)
    clip = still.copy()
    clip[:, 22:44] = pan[:, 22:44]                     # a band of 22 pixels between two that stand
    fine, coarse = (measure_motion(clip, grid) for grid in (FINE_GRID, GRID))
    assert fine.flow.shape == (*FINE_GRID, TERMS, 2) and fine.weight.shape == FINE_GRID
    speed = np.median(fine.flow[:, 16:-16, 0, 0], axis=1) * FINE_GRID[1]
    assert speed[28:38] == pytest.approx(0.8, abs=0.1) and np.abs(speed[56:]).max() < 0.05
    halves = fine.flow[:, :, 0].reshape(45, 2, 80, 2, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(halves, coarse.flow[:, :, 0], atol=0.1 / FINE_GRID[1])


def test_a_texture_that_sways_has_its_mode():
    # The way of a velocity of 0.4 cos(2 pi 2 t / 32): its integral from t = 0.
    times = np.arange(FRAMES)
    way = 0.4 * PERIOD / (4 * np.pi) * np.sin(4 * np.pi * times / PERIOD)
    terms = pixels_of(measure_motion(moved(way[:, None] * [[0.0, 1.0]])))
    others = np.delete(terms, 3, axis=0)               # steady, cos 1, sin 1, cos 2, ...
    assert terms[3, 1] == pytest.approx(0.4, abs=0.06) and abs(terms[3, 0]) < 0.01
    assert np.abs(others).max() < 0.02


def test_fit_by_hand():
    # 32 steps of 2: of the normal equation 32 f + 0.05 f = 64 is left, as the modes sum to zero.
    flows = np.zeros((32, 1, 2, 2))
    flows[:, 0, 1, 0] = 2.0
    terms = fit_terms(flows, np.ones((32, 1, 2)))
    assert terms.shape == (1, 2, TERMS, 2)
    assert terms[0, 1, 0, 0] == pytest.approx(64 / (32 + 0.05), rel=1e-4)
    assert np.abs(np.delete(terms.ravel(), TERMS * 2)).max() < 1e-6


def test_flow_that_cannot_be_trusted_is_passed_over():
    flows = np.ones((31, 1, 1, 2))
    weights = np.ones((31, 1, 1))
    flows[4:8], weights[4:8] = 50.0, 0.0
    assert fit_terms(flows, weights)[0, 0, 0, 0] == pytest.approx(1.0, abs=0.05)


def test_weight_is_small_where_nothing_is_to_be_seen_or_flow_disagrees():
    clip = moved(drift(0.3))
    clip[:, :, :40] = 128                              # flat
    for frame in range(FRAMES):                        # another picture in each frame
        clip[frame, 25:, 45:] = moved(drift(0)[:1], seed=frame)[0, 25:, 45:]
    motion = measure_motion(clip)
    assert motion.weight[5:25, :30].max() < 0.05 and not motion.textured[5:25, :30].any()
    assert np.median(motion.weight[3:20, 50:70]) > 0.6
    assert np.median(motion.weight[32:42, 52:76]) < 0.2


def test_size_and_channels_change_little():
    small = moved(drift(0.4, 0.2))
    large = np.stack([cv2.resize(frame, (400, 225), interpolation=cv2.INTER_CUBIC)
                      for frame in small[..., 0]])[..., None].repeat(3, axis=-1)
    for clip in (small, large):
        np.testing.assert_allclose(pixels_of(measure_motion(clip))[0], (0.4, 0.2), atol=0.03)
