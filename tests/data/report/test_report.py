"""The report on a folder of clips: counts, samples, page, sheet and command."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from sample_clips import SHAPE, VIDEO_LINES, record, write_clips

from scenegan.commands.cli import main
from scenegan.data.dropped import write_dropped
from scenegan.data.report.page import link, write_page
from scenegan.data.report.samples import choose_samples
from scenegan.data.report.sheet import draw_sheet
from scenegan.data.report.statistics import half_octaves, make_report, measure
from scenegan.data.report.terminal import as_text
from scenegan.data.store import VIDEOS, ClipStore


@pytest.fixture
def folder(tmp_path):
    return write_clips(tmp_path / "clips", [record(number) for number in range(10)], VIDEO_LINES)


@pytest.fixture
def old_folder(tmp_path):
    """Without shots, the camera's motion, licences and the list of videos."""
    new = {"shot", "camera_motion", "licence", "page", "id"}
    return write_clips(tmp_path / "old", [
        {key: value for key, value in record(number).items() if key not in new}
        for number in range(10)])


def call(*arguments):
    return CliRunner().invoke(main, ["data", "report", *map(str, arguments)])


def rows(report, title):
    """Rows of the one table whose title starts so, by their name."""
    table, = (table for table in report.tables if table.title.startswith(title))
    return {name: counts for name, *counts in table.rows}


def error_line(result):
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("Error: ")
    return result.stderr


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
    assert table.rest == ("2 more", 2, "14 %", 1)          # the last two clips, of one video


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


@pytest.mark.parametrize("damage", ["{", "[]", '"text"', "[" * 100_000])
def test_a_damaged_list_of_videos_is_one_line(folder, damage):
    (folder / VIDEOS).write_text(damage + "\n")
    assert VIDEOS in error_line(call(folder))
    assert not (folder / "report").exists()


# Samples

def test_samples_span_tags_and_motion():
    records = [record(number, tags=["sea"] if number < 27 else ["sky"], video=str(number))
               for number in range(36)]
    samples = choose_samples(records, 6)                     # the middles of thirds of 27 and 9
    assert [(sample.tag, sample.index) for sample in samples] == [
        ("sea", 4), ("sea", 13), ("sea", 22), ("sky", 28), ("sky", 31), ("sky", 34)]


def test_samples_prefer_videos_that_were_not_taken():
    one_video = {"video": "same", "id": "same", "group": "same", "tags": ["sea"]}
    records = [record(number, **one_video) for number in range(10)]
    records[3] = record(3, tags=["sea"], video="other")      # beside the one in the middle
    assert 3 in [sample.index for sample in choose_samples(records, 3)]


def test_no_clip_is_a_sample_twice():
    records = [record(number) for number in range(10)]
    indices = [sample.index for sample in choose_samples(records, 100)]
    assert sorted(indices) == list(range(10))
    assert len(choose_samples(records, 1)) == 1


def test_only_the_samples_are_read(folder, monkeypatch):
    read = []
    clips = ClipStore.clips
    monkeypatch.setattr(ClipStore, "clips",
                        lambda self, indices: read.append(len(indices)) or clips(self, indices))
    assert call(folder, "--samples", 3).exit_code == 0
    assert set(read) == {1} and len(read) == 6               # once for the page, once for the sheet


# The contact sheet

@pytest.mark.parametrize("shape", [SHAPE, (3, 20, 10, 1)])
def test_the_sheet_has_a_row_of_frames_for_each_sample(tmp_path, shape):
    store = ClipStore(write_clips(tmp_path / "clips", [record(0), record(1)], shape=shape))
    sheet = draw_sheet(store, choose_samples(store.records, 2))
    frames = min(6, shape[0])
    width, height = (160, 90) if shape == SHAPE else (80, 160)
    assert sheet.size == (200 + frames * (width + 4) + 4, 24 + 2 * (height + 4) + 4)
    assert np.ptp(np.asarray(sheet)[24:24 + height, 200:200 + width]) > 100


