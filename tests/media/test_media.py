"""Photos in, video frames in, animations out: all with real files."""

import errno
import os
import subprocess
import warnings

import cv2
import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image, ImageOps

from scenegan.errors import InputError
from scenegan.media.animations import check_target, write_animation
from scenegan.media.formats import FORMATS
from scenegan.media.photos import check_photo, read_photo
from scenegan.media.videos import iterate_frames

RAMP = np.linspace(0, 255, 64).astype(np.uint8)[None].repeat(48, axis=0)      # (48, 64)
COLOURS = np.stack([RAMP, RAMP[:, ::-1], np.full_like(RAMP, 90)], axis=-1)    # (48, 64, 3)


def clip(channels=3, frames=6, height=45, width=80):
    """A smooth gradient that moves: no two frames are equal."""
    t, y, x = np.mgrid[:frames, :height, :width]
    moving = [60 + 1.5 * x + 4 * t, 200 - y - 3 * t, 90 + x / 2 + y / 2][:channels]
    return np.stack(moving, axis=-1).astype(np.uint8)


def psnr(a, b):
    error = np.mean((a.astype(np.float32) - b) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-6))


def read_back(path):
    """All frames of a GIF or WebP, RGB, and its info."""
    with Image.open(path) as image:
        frames = []
        for index in range(image.n_frames):
            image.seek(index)
            frames.append(np.asarray(image.convert("RGB")))
        return np.stack(frames), image.info


def ffmpeg(*arguments):
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *arguments],
                   check=True)


def one_line(error):
    return "Received: " in str(error.value) and "\n" not in str(error.value)


# Photos

@pytest.mark.parametrize("name, options", [
    ("a.png", {}), ("a.jpg", {"quality": 95, "subsampling": 0}), ("a.webp", {"lossless": True}),
    ("a.bmp", {}), ("a.tif", {})])
def test_rgb_photo_keeps_its_pixels(tmp_path, name, options):
    Image.fromarray(COLOURS).save(tmp_path / name, **options)
    photo = read_photo(tmp_path / name)
    assert photo.dtype == np.uint8 and photo.shape == (48, 64, 3)
    assert np.abs(photo.astype(int) - COLOURS).mean() < 3


def test_gray_and_palette_photos_become_rgb(tmp_path):
    Image.fromarray(RAMP).save(tmp_path / "gray.png")
    Image.fromarray(COLOURS).quantize(256).save(tmp_path / "palette.png")
    assert (read_photo(tmp_path / "gray.png") == RAMP[..., None]).all()
    assert psnr(read_photo(tmp_path / "palette.png"), COLOURS) > 30


def test_transparency_is_laid_on_white(tmp_path):
    half = np.dstack([COLOURS, np.full_like(RAMP, 0)])
    half[:, 32:, 3] = 255
    Image.fromarray(half).save(tmp_path / "a.png")
    photo = read_photo(tmp_path / "a.png")
    assert (photo[:, :32] == 255).all() and (photo[:, 32:] == COLOURS[:, 32:]).all()


def test_a_transparent_palette_entry_is_white(tmp_path):
    Image.fromarray((RAMP > 100).astype(np.uint8)).convert("P").save(
        tmp_path / "a.png", transparency=1)
    photo = read_photo(tmp_path / "a.png")
    assert (photo[RAMP > 100] == 255).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits_are_scaled_not_clipped(tmp_path, channels):
    values = RAMP if channels == 1 else COLOURS
    stored = values if channels == 1 else values[..., ::-1]           # OpenCV writes BGR
    cv2.imwrite(str(tmp_path / "a.png"), stored.astype(np.uint16) * 257)
    expected = values[..., None] if channels == 1 else values
    assert np.abs(read_photo(tmp_path / "a.png").astype(int) - expected).max() <= 1


def test_cmyk_jpeg_is_converted(tmp_path):
    Image.fromarray(COLOURS).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert psnr(read_photo(tmp_path / "a.jpg"), COLOURS) > 25


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif"])
def test_exif_orientation_is_applied_once(tmp_path, name):
    exif = Image.Exif()
    exif[0x0112] = 6                                  # the camera was turned: rotate clockwise
    Image.fromarray(COLOURS).save(tmp_path / name, exif=exif)
    photo = read_photo(tmp_path / name)
    assert photo.shape == (64, 48, 3)
    assert psnr(photo, np.rot90(COLOURS, -1)) > 25


