"""Videos to cut."""

import pytest
from sample_videos import panning, texture, write_video


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    """Three moving videos of 20 frames and a still one."""
    folder = tmp_path_factory.mktemp("source") / "videos"
    folder.mkdir()
    for seed in range(3):
        write_video(folder / f"v{seed}.mp4", panning(seed, 20))
    write_video(folder / "z-still.mp4", [texture(9)] * 20)
    return folder
