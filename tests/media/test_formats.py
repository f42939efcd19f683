"""What is written comes back."""

import ctypes
import sys

import av
import numpy as np
import pytest
from PIL import Image
from sample_animations import clip, psnr

from scenegan.errors import InputError
from scenegan.media import formats
from scenegan.media.animations import write_animation
from scenegan.media.photos import read_photo
from scenegan.media.sheets import Watched
from scenegan.media.videos import iterate_frames

M_PERTURB = -6       # of glibc's mallopt


def read_back(path):
    """All frames of a GIF or WebP, RGB, and its info."""
    with Image.open(path) as image:
        frames = []
        for index in range(image.n_frames):
            image.seek(index)
            frames.append(np.asarray(image.convert("RGB")))
        return np.stack(frames), image.info


# Animations

@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("suffix", [".gif", ".webp", ".avif", ".apng"])
def test_pictures_that_move_come_back(tmp_path, suffix, channels):
    write_animation(clip(channels), tmp_path / f"a{suffix}", fps=10)
    frames, info = read_back(tmp_path / f"a{suffix}")
    assert frames.shape == (6, 45, 80, 3)
    assert info.get("loop", 0) == 0                   # for ever; AVIF does not say
    assert psnr(frames, clip(channels)) > 33


@pytest.mark.parametrize("suffix, once", [(".gif", None), (".webp", 1)])
def test_an_animation_can_stop_at_its_end(tmp_path, suffix, once):
    write_animation(clip(), tmp_path / f"a{suffix}", fps=10, loop=False)
    assert read_back(tmp_path / f"a{suffix}")[1].get("loop") == once


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_durations_add_up_to_the_frame_rate(tmp_path, suffix):
    write_animation(clip(frames=30), tmp_path / f"a{suffix}", fps=15)
    durations = []
    with Image.open(tmp_path / f"a{suffix}") as image:
        for index in range(image.n_frames):
            image.seek(index)
            image.load()
            durations.append(image.info["duration"])
    assert sum(durations) == pytest.approx(2_000, abs=20)     # milliseconds


def test_gif_of_a_smooth_gradient_is_good_and_still_areas_do_not_crawl(tmp_path):
    frames = clip(frames=8, height=90, width=160)
    frames[:, :45] = frames[0, :45]
    write_animation(frames, tmp_path / "a.gif", fps=10)
    back, _ = read_back(tmp_path / "a.gif")
    assert psnr(back, frames) > 33.5                  # 34.0 measured
    assert (back[:, :45] == back[0, :45]).all()


def test_gray_gif_is_exact(tmp_path):
    write_animation(clip(1), tmp_path / "a.gif", fps=10)
    assert (read_back(tmp_path / "a.gif")[0] == clip(1)).all()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name, codec", [("a.mp4", "h264"), ("a.webm", "vp9")])
def test_videos_say_their_colours_and_make_odd_sides_even(tmp_path, name, codec, channels):
    written = write_animation(clip(channels), tmp_path / name, fps=10)
    assert (written.width, written.height) == (80, 44)
    seconds, frames = zip(*iterate_frames(tmp_path / name), strict=True)
    assert seconds == pytest.approx(np.arange(6) / 10, abs=1e-3)
    assert np.shape(frames) == (6, 44, 80, 3)
    assert psnr(np.stack(frames), clip(channels)[:, :44]) > 33
    with av.open(tmp_path / name) as file:
        context = file.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == (codec, "yuv420p")
        assert context.color_range == av.video.reformatter.ColorRange.MPEG
        assert {context.colorspace, context.color_primaries, context.color_trc} == {1}     # BT.709


