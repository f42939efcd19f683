"""Videos to clips: pace, cuts, splits, and what is dropped. The videos are real files."""

import json
from collections import Counter

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from scenegan.commands import main
from scenegan.data import clips
from scenegan.data.clips import ClipRules, cut_video, judge, number_shots, pace, resample
from scenegan.data.cutting import cut_videos
from scenegan.data.sources import Source, assign_splits, find_sources
from scenegan.data.store import ClipStore
from scenegan.errors import InputError

RULES = ClipRules(frames=8, height=18, width=32, stride=4)


def texture(seed, height=36, width=64):
    """A smooth random picture that can be rolled without a seam."""
    noise = np.random.default_rng(seed).normal(size=(height, width, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(np.tile(noise, (3, 3, 1)), (0, 0), 3)[height:-height, width:-width]
    return np.clip(128 + 60 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def panning(seed, count, speed=1):
    """Frames of a texture that drifts `speed` pixels a frame."""
    return [np.roll(texture(seed), speed * step, axis=1) for step in range(count)]


def write_video(path, frames, fps=15):
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), fps, (width, height))
    for frame in frames:
        writer.write(frame[..., ::-1])
    writer.release()
    return path


def timed(frames, fps=15.0):
    return ((step / fps, frame) for step, frame in enumerate(frames))


def shots_of(frames):
    return [shot for shot, _, _ in number_shots(timed(frames))]


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    """Three moving videos of 20 frames and a still one."""
    folder = tmp_path_factory.mktemp("source") / "videos"
    folder.mkdir()
    for seed in range(3):
        write_video(folder / f"v{seed}.mp4", panning(seed, 20))
    write_video(folder / "z-still.mp4", [texture(9)] * 20)
    return folder


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


def test_cut_ends_a_shot():
    assert shots_of(panning(1, 12) + panning(2, 12)) == [0] * 12 + [1] * 12


def test_flash_is_no_cut():
    frames = [texture(1)] * 24
    frames[10:13] = [np.full_like(frames[0], 250)] * 3
    assert set(shots_of(frames)) == {0}


def test_steady_wild_motion_is_no_cut():
    assert set(shots_of([texture(seed) for seed in range(20)])) == {0}   # each frame another


def test_clips_start_a_stride_apart_and_never_span_a_cut(tmp_path):
    path = write_video(tmp_path / "cut.mp4", panning(1, 14) + panning(2, 13))
    found = []
    result = cut_video(path, RULES, found.append)
    starts = [round(record["start"] * 15) for record in result.records]
    assert starts == [0, 4, 14, 18]                               # 27 frames, the cut before 14
    assert {clip.shape for clip in found} == {(8, 18, 32, 3)}
    assert all(record["fps"] == 15 and record["motion"] > 1 for record in result.records)


def test_judge_names_the_fault():
    moving = np.stack(panning(1, 8))
    motion, fault = judge(moving, RULES)
    assert fault is None
    assert motion == pytest.approx(np.mean([clips.change(moving[i], moving[i + 1])
                                            for i in range(7)]))
    assert judge(np.stack([texture(1)] * 8), RULES) == (0.0, "still")
    assert judge(np.stack([texture(seed) for seed in range(8)]), RULES)[1] == "jumps"
    stops = np.stack([np.roll(texture(1), max(0, step - 4), axis=1) for step in range(20)])
    assert judge(stops, RULES)[1] == "stutters"                   # 4 of 19 changes are none


@pytest.mark.parametrize("wrong", [{"frames": 1}, {"stride": 0}, {"fps": 0}, {"channels": 2}])
def test_rules_check_themselves(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        ClipRules(**wrong)


def test_gray_clips(videos):
    found = []
    cut_video(videos / "v0.mp4", ClipRules(frames=8, height=18, width=32, channels=1), found.append)
    assert found[0].shape == (8, 18, 32, 1)


def test_workers_change_nothing(videos, tmp_path):
    sources = find_sources([videos])
    for workers in (1, 2):
        cut_videos(sources, tmp_path / str(workers), RULES, workers=workers)
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
                for name in "12")
    assert one == two
    assert sorted(one) == ["clips-00000.npy", "clips.jsonl"]


def test_summary_counts_what_was_dropped(videos, tmp_path):
    for name, content in {"empty.mp4": b"", "text.mp4": b"no video\n" * 99}.items():
        (tmp_path / name).write_bytes(content)
    short = write_video(tmp_path / "short.mp4", panning(4, 5))
    whole = (videos / "v0.mp4").read_bytes()
    (tmp_path / "cut-off.mp4").write_bytes(whole[:len(whole) // 2])
    sources = find_sources([videos, tmp_path])
    summary = cut_videos(sources, tmp_path / "clips", RULES, workers=1)
    assert (summary.videos, summary.clips) == (8, 12)
    assert summary.dropped == Counter(still=4)
    assert {name.rpartition("/")[2] for name in summary.skipped} == {
        "empty.mp4", "text.mp4", "short.mp4", "cut-off.mp4"}
    assert summary.skipped[str(short)] == "no shot of 0.5 s"


def test_records_tell_where_a_clip_is_from(videos, tmp_path):
    (videos.parent / "manifest.csv").write_text(
        'file,tags,group\nvideos/v0.mp4,"sea,waves",7\nvideos/v1.mp4,sky,7\n')
    cut_videos(find_sources([videos]), tmp_path / "clips", RULES, workers=1)
    lines = (tmp_path / "clips" / "clips.jsonl").read_text().splitlines()
    record = json.loads(lines[0])
    assert record.pop("motion") > 1
    split = record.pop("split")
    assert record == {"shard": "clips-00000.npy", "index": 0, "video": "v0.mp4", "group": "7",
                      "tags": ["sea", "waves"], "start": 0.0, "fps": 15.0}
    splits = {}
    for line in map(json.loads, lines):
        splits.setdefault(line["group"], set()).add(line["split"])
    assert splits["7"] == {split}
    assert sorted(map(len, splits.values())) == [1, 1]            # group 7, and v2 by itself
    assert set.union(*splits.values()) == {"train", "validation"}


def test_split_stays_when_groups_are_added():
    few = assign_splits([f"group {number}" for number in range(200)], 0.1)
    more = assign_splits([f"group {number}" for number in range(-300, 500)], 0.1)
    assert few == {group: more[group] for group in few}
    assert 10 <= Counter(few.values())["validation"] <= 30


@pytest.mark.parametrize(("groups", "validation", "expected"), [
    (["a", "b"], 0.0001, 1), (["a", "b"], 0.9999, 1), (["a"], 0.1, 0), (["a", "b"], 0, 0)])
def test_neither_split_is_empty_if_it_can_be_helped(groups, validation, expected):
    assert Counter(assign_splits(groups, validation).values())["validation"] == expected


def test_nothing_usable_is_one_line_and_leaves_nothing(tmp_path):
    write_video(tmp_path / "still.mp4", [texture(1)] * 20)
    with pytest.raises(InputError, match="4 clips dropped: still") as caught:
        cut_videos([Source(tmp_path / "still.mp4", "a")], tmp_path / "clips", RULES)
    assert "\n" not in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["still.mp4"]


def test_sources_must_be_there(tmp_path):
    with pytest.raises(InputError, match="with none"):
        find_sources([tmp_path])
    with pytest.raises(InputError, match="Check the path"):
        find_sources([tmp_path / "nowhere"])
    (tmp_path / "a.mp4").write_bytes(b"")
    (tmp_path / "manifest.csv").write_text("name\na.mp4\n")
    with pytest.raises(InputError, match="column 'file'"):
        find_sources([tmp_path])
    with pytest.raises(InputError, match="readable CSV"):
        find_sources([tmp_path], tmp_path / "other.csv")


def test_only_clips_are_overwritten(videos, tmp_path):
    sources, out = [Source(videos / "v0.mp4", "a")], tmp_path / "clips"
    cut_videos(sources, out, RULES)
    with pytest.raises(InputError, match="--overwrite"):
        cut_videos(sources, out, RULES)
    cut_videos(sources, out, ClipRules(frames=10, height=18, width=32), overwrite=True)
    assert ClipStore(out).shape == (10, 18, 32, 3)
    (out / "diary.txt").write_text("dear")
    with pytest.raises(InputError, match="'diary.txt'"):
        cut_videos(sources, out, RULES, overwrite=True)
    assert (out / "diary.txt").read_text() == "dear"


def test_command(videos, tmp_path):
    out = tmp_path / "clips"
    options = ["--frames", "8", "--size", "32x18", "--stride", "4", "--workers", "1"]
    result = CliRunner().invoke(main, ["data", "clips", str(videos), "--out", str(out), *options])
    assert result.exit_code == 0, result.output
    assert "12 clips of 4 videos" in result.output
    assert "Dropped: 4 still" in result.output
    assert ClipStore(out).shape == (8, 18, 32, 3)


def test_command_fails_in_one_line(tmp_path):
    result = CliRunner().invoke(main, ["data", "clips", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: A folder with videos")
    assert result.stderr.count("\n") == 1
    write_video(tmp_path / "short.mp4", panning(1, 5))
    result = CliRunner().invoke(main, ["data", "clips", str(tmp_path), "--out",
                                       str(tmp_path / "clips"), "--workers", "1"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: At least one moving shot is needed.")
    assert result.stderr.count("\n") == 1
    result = CliRunner().invoke(main, ["data", "clips", str(tmp_path), "--size", "big"])
    assert result.exit_code == 2
    assert "must be width x height" in result.output
