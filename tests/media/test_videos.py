"""Frames of videos, with their times."""

import numpy as np
import pytest
from encoded_videos import copy_stream, encode_video, sound_alone, turn
from sample_animations import clip, one_line, psnr

from scenegan.errors import InputError
from scenegan.media.animations import write_animation
from scenegan.media.videos import iterate_frames

# Videos

@pytest.fixture
def video(tmp_path):
    path = tmp_path / "cfr.mp4"
    write_animation(clip(frames=10, height=48, width=64), path, fps=10)
    return path


def test_frames_come_in_rgb_with_their_times(video):
    seconds, frames = zip(*iterate_frames(video), strict=True)
    assert seconds == pytest.approx(np.arange(10) / 10)
    assert psnr(np.stack(frames), clip(frames=10, height=48, width=64)) > 35


def test_a_variable_frame_rate_is_kept(tmp_path):
    path = encode_video(tmp_path / "vfr.mp4", clip(frames=7, height=48, width=64),
                        times=[0, 20, 30, 50, 60, 80, 90])
    seconds = [second for second, _ in iterate_frames(path)]
    assert seconds == pytest.approx([0.0, 0.2, 0.3, 0.5, 0.6, 0.8, 0.9])


def test_rotation_is_honoured(video, tmp_path):
    _, frame = next(iterate_frames(turn(video, tmp_path / "turned.mp4")))
    assert frame.shape == (64, 48, 3)
    upright = clip(frames=1, height=48, width=64)[0]
    assert psnr(frame, np.rot90(upright)) > 30


def test_times_rise_in_a_stream_without_a_container(video, tmp_path):
    bare = copy_stream(video, tmp_path / "bare.h264")
    seconds = [second for second, _ in iterate_frames(bare)]
    assert len(seconds) == 10 and (np.diff(seconds) > 0).all()


@pytest.mark.parametrize("content", [b"", b"no video", None, "cut", "sound"])
def test_a_bad_video_is_one_clear_line_and_stderr_stays_clean(
        tmp_path, video, content, capfd):
    path = tmp_path / "bad.mp4"
    if content == "cut":
        content = video.read_bytes()[:600]
    if content == "sound":
        sound_alone(path)
    elif content is not None:
        path.write_bytes(content)
    capfd.readouterr()
    with pytest.raises(InputError, match="A video must") as error:
        next(iterate_frames(path))
    assert one_line(error)
    assert capfd.readouterr() == ("", "")
