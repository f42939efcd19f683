"""One video to clips."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from sample_videos import RULES, panning, write_video

from scenegan.data.clips.cut_video import ClipRules, cut_video
from scenegan.data.clips.resample import resample
from scenegan.errors import InputError


def test_clips_start_a_stride_apart_and_never_span_a_cut(tmp_path):
    path = write_video(tmp_path / "cut.mp4", panning(1, 14) + panning(2, 13))
    found = []
    result = cut_video(path, RULES, found.append)
    starts = [round(record["start"] * 15) for record in result.records]
    assert starts == [0, 4, 14, 18]                               # 27 frames, the cut before 14
    assert {clip.shape for clip in found} == {(8, 18, 32, 3)}
    assert all(record["fps"] == 15 and record["motion"] > 1 for record in result.records)


@pytest.mark.parametrize("wrong", [{"frames": 1}, {"stride": 0}, {"fps": 0}, {"channels": 2}])
def test_rules_check_themselves(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        ClipRules(**wrong)


def test_gray_clips(videos):
    found = []
    cut_video(videos / "v0.mp4", replace(RULES, channels=1), found.append)
    assert found[0].shape == (8, 18, 32, 1)


def test_a_camera_that_moves_is_dropped_unless_it_may(tmp_path):
    path = write_video(tmp_path / "pan.mp4", panning(1, 12, speed=2))
    strict = replace(RULES, max_camera_motion=0.05, max_motion=99.0)
    result = cut_video(path, strict, lambda clip: None)
    assert (result.records, result.dropped) == ([], Counter(camera=2))
    # 2 pixels of the video's 64 columns are 2.5 of 80, whatever the clips' size.
    assert result.misses[0]["camera_motion"] == pytest.approx(2.5, abs=0.25)
    patient = cut_video(path, replace(strict, max_camera_motion=5.0), lambda clip: None)
    assert [record["camera_motion"] for record in patient.records] == pytest.approx([2.5] * 2,
                                                                                    abs=0.25)


def test_a_gap_in_the_time_stamps_ends_a_shot_and_is_not_filled():
    seconds = [*np.arange(20) / 15, *(3600 + np.arange(20) / 15)]
    _, frames = resample(zip(seconds, range(40), strict=True), 15)
    assert [frame for _, frame in frames] == list(range(40))
