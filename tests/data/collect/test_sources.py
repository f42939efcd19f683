"""Which videos a path stands for."""

import os

import pytest
from sample_videos import panning, write_video

from scenegan.data.collect.sources import find_sources
from scenegan.errors import InputError


def test_sources_must_be_there(tmp_path):
    with pytest.raises(InputError, match="No video .* was found in"):
        find_sources([tmp_path])
    with pytest.raises(InputError, match="Check the path"):
        find_sources([tmp_path / "nowhere"])
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(InputError, match="the pipe"):
        find_sources([tmp_path / "pipe.mp4"])
    (tmp_path / "a.mp4").write_bytes(b"")
    (tmp_path / "manifest.csv").write_text("name\na.mp4\n")
    with pytest.raises(InputError, match="column 'file'"):
        find_sources([tmp_path])
    with pytest.raises(InputError, match="must exist"):
        find_sources([tmp_path], tmp_path / "other.csv")


def test_rows_of_a_manifest_go_by_the_path(tmp_path):
    for folder in "ab":
        (tmp_path / folder).mkdir()
        write_video(tmp_path / folder / "clip.mp4", panning(1, 9))
    (tmp_path / "manifest.csv").write_text("file,group\na/clip.mp4,A\nb/clip.mp4,B\n")
    assert [source.group for source in find_sources([tmp_path])] == ["A", "B"]
