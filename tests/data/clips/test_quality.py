"""Which clips are dropped, and why."""

import numpy as np
import pytest
from sample_videos import RULES, panning, texture

from scenegan.data.clips.quality import judge_motion
from scenegan.data.clips.shots import change


def test_judge_names_the_fault():
    moving = np.stack(panning(1, 8))
    motion, fault = judge_motion(moving, RULES)
    assert fault is None
    assert motion == pytest.approx(np.mean([change(moving[i], moving[i + 1]) for i in range(7)]))
    assert judge_motion(np.stack([texture(1)] * 8), RULES) == (0.0, "still")
    assert judge_motion(np.stack([texture(seed) for seed in range(8)]), RULES)[1] == "jumps"
    stops = np.stack([np.roll(texture(1), max(0, step - 4), axis=1) for step in range(20)])
    assert judge_motion(stops, RULES)[1] == "stutters"            # 4 of 19 changes are none


@pytest.mark.parametrize("last", [texture(2), np.zeros((36, 64, 3), np.uint8)])
def test_a_dissolve_is_dropped_and_a_change_of_light_is_not(last):
    shares = np.linspace(0, 1, 32)[:, None, None, None]
    fade = ((1 - shares) * texture(1) + shares * last).astype(np.uint8)
    assert judge_motion(fade, RULES)[1] == "fades"
    assert judge_motion(((1 - shares / 3) * texture(1)).astype(np.uint8), RULES)[1] is None


def test_scenery_that_moves_all_over_is_no_dissolve():
    drift = np.stack(panning(1, 32))
    assert np.corrcoef(drift[0].ravel(), drift[-1].ravel())[0, 1] < 0.7
    assert judge_motion(drift, RULES)[1] is None


def test_a_video_of_repeated_frames_stutters():
    for times in (2, 3, 4):
        stills = np.repeat(np.stack(panning(1, 16)), times, axis=0)[:32]
        assert judge_motion(stills, RULES)[1] == "stutters"
