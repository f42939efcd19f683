"""The sheet of samples."""

import numpy as np
import pytest
from sample_clips import SHAPE, record, write_clips

from scenegan.data.report.samples import choose_samples
from scenegan.data.report.sheet import draw_sheet
from scenegan.data.store import ClipStore

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
