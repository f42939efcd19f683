"""Clips that were dropped, in a report."""

import json

import pytest
from PIL import Image
from report_command import Tags, call, error_line


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
