"""Limits of photos and videos, and what changes them."""

import numpy as np
import pytest
from PIL import Image
from sample_videos import panning, write_video

from scenegan.errors import InputError
from scenegan.files import limits
from scenegan.media.photos import read_photo
from scenegan.media.videos import iterate_frames


@pytest.fixture
def photo(tmp_path):
    Image.new("RGB", (60, 50)).save(tmp_path / "a.png")                # 3,000 pixels
    return tmp_path / "a.png"


@pytest.fixture
def video(tmp_path):
    write_video(tmp_path / "v.mp4", panning(0, 40))                    # at 15 frames a second
    return tmp_path / "v.mp4"


@pytest.mark.parametrize(("name", "value", "said"), [
    ("MEGAPIXELS", "0.002", "at most 0.002 megapixels"), ("MEGABYTES", "0.00001", "0.0 MB")])
def test_what_is_beyond_a_limit_is_refused(photo, video, monkeypatch, name, value, said):
    monkeypatch.setenv(f"SCENEGAN_MAX_{name}", value)
    for read in (lambda: read_photo(photo), lambda: next(iterate_frames(video))):
        with pytest.raises(InputError, match=f"{said}.*SCENEGAN_MAX_{name}"):
            read()


def test_a_video_is_decoded_to_the_limit(video, monkeypatch):
    monkeypatch.setenv("SCENEGAN_MAX_SECONDS", "1")
    times = []
    with pytest.raises(InputError, match="at most 1 seconds"):
        times += (seconds for seconds, _ in iterate_frames(video))
    monkeypatch.delenv("SCENEGAN_MAX_SECONDS")
    assert len(list(iterate_frames(video))) == 40


def test_what_is_within_a_limit_is_read(photo, monkeypatch):
    monkeypatch.setenv("SCENEGAN_MAX_MEGAPIXELS", "0.003")
    assert read_photo(photo).shape == (50, 60, 3)


def test_a_limit_can_be_above_pillows(photo, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)               # refuses 3,000 pixels
    monkeypatch.setenv("SCENEGAN_MAX_MEGAPIXELS", "0.0029")
    with pytest.raises(InputError, match="megapixels"):
        read_photo(photo)
    monkeypatch.setenv("SCENEGAN_MAX_MEGAPIXELS", "0.004")
    assert read_photo(photo).dtype == np.uint8


@pytest.mark.parametrize("value", ["much", "0", "-1", "nan"])
def test_a_limit_is_a_number_above_zero(monkeypatch, value):
    monkeypatch.setenv("SCENEGAN_MAX_SECONDS", value)
    with pytest.raises(InputError, match=f"Received: '{value}'"):
        limits.limit("SCENEGAN_MAX_SECONDS")
    monkeypatch.setenv("SCENEGAN_MAX_SECONDS", "")
    assert limits.limit("SCENEGAN_MAX_SECONDS") == float("inf")
