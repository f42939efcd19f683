"""Measures of motion by hand."""

import numpy as np
import pytest
from sliding_clips import FRAMES, STILL, noise, sliding

from scenegan.evaluation import motion_metrics


def test_spectrum_of_stillness_and_noise():
    np.testing.assert_allclose(motion_metrics.spectrum(STILL), 10 * np.log10(1 / 12))
    spectrum = motion_metrics.spectrum(noise(deviation=20))
    np.testing.assert_allclose(spectrum[1:-1], 20 * np.log10(20) - 2.5, atol=0.5)


def test_spectrum_tells_slow_from_quick():
    wave = np.cos(2 * np.pi * np.outer(np.arange(FRAMES), (1, 6)) / FRAMES)
    slow, quick = (np.rint(128 + 50 * wave[:, i, None, None, None]
                           * np.ones((1, 4, 4, 1))).astype(np.uint8) for i in (0, 1))
    spectra = motion_metrics.spectrum(slow), motion_metrics.spectrum(quick)
    assert [spectrum.argmax() for spectrum in spectra] == [0, 5]
    assert motion_metrics.spectral_distance(*spectra) > 5


def test_spectrum_of_a_clip_played_backwards_is_its_own():
    clip = sliding(1)
    assert motion_metrics.spectral_distance(motion_metrics.spectrum(clip),
                                      motion_metrics.spectrum(clip[::-1])) < 1e-6


def test_flow_of_a_clip_that_slides():
    flow = motion_metrics.flow(sliding(1))[:, 8:-8, 8:-8]
    assert np.median(motion_metrics.flow_sizes(flow)) == pytest.approx(1, abs=0.15)
    right = motion_metrics.flow_directions(flow)
    assert right.argmax() == 0 and right[0] > 0.8
    left = motion_metrics.flow_directions(motion_metrics.flow(sliding(1)[::-1])[:, 8:-8, 8:-8])
    assert motion_metrics.direction_distance(right, left) > 150
    assert motion_metrics.direction_distance(right, right) == 0


def test_flow_of_stillness_has_no_direction():
    flow = motion_metrics.flow(STILL)
    assert motion_metrics.flow_sizes(flow).max() < 0.01
    still = motion_metrics.flow_directions(flow)
    assert not still.any() and np.isnan(motion_metrics.direction_distance(still, still))


def test_direction_distance_by_hand():
    ways = np.eye(motion_metrics.DIRECTIONS)
    assert motion_metrics.direction_distance(ways[0], ways[8]) == pytest.approx(180)
    assert motion_metrics.direction_distance(ways[0], ways[15]) == pytest.approx(22.5)
    between = (ways[0] + ways[1]) / 2
    assert motion_metrics.direction_distance(ways[0], between) == pytest.approx(11.25)


def test_size_distance_by_hand():
    sizes = [motion_metrics.flow_sizes(np.full((5, 5, 2), [length, 0.0])) for length in (1, 3)]
    assert motion_metrics.size_distance(*sizes) == pytest.approx(2)


def test_flicker_and_jump_by_hand():
    ramp = np.arange(FRAMES, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 1), np.uint8)
    assert motion_metrics.flicker(ramp) == pytest.approx(0, abs=1e-5)
    assert motion_metrics.loop_jump(ramp) == FRAMES - 1
    blinking = (ramp % 2) * 3                      # second differences -6, 6, -6, ...
    assert motion_metrics.flicker(blinking) == pytest.approx(6)


def test_deviation_is_of_each_pixel():
    clip = np.zeros((4, 2, 2, 1), np.uint8)
    clip[::2, 0, 0] = 8
    np.testing.assert_allclose(motion_metrics.deviation(clip), [[4, 0], [0, 0]])
