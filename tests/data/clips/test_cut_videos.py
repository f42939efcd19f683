"""Many videos to one folder of clips: what is written, kept, replaced and dropped."""

import json
import os
from collections import Counter
from dataclasses import replace

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from encoded_videos import encode_video, sound_alone
from sample_videos import RULES, panning, texture, write_video

from scenegan.commands.cli import main
from scenegan.data.clips.cut_video import ClipRules, cut_video
from scenegan.data.clips.cut_videos import cut_videos
from scenegan.data.collect.sources import Source, find_sources
from scenegan.data.store import ClipStore
from scenegan.errors import InputError


@pytest.mark.slow
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
    assert record == {"shard": "clips-00000.npy", "index": 0, "video": "v0.mp4", "id": None,
                      "group": "7", "tags": ["sea", "waves"], "licence": None, "page": None,
                      "start": 0.0, "shot": 0, "fps": 15.0, "camera_motion": None}
    splits = {}
    for line in map(json.loads, lines):
        splits.setdefault(line["group"], set()).add(line["split"])
    assert splits["7"] == {split}
    assert sorted(map(len, splits.values())) == [1, 1]            # group 7, and v2 by itself
    assert set.union(*splits.values()) == {"train", "validation"}


def test_nothing_usable_is_one_line_and_leaves_nothing(tmp_path):
    write_video(tmp_path / "still.mp4", [texture(1)] * 20)
    with pytest.raises(InputError, match="4 clips dropped: still") as caught:
        cut_videos([Source(tmp_path / "still.mp4", "a")], tmp_path / "clips", RULES)
    assert "\n" not in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["still.mp4"]


def test_command(videos, tmp_path):
    out = tmp_path / "clips"
    options = ["--frames", "8", "--size", "32x18", "--stride", "4", "--workers", "1",
               "--max-camera-motion", "inf"]
    result = CliRunner().invoke(main, ["data", "clips", str(videos), "--out", str(out), *options])
    assert result.exit_code == 0, result.output
    assert "12 clips of 4 videos (4 shots)" in result.output
    assert "Dropped: 4 still" in result.output
    assert ClipStore(out).shape == (8, 18, 32, 3)


