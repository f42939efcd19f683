"""Which files are whole videos."""

import pytest
from encoded_videos import encode_video, moving, sound_alone

from scenegan.data.collect.integrity import check_video
from scenegan.data.collect.retries import Trouble
from scenegan.media.animations import write_animation


def test_whole_videos_pass(tmp_path):
    for name, seconds in (("a.mp4", 2), ("b.webm", 3), ("c.avi", 0.2), ("d.mkv", 1), ("e.ts", 1)):
        path = encode_video(tmp_path / name, moving(round(10 * seconds)))
        assert check_video(path) == pytest.approx(seconds, abs=0.11)


def test_truncated_video_is_found_by_decoding(tmp_path):
    path = encode_video(tmp_path / "a.mp4", moving(50), muxing={"movflags": "+faststart"}, g=5)
    path.write_bytes(path.read_bytes()[:path.stat().st_size * 2 // 3])
    with pytest.raises(Trouble, match=r"cut short: \d\.\d of 5\.0 s"):
        check_video(path)


def test_other_files_are_no_videos(tmp_path):
    image = tmp_path / "image.gif"
    write_animation(moving(10), image, fps=10)
    for path in (sound_alone(tmp_path / "sound.mp4"), image,
                 encode_video(tmp_path / "one.mp4", moving(1))):
        with pytest.raises(Trouble, match="^not a video: "):
            check_video(path)


def test_playlists_are_not_followed(tmp_path, mp4):
    (tmp_path / "a.mp4").write_bytes(mp4)
    for text in ("#EXTM3U\n#EXTINF:1,\na.mp4\n", "ffconcat version 1.0\nfile a.mp4\n"):
        (tmp_path / "list").write_text(text)
        with pytest.raises(Trouble, match="another kind"):
            check_video(tmp_path / "list")