@pytest.mark.parametrize("exif", [
    b"Exif\0\0" + b"\xff" * 200, b"Exif\0\0MM\0*", b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01"])
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_damaged_exif_is_ignored(tmp_path, name, exif):
    options = {"quality": 95} if name == "a.jpg" else {"lossless": True}
    Image.fromarray(COLOURS).save(tmp_path / name, exif=exif, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert psnr(read_photo(tmp_path / name), COLOURS) > 30


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_is_turned_as_pillow_does(tmp_path, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    Image.fromarray(COLOURS).save(tmp_path / "a.png", exif=exif)
    with Image.open(tmp_path / "a.png") as image:
        assert (read_photo(tmp_path / "a.png") == np.asarray(ImageOps.exif_transpose(image))).all()


def test_a_float_photo_with_holes_is_read_without_a_warning(tmp_path):
    values = np.full((48, 64), np.nan, np.float32)
    values[:, 20:40], values[:, 40:] = 0.5, np.inf
    Image.fromarray(values).save(tmp_path / "a.tif")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        photo = read_photo(tmp_path / "a.tif")
    assert (photo[0, [0, 20, 40], 0] == (0, 127, 255)).all()


def test_a_damaged_tiff_is_one_line_and_its_decoder_is_quiet(tmp_path, capfd):
    noise = np.random.default_rng(0).integers(0, 255, (90, 160, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.tif", compression="tiff_lzw")
    content = bytearray((tmp_path / "a.tif").read_bytes())
    content[3_000:3_400] = bytes(400)
    (tmp_path / "a.tif").write_bytes(content)
    with pytest.raises(InputError, match="must be whole"):
        read_photo(tmp_path / "a.tif")
    assert capfd.readouterr() == ("", "")
    os.write(2, b"heard again")
    assert capfd.readouterr().err == "heard again"


@pytest.mark.parametrize("name", ["wide.jpg", "wide.png"])
def test_a_wide_panorama_is_read(tmp_path, name):
    Image.new("RGB", (30_000, 1_000), (10, 200, 30)).save(tmp_path / name)
    assert read_photo(tmp_path / name).shape == (1_000, 30_000, 3)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_a_very_large_photo_is_shrunk_while_it_is_read(tmp_path, name):
    Image.new("RGB", (8_000, 6_000), (10, 200, 30)).save(tmp_path / name)
    height, width, _ = read_photo(tmp_path / name).shape
    assert 1_920 <= height < 3_840 and width == pytest.approx(height * 4 / 3, rel=0.01)


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path):
    Image.new("1", (20_000, 10_000)).save(tmp_path / "a.png")
    with pytest.raises(InputError) as error, warnings.catch_warnings():
        warnings.simplefilter("error")
        read_photo(tmp_path / "a.png")
    assert one_line(error) and "megapixels" in str(error.value)


def bad_photo(kind, folder):
    path = folder / "bad.jpg"
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("not a photo")
    elif kind == "truncated":
        noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
        Image.fromarray(noise).save(path)
        path.write_bytes(path.read_bytes()[:3_000])
    elif kind == "folder":
        path.mkdir()
    elif kind == "1x1":
        Image.new("RGB", (1, 1)).save(path)
    elif kind == "thin":
        Image.new("RGB", (500, 15)).save(path)
    return path                                       # "missing" stays missing


@pytest.mark.parametrize("kind, said", [
    ("missing", "must exist"), ("empty", "0 bytes"), ("text", "must be an image"),
    ("truncated", "must be whole"), ("folder", "the folder"), ("1x1", "16x16"),
    ("thin", "500x15")])
def test_a_bad_photo_is_one_clear_line(tmp_path, kind, said):
    with pytest.raises(InputError, match=said) as error:
        read_photo(bad_photo(kind, tmp_path))
    assert one_line(error)


def test_a_truncated_png_is_refused_by_reading_though_its_header_is_fine(tmp_path):
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (99, 99, 3), np.uint8)).save(
        tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:9_000])
    check_photo(tmp_path / "a.png")
    with pytest.raises(InputError, match="must be whole"):
        read_photo(tmp_path / "a.png")


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


def test_a_variable_frame_rate_is_kept(video, tmp_path):
    ffmpeg("-i", video, "-vf", "select=not(eq(mod(n\\,3)\\,1))", "-fps_mode", "vfr",
           tmp_path / "vfr.mp4")
    seconds = [second for second, _ in iterate_frames(tmp_path / "vfr.mp4")]
    assert seconds == pytest.approx([0.0, 0.2, 0.3, 0.5, 0.6, 0.8, 0.9])


def test_rotation_is_honoured(video, tmp_path):
    ffmpeg("-display_rotation", "90", "-i", video, "-c", "copy", tmp_path / "turned.mp4")
    _, frame = next(iterate_frames(tmp_path / "turned.mp4"))
    assert frame.shape == (64, 48, 3)
    upright = clip(frames=1, height=48, width=64)[0]
    assert psnr(frame, np.rot90(upright)) > 30


def test_times_rise_in_a_stream_without_a_container(video, tmp_path):
    ffmpeg("-i", video, "-c", "copy", tmp_path / "bare.h264")
    seconds = [second for second, _ in iterate_frames(tmp_path / "bare.h264")]
    assert len(seconds) == 10 and (np.diff(seconds) > 0).all()


@pytest.mark.parametrize("content", [b"", b"no video", None, "cut", "sound"])
def test_a_bad_video_is_one_clear_line_and_stderr_stays_clean(
        tmp_path, video, content, capfd):
    path = tmp_path / "bad.mp4"
    if content == "cut":
        content = video.read_bytes()[:600]
    if content == "sound":
        ffmpeg("-f", "lavfi", "-i", "sine=duration=0.2", path)
    elif content is not None:
        path.write_bytes(content)
    capfd.readouterr()
    with pytest.raises(InputError, match="A video must") as error:
        next(iterate_frames(path))
    assert one_line(error)
    assert capfd.readouterr() == ("", "")


# Animations

@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_gif_and_webp_come_back(tmp_path, suffix, channels):
    write_animation(clip(channels), tmp_path / f"a{suffix}", fps=10)
    frames, info = read_back(tmp_path / f"a{suffix}")
    assert frames.shape == (6, 45, 80, 3)
    assert info["loop"] == 0                          # for ever
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
def test_mp4_plays_everywhere_and_pads_odd_sizes(tmp_path, channels):
    write_animation(clip(channels), tmp_path / "a.mp4", fps=10)
    seconds, frames = zip(*iterate_frames(tmp_path / "a.mp4"), strict=True)
    assert seconds == pytest.approx(np.arange(6) / 10)
    assert np.shape(frames) == (6, 46, 80, 3)
    assert psnr(np.stack(frames)[:, :45], clip(channels)) > 33
    told = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-i", tmp_path / "a.mp4"],
                          capture_output=True, text=True, check=False).stderr
    assert "h264" in told and "yuv420p" in told


@pytest.mark.parametrize("channels", [1, 3])
def test_npy_and_png_are_exact(tmp_path, channels):
    write_animation(clip(channels), tmp_path / "a.npy", fps=10)
    write_animation(clip(channels), tmp_path / "frames", fps=10)
    assert (np.load(tmp_path / "a.npy") == clip(channels)).all()
    files = sorted((tmp_path / "frames").iterdir())
    assert [file.name for file in files] == [f"{n:04}.png" for n in range(1, 7)]
    assert all((read_photo(file) == frame).all()
               for file, frame in zip(files, clip(channels), strict=True))


@pytest.mark.parametrize("name", FORMATS)
def test_an_older_animation_is_replaced_whole(tmp_path, name):
    path = tmp_path / f"a{FORMATS[name].suffix}"
    write_animation(clip(frames=9), path, fps=10)
    write_animation(clip(frames=4), path, fps=10)
    assert list(tmp_path.iterdir()) == [path]
    if name == "png":
        assert len(list(path.iterdir())) == 4


@pytest.mark.parametrize("name", ["a.avi", "missing/a.gif", "folder.gif", "notes"])
def test_an_unusable_target_is_one_clear_line(tmp_path, name):
    (tmp_path / "folder.gif").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("not to be lost")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="An animation") as error:
        write_animation(clip(), tmp_path / name, fps=10)
    assert one_line(error)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_format_and_a_suffix_must_agree(tmp_path):
    assert check_target(tmp_path / "A.GIF") == "gif"
    with pytest.raises(InputError):
        check_target(tmp_path / "a.mp4", "gif")


@pytest.mark.parametrize("name", ["gif", "mp4", "npy", "png", "webp"])
def test_a_full_disk_leaves_the_older_animation_and_nothing_else(tmp_path, name):
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    path = tmp_path / f"a{FORMATS[name].suffix}"
    write_animation(clip(), path, fps=10)
    older = sorted(tmp_path.rglob("*"))
    noise = np.random.default_rng(0).integers(0, 255, (8, 200, 200, 3), np.uint8)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))
    try:
        with pytest.raises(OSError) as error:
            write_animation(noise, path, fps=10)
        assert name != "npy" or error.value.errno == errno.EFBIG  # np.save tells none
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)
    assert sorted(tmp_path.rglob("*")) == older


@pytest.mark.parametrize("frames", [
    clip().astype(np.float32), clip()[0], clip()[:0], clip()[..., :2]])
def test_frames_of_another_kind_are_refused(tmp_path, frames):
    with pytest.raises(ValueError, match="frames must be uint8"):
        write_animation(frames, tmp_path / "a.gif", fps=10)
