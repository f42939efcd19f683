"""What cutting does with its folder: it resumes, and replaces nothing but clips."""

from dataclasses import replace

import numpy as np
import pytest
from sample_videos import RULES

from scenegan.data.clips import cache
from scenegan.data.clips.cut_videos import cut_videos
from scenegan.data.collect.sources import Source, find_sources
from scenegan.data.store import ClipStore
from scenegan.errors import InputError


def test_only_clips_are_overwritten(videos, tmp_path):
    sources, out = [Source(videos / "v0.mp4", "a")], tmp_path / "clips"
    cut_videos(sources, out, RULES)
    with pytest.raises(InputError, match="--overwrite"):
        cut_videos(sources, out, RULES)
    (out / "report").mkdir()
    (out / ".scenegan-x1").mkdir()                     # of a report that was killed
    cut_videos(sources, out, replace(RULES, frames=10), overwrite=True)
    assert not (out / "report").exists()
    assert ClipStore(out).shape == (10, 18, 32, 3)
    (out / "diary.txt").write_text("dear")
    with pytest.raises(InputError, match="'diary.txt'"):
        cut_videos(sources, out, RULES, overwrite=True)
    assert (out / "diary.txt").read_text() == "dear"


def test_a_part_that_lost_its_clips_is_cut_again(videos, tmp_path):
    part = cache.Part.within(tmp_path, videos / "v0.mp4", RULES)
    whole = cache.cut_part(part)
    before = [part.clip(row) for row in range(len(whole.records))]
    with open(part.stem.with_suffix(cache.KEPT), "r+b") as file:
        file.truncate(100)                             # as a power cut may leave it
    assert cache.cut_part(part).records == whole.records
    np.testing.assert_array_equal([part.clip(row) for row in range(len(before))], before)


@pytest.mark.slow
def test_a_cutting_that_stopped_goes_on(videos, tmp_path, monkeypatch):
    sources, looked = find_sources([videos]), []

    def stop(source):
        if source.path.name == "v1.mp4":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_videos(sources, tmp_path / "clips", RULES, workers=1, report=stop)
    assert not (tmp_path / "clips").exists()
    cut = cache.cut_video
    monkeypatch.setattr(cache, "cut_video",
                        lambda path, *rest: looked.append(path.name) or cut(path, *rest))
    cut_videos(sources, tmp_path / "clips", RULES, workers=1)
    assert looked == ["v2.mp4", "z-still.mp4"]
    cut_videos(sources, tmp_path / "whole", RULES, workers=1)
    for file in (tmp_path / "whole").iterdir():
        assert (tmp_path / "clips" / file.name).read_bytes() == file.read_bytes()


def test_two_cuttings_never_share_a_folder(videos, tmp_path):
    sources, said = find_sources([videos]), []

    def meanwhile(source):
        with pytest.raises(InputError) as caught:
            cut_videos(sources, tmp_path / "clips", RULES, workers=1)
        said.append(str(caught.value))

    assert cut_videos(sources, tmp_path / "clips", RULES, workers=1, report=meanwhile).clips == 12
    assert len(said) == 4 and "Another command is writing" in said[0]


def test_clips_come_back_if_their_replacing_was_killed(videos, tmp_path):
    sources, out = find_sources([videos]), tmp_path / "clips"
    cut_videos(sources, out, RULES, workers=1)
    (tmp_path / ".clips.parts").mkdir()
    out.rename(tmp_path / ".clips.parts" / "replaced")
    with pytest.raises(ZeroDivisionError):
        cut_videos(sources, out, RULES, workers=1, overwrite=True, report=lambda source: 1 / 0)
    assert len(ClipStore(out)) == 12


def test_other_rules_never_take_up_what_was_cut(videos, tmp_path):
    with pytest.raises(ZeroDivisionError):
        cut_videos(find_sources([videos]), tmp_path / "clips", RULES, workers=1,
                   report=lambda source: 1 / 0)
    cut_videos(find_sources([videos]), tmp_path / "clips", replace(RULES, frames=10), workers=1)
    assert ClipStore(tmp_path / "clips").shape[0] == 10
    assert sorted(file.name for file in tmp_path.iterdir()) == ["clips"]


def test_nothing_but_clips_is_ever_replaced(videos, tmp_path):
    out = tmp_path / "clips"
    cut_videos(find_sources([videos]), out, RULES, workers=1)
    own = out / "clips-beach.mp4"
    own.write_bytes((videos / "v0.mp4").read_bytes())
    with pytest.raises(InputError, match="'clips-beach.mp4'"):
        cut_videos(find_sources([videos]), out, RULES, workers=1, overwrite=True)
    own.rename(out / "clips-00009.npy")
    with pytest.raises(InputError, match="one of the videos"):
        cut_videos([Source(out / "clips-00009.npy", "a")], out, RULES, workers=1, overwrite=True)
    (out / "report").mkdir()
    (out / "report" / "thesis.txt").touch()
    with pytest.raises(InputError, match="'thesis.txt'"):
        cut_videos(find_sources([videos]), out, RULES, workers=1, overwrite=True)


def test_what_comes_into_the_folder_meanwhile_stays(videos, tmp_path):
    out = tmp_path / "clips"

    def intrude(source):
        out.mkdir(exist_ok=True)
        (out / "notes.txt").write_text("dear")

    with pytest.raises(InputError, match="holds files"):
        cut_videos(find_sources([videos]), out, RULES, workers=1, report=intrude)
    assert (out / "notes.txt").read_text() == "dear"
