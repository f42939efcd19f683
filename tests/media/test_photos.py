"""Photos of every kind come in as a person would see them."""

import os
import sys
import warnings

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps
from sample_animations import COLOURS, RAMP, one_line, psnr

from scenegan.errors import InputError
from scenegan.media.photos import check_photo, read_photo

# Photos

@pytest.mark.parametrize("name, options", [
    ("a.png", {}), ("a.jpg", {"quality": 95, "subsampling": 0}), ("a.webp", {"lossless": True}),
    ("a.bmp", {}), ("a.tif", {})])
def test_rgb_photo_keeps_its_pixels(tmp_path, name, options):
    Image.fromarray(COLOURS).save(tmp_path / name, **options)
    photo = read_photo(tmp_path / name)
    assert photo.dtype == np.uint8 and photo.shape == (48, 64, 3)
    assert np.abs(photo.astype(int) - COLOURS).mean() < 3


def test_heic_from_a_phone_is_read(tmp_path, monkeypatch):
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.fromarray(COLOURS)).save(tmp_path / "a.heic", quality=95)
    assert psnr(read_photo(tmp_path / "a.heic"), COLOURS) > 30
    monkeypatch.setitem(sys.modules, "pillow_heif", None)      # as if it were not installed
    with pytest.raises(InputError, match=r"\(in a clone: pip .*\.\[heif\]") as error:
        read_photo(tmp_path / "a.heic")
    assert one_line(error)


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
