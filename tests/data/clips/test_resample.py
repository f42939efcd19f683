"""Frames at an even pace."""

import numpy as np
import pytest
from sample_videos import timed

from scenegan.data.clips.resample import pace, resample
from scenegan.errors import InputError


@pytest.mark.parametrize(("rate", "expected"), [(30, 15), (25, 12.5), (24, 12), (60, 15), (10, 10)])
def test_pace_takes_every_nth_frame(rate, expected):
    assert pace(rate, 15) == expected


def test_resample_takes_the_frame_of_each_tick():
    fps, frames = resample(timed(range(60), 30), 15)
    assert fps == pytest.approx(15)
    assert [frame for _, frame in frames] == list(range(0, 60, 2))


def test_resample_goes_by_time_stamps_not_by_counting():
    # A stall of 0.2 s after a quarter of a second: the frame before it stays.
    seconds = [0.0, 0.1, 0.2, 0.4, 0.5, 0.6, 0.7]
    fps, frames = resample(zip(seconds, "abcdefg", strict=True), 10)
    assert fps == pytest.approx(10)
    assert "".join(frame for _, frame in frames) == "abccdefg"


def test_resample_bears_rounded_time_stamps():
    seconds = [round(step / 30, 3) for step in range(300)]        # milliseconds, as in WebM
    _, frames = resample(zip(seconds, range(300), strict=True), 15)
    assert set(np.diff([frame for _, frame in frames])) == {2}


def test_slow_video_is_refused():
    with pytest.raises(InputError, match="too slow: 8.0 frames a second for 15"):
        resample(timed(range(30), 8), 15)
