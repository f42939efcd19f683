"""What is given up, and in which order, to keep an animation under its megabytes."""

import cv2
import numpy as np
import pytest

from scenegan.commands.animate_limits import write_within
from scenegan.errors import InputError
from scenegan.media.animations import write_animation
from scenegan.pixels import resize

OPTIONS = {"fps": 12, "seconds": None, "size": None, "loop": "none"}


def make(options):
    """Two seconds of a picture with detail that moves in no way that repeats."""
    width, height = options["size"] or (192, 128)
    picture = np.random.default_rng(0).integers(0, 255, (128, 192, 3)).astype(np.float32)
    picture = (cv2.GaussianBlur(picture, (0, 0), 2) * 5 - 510).clip(0, 255).astype(np.uint8)
    moments = np.arange(round((options["seconds"] or 2) * options["fps"])) / options["fps"]
    y, x = np.mgrid[:128, :192].astype(np.float32)
    frames = [cv2.remap(picture, (x + 9 * np.sin(3 * t + y / 9)).astype(np.float32),
                        (y + 9 * np.sin(5 * t + x / 7)).astype(np.float32), cv2.INTER_LINEAR)
              for t in moments]
    return np.stack([resize(frame, height, width) for frame in frames])


def test_without_a_limit_all_is_as_asked_for(tmp_path):
    frames, told = write_within(make, tmp_path / "a.mp4", OPTIONS, "mp4")
    assert frames.shape == (24, 128, 192, 3) and told.startswith("24 frames, 192x128, 0.")
    assert told.endswith("MB")


@pytest.mark.parametrize("part, shape, said", [
    (0.6, (24, 128, 192), "at lower quality to keep"),
    (0.14, (12, 128, 192), "at 6 frames a second to keep"),
    (0.06, (12, 64, 96), "at 6 frames a second, at 0.5 times the size to keep")])
def test_quality_goes_first_then_frames_then_the_size(tmp_path, part, shape, said):
    path = tmp_path / "a.mp4"
    whole = write_animation(make(OPTIONS), path, 12).size
    frames, told = write_within(make, path, OPTIONS, "mp4", part * whole)
    assert frames.shape[:3] == shape and said in told
    assert path.stat().st_size <= part * whole


def test_what_cannot_be_kept_so_small_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.gif"
    path.write_text("older")
    with pytest.raises(InputError, match="cannot be kept under 0.001 MB"):
        write_within(make, path, OPTIONS, "gif", 1000)
    assert path.read_text() == "older" and list(tmp_path.iterdir()) == [path]


def test_a_side_that_is_made_even_is_told(tmp_path):
    _, told = write_within(make, tmp_path / "a.mp4", OPTIONS | {"size": (97, 63)}, "mp4")
    assert told.startswith("24 frames, 96x62, ") and "made even" in told
