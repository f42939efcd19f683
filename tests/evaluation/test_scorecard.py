"""Measures of clips on clips where the answer is known, and what takes no learning."""

import cv2
import numpy as np
import pytest

from scenegan import evaluation
from scenegan.evaluation import baselines, motion_metrics
from scenegan.evaluation.optical_flow import successive_flow
from scenegan.evaluation.scorecard import MEASURES, Traits, energy_by_tag, figures, scene_variety

FRAMES, HEIGHT, WIDTH = 16, 32, 48


def texture(seed=0, height=HEIGHT, width=WIDTH):
    """A smooth random image without a seam from right to left, uint8 `(height, width, 3)`."""
    rough = np.random.default_rng(seed).uniform(0, 255, (height // 4, width // 4, 3))
    three = cv2.resize(np.tile(rough, (1, 3, 1)), (3 * width, height))
    return np.clip(three[:, width:2 * width], 0, 255).astype(np.uint8)


def sliding(step, seed=0, frames=FRAMES):
    """A clip whose picture moves `step` pixels to the right a frame, around the border."""
    return np.stack([np.roll(texture(seed), step * t, axis=1) for t in range(frames)])


def noise(seed=0, deviation=20):
    values = np.random.default_rng(seed).normal(128, deviation, (FRAMES, HEIGHT, WIDTH, 1))
    return np.clip(np.rint(values), 0, 255).astype(np.uint8).repeat(3, axis=-1)


STILL = sliding(0)


def test_psnr_by_hand():
    black = np.zeros((4, 4, 3), np.uint8)
    assert evaluation.psnr(black, black) == np.inf
    assert evaluation.psnr(black + 255, black) == pytest.approx(0)
    assert evaluation.psnr(black + 51, black) == pytest.approx(20 * np.log10(5))


def test_ssim_of_the_same_another_and_a_negative():
    image = texture()
    assert evaluation.ssim(image, image) == pytest.approx(1)
    assert abs(evaluation.ssim(image, noise()[0])) < 0.1
    assert evaluation.ssim(image, 255 - image) < -0.5


def test_ssim_of_brightness_by_hand():
    dark, light = np.full((8, 8, 1), 60, np.uint8), np.full((8, 8, 1), 120, np.uint8)
    # no structure: (2 * 60 * 120 + c1) / (60^2 + 120^2 + c1), c1 = (0.01 * 255)^2
    assert evaluation.ssim(dark, light) == pytest.approx(14406.5025 / 18006.5025, abs=1e-4)


def test_motion_of_a_step():
    clip = np.zeros((3, 2, 2, 1), np.uint8)
    clip[1:] = 10
    assert evaluation.motion(clip) == 5


def test_correlation_finds_a_negative():
    clip = STILL.copy()
    assert evaluation.photo_correlation(clip) == pytest.approx(1)
    clip[-1] = 255 - clip[0]
    assert evaluation.photo_correlation(clip) == pytest.approx(-1)


def test_detail_is_lost_by_blur_and_kept_by_motion():
    assert evaluation.detail_kept(sliding(1)) == pytest.approx(1, abs=0.1)
    blurred = STILL.copy()
    blurred[-1] = cv2.blur(blurred[0], (5, 5))
    assert evaluation.detail_kept(blurred) < 0.6
    assert evaluation.detail_kept(np.zeros_like(STILL)) == 1


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


# The figures of whole sets

REAL = np.stack([sliding(1, seed) for seed in range(3)])
REAL[:, :, 24:] = REAL[:, :1, 24:]                 # the ground stands still


def of(clips, others=None):
    return figures(Traits.of(clips), clips if others is None else others, Traits.of(REAL), 10.0)


def test_every_figure_has_a_row_and_all_rows_but_realism_a_figure():
    keys = {row.key for name, rows in MEASURES.items() if name != "realism" for row in rows}
    assert set(of(REAL)) == keys


def test_the_real_clips_are_the_best():
    own = of(REAL)
    assert own["photo_psnr"] == own["psnr_8"] == 99 and own["ssim_32"] == pytest.approx(1)
    assert own["energy_ratio"] == own["energy_median"] == 1
    assert own["spectrum"] == own["flow_size"] == own["flow_direction"] == 0
    assert own["still_kept"] == own["moving_kept"] == 100


def test_still_copies_keep_the_photo_and_nothing_moves():
    own = of(np.repeat(REAL[:, :1], FRAMES, axis=1))
    assert own["photo_psnr"] == 99 and own["correlation_worst"] == pytest.approx(1)
    assert own["energy_ratio"] == own["moving_kept"] == own["loop_jump"] == own["flicker"] == 0
    assert own["still_kept"] == 100
    assert own["flow_size"] == pytest.approx(0.75, abs=0.2) and np.isnan(own["flow_direction"])


def test_reversed_clips_move_as_much_the_other_way():
    own = of(REAL[:, ::-1])
    assert own["energy_ratio"] == pytest.approx(1) and own["spectrum"] < 1e-6
    assert own["flow_direction"] > 150 and own["photo_psnr"] < 20


def test_inverted_clips_lose_the_photo():
    clips = REAL.copy()
    clips[:, -1] = 255 - clips[:, 0]
    assert of(clips)["correlation_worst"] == pytest.approx(-1) and of(clips)["ssim_32"] < 0


def test_noise_moves_too_much_and_at_all_speeds():
    own = of(np.stack([noise(seed, 60) for seed in range(3)]))
    assert own["energy_ratio"] > 3 and own["spectrum"] > 5 and own["photo_ssim"] < 0.1


def test_variety_is_the_difference_of_two_animations():
    assert of(REAL, REAL)["variety"] == 0
    less = (REAL // 2).astype(np.uint8)
    assert of(less, less + 5)["variety"] == 5 and of(less, less + 5)["variety_ratio"] == 0.5


def test_scene_variety_by_hand():
    clips = np.zeros((3, 2, 1, 1, 1), np.uint8)
    clips[:, 0], clips[:, 1] = 9, np.array([9, 19, 99])[:, None, None, None]
    # changes in frame 2 of 0 and 10, mean over two frames 5; the third has no one of its tag
    assert scene_variety(clips, ["sea", "sea", "sky"], ["a", "b", "c"], seed=0) == 5
    assert np.isnan(scene_variety(clips, ["sea", "sea", "sky"], ["a", "a", "c"], seed=0))


def test_energy_by_tag():
    half = np.stack([STILL, *REAL[1:]])
    found = energy_by_tag(Traits.of(half), Traits.of(REAL), ["sky", "sea", "sea"])
    assert found == {"sea": (pytest.approx(1), 2), "sky": (0, 1)}


# Animations that take no learning

def test_crossfade_begins_with_the_photo_and_ends_with_it_moved():
    photo = texture(width=40)
    clip, = baselines.crossfade(photo[None], 5)
    np.testing.assert_array_equal(clip[0], photo)
    np.testing.assert_array_equal(clip[-1][:, 2:], photo[:, :-2])       # 5 % of 40


def test_smooth_warp_begins_with_the_photo_grows_and_is_its_seeds():
    photos = REAL[:, 0]
    clips = baselines.smooth_warp(photos, 8, 0.01, seed=1)
    np.testing.assert_array_equal(clips[:, 0], photos)
    far = [evaluation.variety(clips[:, t], photos) for t in (1, 3, 7)]
    assert 0 < far[0] < far[1] < far[2]
    np.testing.assert_array_equal(clips, baselines.smooth_warp(photos, 8, 0.01, seed=1))
    assert evaluation.variety(clips, baselines.smooth_warp(photos, 8, 0.01, seed=2)) > 1


def test_smooth_warp_can_move_as_much_as_clips_do():
    clips = baselines.smooth_warp(REAL[:, 0], 8, 0.004, seed=1)
    amplitude = baselines.matched_amplitude(clips, seed=1)
    assert amplitude == pytest.approx(0.004, abs=1e-4)


@pytest.mark.parametrize("animate", [baselines.shake, baselines.pan])
def test_shake_and_pan_begin_with_the_photo_and_move_all_photos_as_one(animate):
    photos = np.stack([texture(0, 45, 80), texture(1, 45, 80)])
    clips = animate(photos, 16, 0.5 / 80, seed=3)
    np.testing.assert_array_equal(clips[:, 0], photos)
    np.testing.assert_array_equal(clips[0], animate(photos[:1], 16, 0.5 / 80, seed=3)[0])
    flows = [np.median(successive_flow(clip), axis=(1, 2)) for clip in clips]
    np.testing.assert_allclose(flows[0], flows[1], atol=0.06)
    speeds = np.sqrt(np.mean(np.sum(flows[0] ** 2, axis=1)))
    assert speeds == pytest.approx(0.5, abs=0.05)                 # pixels of 80 columns
    straight = np.linalg.norm(flows[0].sum(axis=0)) / np.linalg.norm(flows[0], axis=1).sum()
    assert straight > 0.95 if animate is baselines.pan else straight < 0.4
    assert baselines.matched_amplitude(clips, 3, animate) == pytest.approx(0.5 / 80, rel=0.02)