def test_an_mp4_begins_with_its_table_so_that_it_plays_while_it_loads(tmp_path):
    write_animation(clip(), tmp_path / "a.mp4", fps=10)
    data = (tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_a_missing_encoder_is_one_line(tmp_path, monkeypatch):
    def lacks_it(codec, mode):
        raise av.codec.codec.UnknownCodecError(codec)
    for patch in (lambda: monkeypatch.setattr(av, "Codec", lacks_it),
                  lambda: monkeypatch.setitem(sys.modules, "av", None)):
        patch()
        for suffix in (".mp4", ".webm", ".gif"):
            with pytest.raises(InputError, match="pip install --upgrade av"):
                write_animation(clip(), tmp_path / f"a{suffix}", fps=10)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif"])
def test_the_same_frames_give_the_same_bytes_whatever_memory_held_before(tmp_path, suffix):
    if not hasattr(ctypes.CDLL(None), "mallopt"):
        pytest.skip("needs glibc, which fills what it gives and takes back")
    try:
        for name, fill in (("a", 85), ("b", 170)):
            ctypes.CDLL(None).mallopt(M_PERTURB, fill)
            write_animation(clip(frames=20), tmp_path / f"{name}{suffix}", fps=10)
    finally:
        ctypes.CDLL(None).mallopt(M_PERTURB, 0)
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize("name", ["a:b %d.mp4", "é?#.webm", "-.gif"])
def test_names_that_ffmpeg_would_take_for_more(tmp_path, name):
    write_animation(clip(), tmp_path / name, fps=10)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("channels", [1, 3])
def test_npy_and_png_are_exact(tmp_path, channels):
    write_animation(clip(channels), tmp_path / "a.npy", fps=10)
    write_animation(clip(channels), tmp_path / "frames", fps=10)
    assert (np.load(tmp_path / "a.npy") == clip(channels)).all()
    files = sorted((tmp_path / "frames").iterdir())
    assert [file.name for file in files] == [f"{n:04}.png" for n in range(1, 7)]
    assert all((read_photo(file) == frame).all()
               for file, frame in zip(files, clip(channels), strict=True))


def test_videos_hold_the_colours_of_hd_video():
    """White, black and the primaries of ITU-R BT.709 in limited range, as its table has them."""
    colours = np.array([(255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255)],
                       np.uint8)
    frame = colours[:, None, None].repeat(5, axis=1).repeat(7, axis=2)
    for colour, image in zip([(235, 128, 128), (16, 128, 128), (63, 102, 240), (173, 42, 26),
                              (32, 240, 118)], frame, strict=True):
        planes = formats._to_yuv(image)                # 5x7 is made 4x6
        assert planes.shape == (6, 6)
        assert [planes[0, 0], planes[4, 0], planes[5, 0]] == pytest.approx(colour, abs=1)


class Rounds:
    """Frames that come twice, as `scenegan.frames` gives a loop of two rounds."""

    def __init__(self, frames, rounds=2):
        self.frames, self.rounds = frames, rounds
        self.shape, self.dtype = (rounds * len(frames), *frames.shape[1:]), frames.dtype
        self.asked = 0

    def once(self):
        self.asked += 1
        return self.frames

    def __iter__(self):
        for _ in range(self.rounds):
            yield from self.once()


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif", ".webp", ".apng"])
def test_equal_rounds_are_rendered_once_and_written_as_often_as_they_come(tmp_path, suffix):
    rounds = Rounds(clip())
    write_animation(rounds, tmp_path / f"a{suffix}", fps=10)
    write_animation(np.concatenate([clip(), clip()]), tmp_path / f"b{suffix}", fps=10)
    assert rounds.asked == 1
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_rounds_that_are_too_large_to_keep_are_rendered_again(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "KEPT", 80 * 44 * 1.5 * 6 - 1)
    rounds = Rounds(clip())
    write_animation(rounds, tmp_path / "a.mp4", fps=10)
    assert rounds.asked == 2


def test_a_sheet_sees_one_round_of_frames(tmp_path):
    watched = Watched(Rounds(clip()))
    write_animation(watched, tmp_path / "a.mp4", fps=10)
    assert [int(small[0, 0, 0]) for small in watched.thumbnails] == [
        int(clip()[number, 0, 0, 0]) for number in (0, 1, 3, 4)]
