"""Processes that cut videos, and how they end."""

import os
import signal
import subprocess
import sys
import time

import pytest
from sample_videos import ANY_CAMERA, RULES, panning, write_video

from scenegan.data.clips.cut_video import ClipRules
from scenegan.data.clips.cut_videos import cut_videos
from scenegan.data.collect.sources import find_sources


@pytest.mark.slow
def test_workers_change_nothing(videos, tmp_path):
    sources = find_sources([videos])
    for workers in (1, 2):
        cut_videos(sources, tmp_path / str(workers), RULES, workers=workers)
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
                for name in "12")
    assert one == two
    assert sorted(one) == ["clips-00000.npy", "clips.jsonl", "dropped.jsonl", "dropped.npy",
                           "videos.jsonl"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["1", "2"]


@pytest.fixture
def long_videos(tmp_path):
    """Videos enough to keep two processes busy for a while."""
    folder = tmp_path / "long"
    folder.mkdir()
    for number in range(12):
        write_video(folder / f"k{number:02}.mp4", panning(number, 150))
    return folder


def start_cutting(folder, out, **options):
    command = [sys.executable, "-m", "scenegan", "data", "clips", str(folder), "--out", str(out),
               "--size", "32x18", "--max-camera-motion", "inf", "--workers", "2"]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **options)


@pytest.mark.slow
def test_a_cutting_that_was_killed_goes_on(long_videos, tmp_path):
    process = start_cutting(long_videos, tmp_path / "clips")
    while not list((tmp_path / ".clips.parts").glob("[!.]*.json")):
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "clips").exists()
    again = start_cutting(long_videos, tmp_path / "clips")
    again.communicate()
    assert again.returncode == 0
    cut_videos(find_sources([long_videos]), tmp_path / "whole",
               ClipRules(height=18, width=32, max_camera_motion=ANY_CAMERA))
    for file in (tmp_path / "whole").iterdir():
        assert (tmp_path / "clips" / file.name).read_bytes() == file.read_bytes()
    assert not (tmp_path / ".clips.parts").exists()


@pytest.mark.slow
@pytest.mark.parametrize("sign", ["whole", "[!.]*.raw", "[!.]*.json"])
def test_ctrl_c_ends_a_cutting_in_a_moment_without_a_traceback(long_videos, tmp_path, sign):
    process = start_cutting(long_videos, tmp_path / "clips")
    while not list((tmp_path / ".clips.parts").glob(sign)):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)              # the workers, too, as a terminal does
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said == "What is cut so far is kept; the same command goes on.\nInterrupted.\n"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file sizes")
def test_a_full_disk_ends_a_cutting_in_one_line(long_videos, tmp_path):
    import resource
    process = start_cutting(
        long_videos, tmp_path / "clips",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith("Error: --out cannot be written: ") and said.count("\n") == 1
    assert "(File too large). Make room" in said


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_parent(videos, tmp_path, how):
    write_video(tmp_path / "long.mp4", panning(1, 3000))
    write_video(tmp_path / "long2.mp4", panning(2, 3000))
    process = subprocess.Popen([sys.executable, "-m", "scenegan", "data", "clips", str(tmp_path),
                                "--out", str(tmp_path / "clips"), "--workers", "2"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while not list((tmp_path / ".clips.parts").glob("*.raw")):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(how)
    process.communicate(timeout=20)                    # the pipe closes when the last one has gone