def test_a_sheet_never_has_more_than_24_rows(tmp_path):
    records = [record(number, video=str(number), tags=["a" * 200]) for number in range(30)]
    store = ClipStore(write_clips(tmp_path / "clips", records))
    assert draw_sheet(store, choose_samples(records, 30)).height == 24 + 24 * (90 + 4) + 4


# The page

class Tags(HTMLParser):
    """All tags and links of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.handlers = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m'


def test_hostile_text_is_no_markup_and_no_terminal_code(tmp_path):
    evil = dict.fromkeys(("video", "id", "group", "licence"), HOSTILE) | {"tags": [HOSTILE]}
    records = [record(0, **evil, page="javascript:alert(1)"),
               record(1, **evil, page=f"https://example.org/{HOSTILE}")]
    videos = [{"video": HOSTILE, "dropped": {HOSTILE: 1}, "skipped": HOSTILE}]
    store = ClipStore(write_clips(tmp_path / "clips", records, videos))
    report = make_report(store)
    page = Tags(write_page(report, choose_samples(records, 2), ["1.webp", "2.webp"]))
    assert "script" not in page.tags and page.tags.count("img") == 2 and not page.handlers
    assert set(page.links) == {"1.webp", "2.webp", "sheet.png"}
    assert "\x1b" not in as_text(report)


@pytest.mark.parametrize(("address", "linked"), [
    ("https://example.org/a?b=1&c=2", True), ("HTTP://example.org", True),
    ("javascript:alert(1)", False), (" https://example.org", False), ("//example.org", False),
    ("https://a\nb", False), ("data:text/html,x", False), (None, False), (7, False)])
def test_only_addresses_of_the_web_become_links(address, linked):
    html = link(address, "a < b")
    assert html.startswith("<a href=") == linked and "a &lt; b" in html
    assert Tags(html).links == ([address] if linked else [])


def test_the_page_needs_nothing_from_elsewhere(folder):
    assert call(folder, "--samples", 4).exit_code == 0
    out = folder / "report"
    page = (out / "index.html").read_text(encoding="utf-8")
    local = [address for address in Tags(page).links if not address.startswith("https://example.")]
    assert len(local) == 5 and all((out / address).is_file() for address in local)
    assert not re.search(r"url\(|@import|<script|<link", page)
    assert re.search(r"motion \d\.50, camera 0\.010 px", page) and "licence: cc-by" in page


# What was dropped

@pytest.fixture
def dropped_folder(folder):
    """With dropped clips to look at."""
    random = np.random.default_rng(1)
    clip = random.integers(0, 256, SHAPE, np.uint8)
    misses = [(record(number, reason="camera", camera_motion=0.06 + number, limit=0.05,
                      video=f"{HOSTILE}{number}"), lambda: clip) for number in range(40)]
    misses += [(record(7, reason="repeated", of="other.mp4"), lambda: clip)]
    write_dropped(folder, misses, clip.nbytes)
    return folder


def test_dropped_clips_are_shown_with_reason_and_figure(dropped_folder):
    result = call(dropped_folder)
    assert result.exit_code == 0, result.output
    assert "the camera moves 0.06 pixels a frame, more than 0.05" in result.stdout
    assert "12 more" in result.stdout                  # 24 of the 41 are kept
    out = dropped_folder / "report"
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "was there before, in other.mp4" in page and "--max-camera-motion" in page
    assert "script" not in Tags(page).tags
    shown = [link for link in Tags(page).links if link.startswith("dropped")]
    assert len(shown) == 25 and all((out / link).is_file() for link in shown)
    assert Image.open(out / "dropped.png").height == 24 + 24 * (90 + 4) + 4
    assert call(dropped_folder).exit_code == 0         # replaced as any report


def test_a_folder_without_dropped_clips_has_no_section_of_them(folder):
    assert call(folder).exit_code == 0
    assert not (folder / "report" / "dropped").exists()
    assert "Dropped, but" not in (folder / "report" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "content"), [
    ("dropped.jsonl", b"{\n"), ("dropped.jsonl", b"{}\n"), ("dropped.npy", b"PK"),
    ("dropped.jsonl", b"[" * 100_000)])
def test_damaged_dropped_clips_are_one_line(dropped_folder, name, content):
    (dropped_folder / name).write_bytes(content)
    assert "dropped" in error_line(call(dropped_folder))


def test_dropped_clips_may_lack_what_they_are_explained_by(dropped_folder):
    line = json.dumps({"reason": "camera", "limit": "much", "camera_motion": 1e300})
    (dropped_folder / "dropped.jsonl").write_text(f"{line}\n" * 23 + "{}\n")
    result = call(dropped_folder)
    assert result.exit_code == 0 and "not stated at 0.0 s  camera" in result.stdout


# The command

def test_the_command_prints_counts_and_writes_a_folder(folder):
    result = call(folder)
    assert result.exit_code == 0, result.output
    assert re.search(r"^  clips +10$", result.stdout, re.MULTILINE)
    assert result.stdout.endswith(f"Written: {folder / 'report' / 'index.html'}\n")
    out = folder / "report"
    assert sorted(path.name for path in out.iterdir()) == ["index.html", "samples", "sheet.png"]
    assert len(list((out / "samples").iterdir())) == 10
    with Image.open(out / "samples" / "01.webp") as sample:
        assert sample.size == (16, 9) and sample.n_frames == 8
    assert len(ClipStore(folder)) == 10                      # still a folder of clips
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_an_older_report_is_replaced(folder, tmp_path):
    out = tmp_path / "new" / "report"
    assert call(folder, "--out", out).exit_code == 0
    assert call(folder, "--out", out, "--samples", 2).exit_code == 0
    assert len(list((out / "samples").iterdir())) == 2
    assert [path.name for path in out.parent.iterdir()] == ["report"]


@pytest.mark.parametrize("name", ["letter.txt", "samples/letter.txt"])
def test_a_report_with_files_of_others_is_not_replaced(folder, name):
    assert call(folder).exit_code == 0
    stranger = folder / "report" / name
    stranger.write_text("mine")
    before = sorted(folder.rglob("*"))
    assert "letter.txt" in error_line(call(folder))
    assert stranger.read_text() == "mine" and sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("name", ["index.html", "samples/01.webp", "sheet.png"])
def test_a_folder_of_others_is_not_taken_for_a_report(folder, name):
    stranger = folder / "report" / name
    stranger.parent.mkdir(parents=True)
    stranger.write_text("<html>mine")
    assert name.split("/")[0] in error_line(call(folder))
    assert stranger.read_text() == "<html>mine"


def test_a_report_that_fails_leaves_the_older_one(folder, monkeypatch):
    assert call(folder).exit_code == 0

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scenegan.data.report.folder.draw_sheet", fail)
    assert "room on the disk" in error_line(call(folder, "--samples", 2))
    assert len(list((folder / "report" / "samples").iterdir())) == 10
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(("prepare", "message"), [
    (lambda path: None, "without it"),
    (lambda path: path.mkdir(), "without it"),
    (lambda path: path.write_text("text"), "without it"),
])
def test_what_is_no_folder_of_clips_is_one_line(tmp_path, prepare, message):
    prepare(tmp_path / "clips")
    assert message in error_line(call(tmp_path / "clips"))


def test_out_must_be_a_folder(folder, tmp_path):
    (tmp_path / "file").write_text("mine")
    assert "the file" in error_line(call(folder, "--out", tmp_path / "file"))
    assert "clips-00000.npy" in error_line(call(folder, "--out", folder))


def test_a_place_that_cannot_be_written_is_told_before_anything_else(folder, tmp_path):
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file" / "report", "/proc/report"):
        result = call(folder, "--out", out)
        assert "can be written" in error_line(result) and result.stdout == ""


def test_help_is_quick():
    code = ("import sys; from scenegan.commands.cli import main; "
            "main(['data', 'report', '--help'], standalone_mode=False); "
            "sys.exit(bool({'cv2', 'numpy', 'PIL', 'keras'} & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL).returncode == 0
