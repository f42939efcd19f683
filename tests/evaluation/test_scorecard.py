"""The figures of animations that are known to be good or bad."""

import numpy as np
import pytest
from sliding_clips import FRAMES, REAL, STILL, noise, texture

from scenegan.evaluation import baselines
from scenegan.evaluation.optical_flow import successive_flow
from scenegan.evaluation.scorecard import (
    MEASURES,
    Traits,
    energy_by_tag,
    figures,
    moving,
    scene_variety,
)


def of(clips, others=None):
    return figures(Traits.of(clips), clips if others is None else others, clips, Traits.of(REAL),
                   10.0)


def test_every_figure_has_a_row_and_all_rows_but_realism_a_figure():
    keys = {row.key for name, rows in MEASURES.items() if name != "realism" for row in rows}
    assert set(of(REAL)) == keys


def test_the_real_clips_are_the_best():
    own = of(REAL)
    assert own["photo_psnr"] == own["psnr_8"] == 99 and own["ssim_32"] == pytest.approx(1)
    assert own["energy_ratio"] == own["energy_median"] == 1
    assert own["spectrum"] == own["flow_size"] == own["flow_direction"] == 0
    assert own["still_kept"] == own["moving_kept"] == 100
    assert own["straightness"] > 0.95 and own["tremble"] < 0.1


def test_still_copies_keep_the_photo_and_nothing_moves():
    own = of(np.repeat(REAL[:, :1], FRAMES, axis=1))
    assert own["photo_psnr"] == 99 and own["correlation_worst"] == pytest.approx(1)
    assert own["energy_ratio"] == own["moving_kept"] == own["loop_jump"] == own["flicker"] == 0
    assert own["still_kept"] == 100
    assert own["flow_size"] == pytest.approx(0.75, abs=0.2) and np.isnan(own["flow_direction"])
    assert own["amount"] == own["moving"] == 0 and np.isnan(own["straightness"])


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


def test_traits_of_some_clips_give_the_figures_of_some():
    traits, real = Traits.of(REAL[::-1]), Traits.of(REAL)
    some = moving(traits.at([2, 2]), real.at([0, 0]))
    assert some == pytest.approx(moving(Traits.of(REAL[[0, 0]]), real.at([0, 0])), nan_ok=True)
    assert some["energy"] != moving(traits, real)["energy"]


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
