"""Folders of clips to report on."""

import numpy as np
import pytest
from report_command import HOSTILE
from sample_clips import SHAPE, VIDEO_LINES, record, write_clips

from scenegan.data.dropped import write_dropped


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
