"""Counts and distributions of a folder of clips."""

import json

import numpy as np
import pytest
from PIL import Image
from report_command import call
from sample_clips import record, write_clips

from scenegan.data.report.samples import choose_samples
from scenegan.data.report.statistics import half_octaves, make_report, measure
from scenegan.data.report.terminal import as_text
from scenegan.data.store import VIDEOS, ClipStore


def rows(report, title):
    """Rows of the one table whose title starts so, by their name."""
    table, = (table for table in report.tables if table.title.startswith(title))
    return {name: counts for name, *counts in table.rows}


# What is counted

def test_counts_of_a_folder(folder):
    report = make_report(ClipStore(folder))
    assert rows(report, "Counts") == {
        "videos looked at": [3], "videos with clips": [5], "videos skipped": [1], "shots": [3],
        "groups": [3], "clips": [10]}
    assert rows(report, "Train") == {"train": [8, "80 %", 4, 2], "validation": [2, "20 %", 1, 1],
                                     "test": [0, "0 %", 0, 0]}
    assert report.notes == [] and report.subtitle.startswith("8 frames of 16x9, RGB, about 15")


def test_dropped_clips_and_skipped_videos_have_their_reasons(folder):
    report = make_report(ClipStore(folder))
    assert rows(report, "Clips kept") == {"kept": [10, "62 %"], "still": [4, "25 %"],
                                          "camera": [2, "12 %"]}
    assert rows(report, "Videos skipped") == {"9.mp4": ["too slow"]}


def test_a_clip_counts_for_each_of_its_tags(folder):
    report = make_report(ClipStore(folder))
    assert rows(report, "Tags: 2") == {"sea": [10, "100 %", 5], "sky": [5, "50 %", 5]}
    assert rows(report, "Licences: 1") == {"cc-by": [10, "100 %", 5]}
    assert rows(report, "Groups: 3") == {"0": [4, "40 %", 2], "1": [4, "40 %", 2],
                                         "2": [2, "20 %", 1]}


def test_of_many_tags_the_rarest_are_added_up(tmp_path):
    records = [record(number, tags=[f"tag {min(number, other)}" for other in range(14)])
               for number in range(14)]
    store = ClipStore(write_clips(tmp_path / "clips", records))
    table, = (table for table in make_report(store).tables if table.title == "Tags: 14")
    assert [row[1] for row in table.rows] == list(range(14, 2, -1))
    assert table.remainder == ("2 more", 2, "14 %", 1)          # the last two clips, of one video


def test_motions_fall_into_bins_of_half_an_octave(folder):
    motion, camera = make_report(ClipStore(folder)).histograms
    np.testing.assert_allclose(motion.edges, 2.0 ** (np.arange(-2, 8) / 2))     # 0.5 to 11.3
    assert motion.counts == [1, 0, 0, 1, 1, 1, 2, 2, 2]
    assert motion.note.startswith("median 5,")
    assert sum(camera.counts) == 5 and camera.note.endswith("not measured: 5 of 10 clips")


@pytest.mark.parametrize(("low", "high", "edges"), [
    (1, 2, [1, 2 ** 0.5, 2, 2 ** 1.5]), (0.3, 0.3, [0.25, 0.125 ** 0.5]),
    (0, 0.01, [0, 1 / 128, 2 ** -6.5]), (0, 0, [0, 1 / 128, 2 ** -6.5])])
def test_edges_hold_every_value(low, high, edges):
    np.testing.assert_allclose(half_octaves(low, high), edges)


def test_what_is_no_number_is_not_measured():
    values = [1.0, None, "2", True, float("nan"), float("inf"), 1]
    histogram = measure("Motion", "", [{"motion": value} for value in values] + [{}], "motion")
    assert sum(histogram.counts) == 2 and "not measured: 6 of 8" in histogram.note


def test_an_old_folder_is_reported_as_far_as_can_be(old_folder):
    report = make_report(ClipStore(old_folder))
    assert len(report.notes) == 1 and "older version" in report.notes[0]
    assert rows(report, "Counts") == {"videos with clips": [5], "groups": [3], "clips": [10]}
    assert rows(report, "Licences") == {"not stated": [10, "100 %", 5]}
    assert not any(table.title.startswith(("Clips kept", "Videos sk")) for table in report.tables)


def test_records_may_hold_nothing_but_their_place(tmp_path):
    store = ClipStore(write_clips(tmp_path / "clips", [{"split": "train", "tags": "sea"}] * 2))
    text = as_text(make_report(store))
    assert "not measured: 2 of 2 clips" in text and "not stated" in text
    assert len(choose_samples(store.records, 5)) == 2


def test_measures_that_cannot_be_are_not_measured(tmp_path):
    wrong = [-5, 1e300, -1e300, 10 ** 400, True]
    records = [record(number, motion=value, camera_motion=value, fps=value)
               for number, value in enumerate(wrong)]
    folder = write_clips(tmp_path / "clips", [*records, record(5, motion=-5, camera_motion=1e300)],
                         [{"video": "a", "shots": 10 ** 400, "dropped": {"still": -3, "": 1e300}}])
    result = call(folder)
    assert result.exit_code == 0, result.output
    assert "not measured: 6 of 6 clips" in result.stdout
    assert (folder / "report" / "samples" / "06.webp").exists()


@pytest.mark.parametrize("fps", [1e-9, 0, 1e8])
def test_a_pace_that_cannot_be_shown_is_not_taken(tmp_path, fps):
    folder = write_clips(tmp_path / "clips", [record(0, fps=fps)])
    assert call(folder).exit_code == 0
    with Image.open(folder / "report" / "samples" / "01.webp") as sample:
        sample.load()
        assert 60 <= sample.info["duration"] <= 70     # 15 frames a second


def test_half_characters_are_shown_as_marks(tmp_path):
    half = dict.fromkeys(("video", "id", "group", "licence", "page"), "\ud83d")
    folder = write_clips(tmp_path / "clips", [record(0)])
    index = folder / "clips.jsonl"
    line = json.loads(index.read_text()) | half | {"tags": ["\ud83d"]}
    index.write_text(json.dumps(line) + "\n")
    (folder / VIDEOS).write_text(json.dumps({"video": "\ud83d", "skipped": "\ud83d"}) + "\n")
    assert call(folder).exit_code == 0
    assert "?" in (folder / "report" / "index.html").read_text(encoding="utf-8")
