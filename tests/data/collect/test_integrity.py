"""Which files are whole videos."""

import subprocess

import imageio_ffmpeg
import pytest

from scenegan.data.collect.integrity import check_video
from scenegan.data.collect.retries import Trouble


def ffmpeg(path, *arguments):
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments, str(path)],
                   check=True)
    return path


def moving(path, seconds, *arguments):
    return ffmpeg(path, "-f", "lavfi", "-i", f"testsrc=s=64x36:r=10:d={seconds}", *arguments)


def test_whole_videos_pass(tmp_path):
    for name, seconds in (("a.mp4", 2), ("b.webm", 3), ("c.avi", 0.2), ("d.mkv", 1), ("e.ts", 1)):
        assert check_video(moving(tmp_path / name, seconds)) == pytest.approx(seconds, abs=0.11)


def test_truncated_video_is_found_by_decoding(tmp_path):
    path = moving(tmp_path / "a.mp4", 5, "-movflags", "+faststart", "-g", "5")
    path.write_bytes(path.read_bytes()[:path.stat().st_size * 2 // 3])
    with pytest.raises(Trouble, match=r"cut short: \d\.\d of 5\.0 s"):
        check_video(path)


@pytest.mark.parametrize(("name", "arguments"), [
    ("sound.mp4", ["-f", "lavfi", "-i", "sine=d=1"]),
    ("one.mp4", ["-f", "lavfi", "-i", "testsrc=s=64x36:r=10:d=0.1"]),
    ("image.gif", ["-f", "lavfi", "-i", "testsrc=s=64x36:r=10:d=1"])])
def test_other_files_are_no_videos(tmp_path, name, arguments):
    with pytest.raises(Trouble, match="^not a video: "):
        check_video(ffmpeg(tmp_path / name, *arguments))


def test_playlists_are_not_followed(tmp_path, mp4):
    (tmp_path / "a.mp4").write_bytes(mp4)
    for text in ("#EXTM3U\n#EXTINF:1,\na.mp4\n", "ffconcat version 1.0\nfile a.mp4\n"):
        (tmp_path / "list").write_text(text)
        with pytest.raises(Trouble, match="another kind"):
            check_video(tmp_path / "list")
