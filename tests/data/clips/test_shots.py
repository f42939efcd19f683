"""Where a shot ends."""

import numpy as np
from sample_videos import panning, texture, timed

from scenegan.data.clips.shots import number_shots


def shots_of(frames):
    return [shot for shot, *_ in number_shots(timed(frames))]


def test_cut_ends_a_shot():
    assert shots_of(panning(1, 12) + panning(2, 12)) == [0] * 12 + [1] * 12


def test_flash_is_no_cut():
    frames = [texture(1)] * 24
    frames[10:13] = [np.full_like(frames[0], 250)] * 3
    assert set(shots_of(frames)) == {0}


def test_steady_wild_motion_is_no_cut():
    assert set(shots_of([texture(seed) for seed in range(20)])) == {0}   # each frame another