def test_command_fails_in_one_line(tmp_path):
    result = CliRunner().invoke(main, ["data", "clips", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: No video (")
    assert result.stderr.count("\n") == 1
    write_video(tmp_path / "short.mp4", panning(1, 5))
    result = CliRunner().invoke(main, ["data", "clips", str(tmp_path), "--out",
                                       str(tmp_path / "clips"), "--workers", "1"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: No moving shot was found in 1 video (")
    assert result.stderr.count("\n") == 1
    result = CliRunner().invoke(main, ["data", "clips", str(tmp_path), "--size", "big"])
    assert result.exit_code == 2
    assert "must be width x height" in result.output


def test_larger_clips_are_judged_as_small_ones_are(tmp_path):
    # Grain, that 80x45 pixels average away, and a slow pan: limits are meant for that size.
    random, still = np.random.default_rng(0), texture(1, 180, 320)
    frames = [np.clip(np.roll(still, step, axis=1) + random.normal(0, 12, still.shape), 0,
                      255).astype(np.uint8) for step in range(20)]
    path = write_video(tmp_path / "grain.mp4", frames)
    rules = ClipRules(frames=8, stride=4, max_camera_motion=1.0)
    assert (rules.width, rules.height) == (160, 90)
    small, large = (cut_video(path, replace(rules, width=width, height=height), lambda clip: None)
                    for width, height in ((80, 45), (160, 90)))
    assert small.records == large.records and len(small.records) == 4
    assert large.records[0]["camera_motion"] == pytest.approx(0.25, abs=0.05)
    limit = replace(rules, min_motion=1.05 * max(one["motion"] for one in small.records))
    assert cut_video(path, limit, lambda clip: None).dropped == Counter(still=4)
    np.testing.assert_array_equal(small.signatures.views, large.signatures.views)


@pytest.mark.slow
def test_what_an_upload_repeats_is_dropped_and_shares_its_side(videos, tmp_path):
    frames = panning(1, 40)
    write_video(tmp_path / "a.mp4", frames)
    again = [cv2.resize(frame, (96, 54)) for frame in frames[3:]]         # trimmed and enlarged
    write_video(tmp_path / "b.mp4", again)
    write_video(tmp_path / "c.mp4", panning(7, 40))
    rules = replace(RULES, frames=16)
    summary = cut_videos(find_sources([tmp_path]), tmp_path / "clips", rules, workers=1)
    assert summary.skipped == {str(tmp_path / "b.mp4"): "the same as 'a.mp4'"}
    assert summary.dropped == Counter(repeated=6)
    lines = (tmp_path / "clips" / "videos.jsonl").read_text().splitlines()
    assert [json.loads(line)["group"] for line in lines] == ["a", "a", "c"]
    kept = cut_videos(find_sources([tmp_path]), tmp_path / "all", replace(rules, keep_repeats=True),
                      workers=1)
    assert (kept.dropped, kept.clips) == (Counter(), summary.clips + 6)


def test_a_dataset_is_cut_with_what_its_manifest_knows(videos, tmp_path):
    add = ["data", "add", str(videos), "--out", str(tmp_path / "mine"), "--licence", "cc-by"]
    assert CliRunner().invoke(main, add).exit_code == 0
    cut_videos(find_sources([tmp_path / "mine"]), tmp_path / "clips", RULES, workers=1)
    record = json.loads((tmp_path / "clips" / "clips.jsonl").read_text().splitlines()[0])
    assert record["licence"] == "cc-by"
    assert record["id"] in (tmp_path / "mine" / "manifest.jsonl").read_text()


def test_videos_of_one_place_leave_none_to_validate(videos, tmp_path):
    result = CliRunner().invoke(main, ["data", "clips", str(videos / "v0.mp4"), "--out",
                                       str(tmp_path / "clips"), "--frames", "8", "--workers", "1",
                                       "--max-camera-motion", "inf"])
    assert result.exit_code == 0
    assert " of 1 video (1 shot) in " in result.stdout
    assert "no clip validates" in result.stderr


@pytest.mark.slow
def test_videos_of_every_kind_are_cut_or_skipped_with_the_reason(tmp_path):
    frames = np.stack(panning(3, 30, speed=2))        # at 15 frames a second
    kinds = tmp_path / "kinds"
    kinds.mkdir()
    encode_video(kinds / "b-frames.mp4", frames[:, :35, :61], 15, pixels="yuv444p", bf=3)
    encode_video(kinds / "deep.mp4", frames, 15, pixels="yuv420p10le")
    encode_video(kinds / "portrait.mp4", frames.swapaxes(1, 2), 15)
    encode_video(kinds / "huge.mp4", frames[:9].repeat(120, axis=1).repeat(120, axis=2), 15,
                 preset="ultrafast")
    encode_video(kinds / "vfr.mkv", frames, 15, times=(
        np.arange(30) * 100 // 15 + np.random.default_rng(0).integers(0, 3, 30)).tolist())
    encode_video(kinds / "one.mp4", frames[:1], 15)
    sound_alone(kinds / "sound.mp4")
    (kinds / "page.mp4").write_text("<!DOCTYPE html><html>gone</html>")
    (kinds / "empty.mp4").touch()
    summary = cut_videos(find_sources([kinds]), tmp_path / "clips",
                         replace(RULES, max_motion=99.0, keep_repeats=True), workers=1)
    skipped = {name.rpartition("/")[2]: reason for name, reason in summary.skipped.items()}
    assert sorted(skipped) == ["empty.mp4", "one.mp4", "page.mp4", "sound.mp4"]
    assert "at least two frames" in skipped["one.mp4"] and "0 bytes" in skipped["empty.mp4"]
    assert all("\n" not in reason for reason in skipped.values())
    lines = map(json.loads, (tmp_path / "clips" / "videos.jsonl").read_text().splitlines())
    clips = {line["video"]: line["clips"] for line in lines}
    assert {name for name, count in clips.items() if count} == {
        "b-frames.mp4", "deep.mp4", "huge.mp4", "portrait.mp4", "vfr.mkv"}


def test_kept_repeats_share_their_side_of_the_split(tmp_path):
    for name in "abcdef":
        write_video(tmp_path / f"{name}.mp4", panning(1, 40))
    write_video(tmp_path / "z.mp4", panning(2, 40))
    cut_videos(find_sources([tmp_path]), tmp_path / "clips", replace(RULES, frames=16,
                                                                     keep_repeats=True), workers=1)
    lines = map(json.loads, (tmp_path / "clips" / "clips.jsonl").read_text().splitlines())
    assert {line["group"] for line in lines} == {"a", "z"}


@pytest.mark.slow
def test_names_of_files_do_not_matter(tmp_path):
    for name in (b"caf\xe9.mp4", "sea\u2028waves.mp4".encode(), b"plain.mp4"):
        os.rename(write_video(tmp_path / "x.mp4", panning(len(name), 20)),
                  os.path.join(os.fsencode(tmp_path), name))
    summary = cut_videos(find_sources([tmp_path]), tmp_path / "clips", RULES)
    assert list(summary.skipped.values()) == [
        "a video's name must be UTF-8: rename it"]
    assert len(ClipStore(tmp_path / "clips")) == summary.clips == 8


def test_a_local_video_that_is_gone_is_told(tmp_path):
    for seed in range(2):
        write_video(tmp_path / f"{seed}.mp4", panning(seed, 20))
    add = ["data", "add", str(tmp_path), "--out", str(tmp_path / "mine")]
    assert CliRunner().invoke(main, add).exit_code == 0
    (tmp_path / "1.mp4").unlink()
    summary = cut_videos(find_sources([tmp_path / "mine"]), tmp_path / "clips", RULES, workers=1)
    assert list(summary.skipped) == [str(tmp_path / "1.mp4")]
