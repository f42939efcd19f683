"""Motion measures on clips whose motion is known."""

import cv2
import numpy as np
import pytest
from known_motion import FRAMES, STILL, drift, jitter, moved, sway

from scenegan.evaluation import flow_metrics, optical_flow

DRIFT = moved(drift(0.15))


@pytest.mark.parametrize("vector", [(0.15, 0), (0, -0.25), (-0.6, 0.8)])
def test_flow_of_a_shift(vector):
    flow = optical_flow.successive_flow(moved([(0, 0), vector]))
    np.testing.assert_allclose(np.median(flow, axis=(0, 1, 2)), vector, atol=0.03)


def test_a_quarter_of_a_pixel_over_a_whole_clip_is_seen():
    total = np.median(optical_flow.flow_from_first(moved(drift(0.25 / 31)))[-1], axis=(0, 1))
    np.testing.assert_allclose(total, (0.25, 0), atol=0.03)


def test_flow_of_a_larger_clip_is_told_in_pixels_of_the_standard_width():
    large = np.stack([cv2.resize(frame, (160, 90), interpolation=cv2.INTER_CUBIC)
                      for frame in DRIFT[..., 0]])[..., None]
    assert flow_metrics.describe(large).amount == pytest.approx(0.15, abs=0.02)


def test_points_are_followed_where_the_flow_takes_them():
    flows = np.zeros((3, 4, 6, 2), np.float32)
    flows[:, :, :3, 0] = 1                       # the left half flows right, the right half stands
    flows *= optical_flow.WIDTH / 6              # a frame of 6 columns in standard pixels
    paths, inside = optical_flow.follow(flows)
    ways = paths[-1, 0, :, 0] / (optical_flow.WIDTH / 6)
    np.testing.assert_allclose(ways, [3, 2, 1, 0, 0, 0], atol=1e-5)
    assert inside.all()


def test_points_that_leave_the_frame_are_named():
    flows = np.full((3, 4, 6, 2), (optical_flow.WIDTH / 6, 0), np.float32)
    _, inside = optical_flow.follow(flows)
    assert inside[0].tolist() == [True] * 3 + [False] * 3


def test_texture_is_what_varies_in_both_directions():
    photo = np.zeros((45, 80, 1), np.float32)
    photo[:, 40:, 0] = 5 * np.arange(40)                        # a ramp: motion along it is unseen
    assert not optical_flow.textured(photo.astype(np.uint8)).any()
    assert optical_flow.textured(STILL[0]).mean() > 0.9
    beside = STILL[0].copy()
    beside[:20] = 200                                  # a clear sky, textured only by what it meets
    clear = np.zeros(beside.shape[:2], bool)
    clear[:19] = True
    assert optical_flow.textured(beside)[:20].any()
    assert not optical_flow.textured(beside, clear).any()


def test_a_drift_is_straight_steady_and_has_a_direction():
    traits = flow_metrics.describe(moved(drift(0.0, 0.2)))
    assert traits.amount == pytest.approx(0.2, abs=0.02)
    assert flow_metrics.angle_between(traits.direction, 90) < 3
    assert traits.straightness > 0.97
    assert traits.moving > 0.9
    assert traits.shake > 0.95
    assert traits.border == pytest.approx(1, abs=0.05)


def test_a_shake_gets_nowhere_fast_and_as_one():
    traits = flow_metrics.describe(moved(jitter()))
    assert traits.straightness < 0.15
    assert traits.fast > 0.6                       # steps of white places rise with frequency
    assert traits.frequency > flow_metrics.FAST
    assert traits.shake > 0.9 and traits.varying_shake > 0.9


def test_a_sway_has_its_own_frequency_and_is_slow():
    traits = flow_metrics.describe(moved(sway(1.0, size=2)))
    assert traits.frequency == pytest.approx(1.0, abs=0.5)
    assert traits.fast < 0.1


def test_a_still_moves_not_and_has_no_direction():
    traits = flow_metrics.describe(STILL)
    assert traits.amount == 0 and traits.moving == 0
    for name in ("direction", "straightness", "fast", "frequency", "shake", "border"):
        assert np.isnan(getattr(traits, name)), name


def test_what_moves_on_a_still_ground_is_not_one_with_the_frame():
    clip = STILL.copy()
    clip[:, :20] = moved(drift(0.5), seed=1)[:, :20]
    traits = flow_metrics.describe(clip)
    assert traits.moving == pytest.approx(20 / 45, abs=0.08)
    assert traits.shake < 0.6
    assert traits.straightness > 0.9


def test_a_border_that_trembles_is_seen():
    clip = DRIFT.copy()
    for edge in (np.s_[:, :3], np.s_[:, -3:], np.s_[:, :, :3], np.s_[:, :, -3:]):
        clip[edge] = moved(drift(0.15) + jitter(0.6))[edge]
    assert flow_metrics.describe(clip).border > 1.5


def test_figures_are_medians_without_what_no_clip_has():
    def figures_of(*clips):
        return flow_metrics.medians(flow_metrics.per_clip(list(map(flow_metrics.describe, clips))))

    figures = figures_of(STILL, DRIFT, moved(drift(0.3)))
    assert figures["amount"] == pytest.approx(0.15, abs=0.02)
    assert figures["straightness"] > 0.95                # of two; the still has none
    assert "direction" not in figures
    assert np.isnan(figures_of(STILL)["straightness"])


def test_waveforms_of_one_shake_are_one_and_of_several_are_not():
    same = [flow_metrics.waveform(moved(jitter(), seed)) for seed in range(3)]
    assert flow_metrics.waveform_correlation(same) > 0.95
    others = [flow_metrics.waveform(moved(jitter(seed=seed), seed)) for seed in range(4)]
    assert abs(flow_metrics.waveform_correlation(others)) < 0.3


def test_a_drift_counts_as_a_waveform_only_where_asked():
    random = np.random.default_rng(0)
    waves = np.stack([drift(0.2) + random.normal(0, 0.05, (FRAMES, 2)) for _ in range(4)])
    assert flow_metrics.waveform_correlation(waves) > 0.9
    assert abs(flow_metrics.waveform_correlation(waves, drift=False)) < 0.2
    assert np.isnan(flow_metrics.waveform_correlation(0 * waves))


def test_angles_wrap():
    np.testing.assert_allclose(flow_metrics.angle_between([170, 10], [-170, 350]), [20, 20])
