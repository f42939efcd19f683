"""Of the dropped clips some are kept to be looked at: the nearest to being kept."""

from dataclasses import replace

import pytest
from sample_videos import RULES, panning, texture, write_video

from scenegan.data.clips.cut_videos import cut_videos
from scenegan.data.clips.quality import motion_of
from scenegan.data.collect.sources import find_sources
from scenegan.data.dropped import DroppedClips, NearMisses, choose_misses


@pytest.mark.slow
def test_of_the_dropped_clips_the_nearest_can_be_looked_at(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    write_video(source / "moves.mp4", panning(1, 40))
    write_video(source / "moves-again.mp4", panning(1, 40))
    write_video(source / "still.mp4", [texture(9)] * 20)
    write_video(source / "wild.mp4", [texture(seed) for seed in range(16)])
    cut_videos(find_sources([source]), tmp_path / "clips", replace(RULES, frames=16), workers=1)
    dropped = DroppedClips(tmp_path / "clips")
    assert dropped.shape == (16, 18, 32, 3)
    found = {record["reason"]: (row, record) for row, record in enumerate(dropped.records)}
    assert sorted(found) == ["jumps", "repeated", "still"]
    row, record = found["jumps"]
    assert record["video"] == "wild.mp4" and record["motion"] > record["limit"] == 20
    clip, = dropped.clips([row])
    assert record["motion"] == pytest.approx(motion_of(clip), abs=1e-3)
    row, record = found["repeated"]
    assert (record["video"], record["of"]) == ("moves.mp4", "moves-again.mp4")
    assert motion_of(dropped.clips([row])[0]) > 1


def test_of_one_reason_the_clip_nearest_to_the_limit_is_noted():
    misses = NearMisses(replace(RULES, max_camera_motion=0.05))
    for moved in (0.3, 0.06, 0.1):
        misses.add("camera", {"motion": 1.0, "camera_motion": moved}, moved)
    (record, clip), = misses
    assert clip == 0.06 and record == {"motion": 1.0, "camera_motion": 0.06, "reason": "camera",
                                       "limit": 0.05}


def test_the_reasons_take_turns_in_what_is_kept_of_the_dropped():
    misses = [({"reason": "still", "motion": 0.3 - number / 100, "limit": 0.35}, number)
              for number in range(30)]
    misses += [({"reason": "camera", "camera_motion": 0.06 + number, "limit": 0.05}, number)
               for number in range(2)]
    chosen = choose_misses(misses, 6)
    assert [(record["reason"], number) for record, number in chosen] == [
        ("camera", 0), ("camera", 1), ("still", 0), ("still", 1), ("still", 2), ("still", 3)]
