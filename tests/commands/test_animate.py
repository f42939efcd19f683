"""`scenegan animate` and animate.py as people call them."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from animate_command import LOADING, error_line, files
from click.testing import CliRunner
from PIL import Image
from programs import program

from scenegan.commands.cli import main
from scenegan.presets import SHIPPED

# Outputs

@pytest.mark.slow
def test_one_photo_becomes_a_gif_here(animate, here):
    result = animate("beach.jpg")
    assert result.exit_code == 0, result.output
    assert re.fullmatch(r"beach.gif: 32 frames, 40x23, 0.0\d+ MB\n", result.stdout)
    assert result.stderr == LOADING
    with Image.open("beach.gif") as image:
        assert image.size == (40, 23) and image.info["loop"] == 0
    assert files(here) == ["beach.gif", "beach.jpg", "lake.png"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["waves.gif", "waves.mp4", "waves.webp", "waves.webm",
                                  "waves.avif", "waves.apng"])
def test_the_suffix_of_out_is_the_format(animate, here, name):
    assert animate("beach.jpg", "--out", name).exit_code == 0
    assert name in files(here)


@pytest.mark.slow
def test_npy_is_the_networks_own_clip_unless_a_size_is_asked_for(animate, checkpoint):
    plain = ["animate", "beach.jpg", "--checkpoint", str(checkpoint), "--format", "npy"]
    for more, shape in (([], (32, 23, 40, 3)),
                        (["--size", "64x36", "--seconds", "1"], (15, 36, 64, 3))):
        assert CliRunner().invoke(main, [*plain, *more, "--overwrite"]).exit_code == 0
        raw = np.load("beach.npy")
        assert raw.shape == shape and raw.dtype == np.uint8


@pytest.mark.slow
def test_png_is_a_folder_of_frames(animate, here):
    assert animate("beach.jpg", "--format", "png").exit_code == 0
    assert len(list((here / "beach").glob("*.png"))) == 32


@pytest.mark.slow
def test_a_seed_is_reproducible_and_zero_by_default(animate):
    for out, seed in (("a.npy", []), ("b.npy", ["--seed", 0]), ("c.npy", ["--seed", 1])):
        assert animate("beach.jpg", "--out", out, *seed).exit_code == 0
    assert (np.load("a.npy") == np.load("b.npy")).all()
    assert (np.load("a.npy") != np.load("c.npy")).any()


@pytest.mark.slow
def test_several_photos_go_into_a_folder(animate, here):
    result = animate("beach.jpg", "lake.png", "--out", "moving", "--format", "webp")
    assert result.exit_code == 0 and result.stdout.count("\n") == 2
    assert files(here) == ["beach.jpg", "lake.png", "moving/beach.webp", "moving/lake.webp"]


@pytest.mark.slow
def test_what_may_move_is_a_picture_of_one_photo(animate, here):
    Image.new("L", (256, 256)).save("still.png")
    animate("beach.jpg", "--moving", "still.png", "--out", "a.npy")
    frames = np.load("a.npy")
    assert (frames == frames[:1]).all()
    assert "one photo" in error_line(animate("beach.jpg", "lake.png", "--moving", "still.png"))
    Image.new("L", (256, 100)).save("wide.png")
    assert "256x100" in error_line(animate("beach.jpg", "--moving", "wide.png"))
    Image.new("L", (256, 256), 255).save("white.png")
    assert "all white" in error_line(animate("beach.jpg", "--moving", "white.png"))
    Image.new("L", (256, 256)).save("beach.webp")
    assert "not replace" in error_line(animate("beach.jpg", "--moving", "beach.webp", "--format",
                                               "webp", "--overwrite"))
    assert "nothing.png" in error_line(animate("beach.jpg", "--moving", "nothing.png"))


@pytest.mark.slow
def test_without_out_a_name_that_exists_is_numbered(animate, here):
    for name in ("beach.gif", "beach-2.gif"):
        Path(name).write_text("older")
    Path("lake.gif").symlink_to("lake.gif")           # a loop, which does not count as existing
    Image.linear_gradient("L").save("lake-2.png")     # its own animation is lake-2.gif
    result = animate("beach.jpg", "lake.png", "lake-2.png")
    assert result.exit_code == 0, result.output
    lines = [re.sub(r", [\d.]+ MB", "", line) for line in result.stdout.splitlines()]
    assert lines == ["beach-3.gif: 32 frames, 40x23 (beach.gif exists)",
                     "lake-3.gif: 32 frames, 40x23 (lake.gif exists)",
                     "lake-2.gif: 32 frames, 40x23"]
    assert Path("beach.gif").read_text() == Path("beach-2.gif").read_text() == "older"
    assert Path("lake.gif").is_symlink()


@pytest.mark.slow
def test_variations_are_files_and_a_sheet(animate, here):
    result = animate("beach.jpg", "--variations", "2", "--format", "npy", "--seed", "3")
    assert result.exit_code == 0, result.output
    assert {"beach-1.npy", "beach-2.npy", "beach-sheet.png"} <= set(files(here))
    assert (np.load("beach-1.npy") != np.load("beach-2.npy")).any()
    animate("beach.jpg", "--out", "alone.npy", "--seed", "4")
    assert (np.load("alone.npy") == np.load("beach-2.npy")).all()
    with Image.open("beach-sheet.png") as sheet:
        assert sheet.size == (4 * 44 - 4, 2 * 27 - 4)          # four frames of 40x23, two rows
    assert "exists" in error_line(animate("beach.jpg", "--variations", "2", "--format", "npy"))


@pytest.mark.slow
def test_standard_input_and_output(here, checkpoint):
    arguments = ["animate", "-", "--out", "-", "--format", "gif", "--size", "network",
                 "--checkpoint", str(checkpoint)]
    result = CliRunner().invoke(main, arguments, input=Path("beach.jpg").read_bytes())
    assert result.exit_code == 0, result.stderr
    with Image.open(io.BytesIO(result.stdout_bytes)) as image:
        assert (image.format, image.n_frames, image.size) == ("GIF", 32, (40, 23))
    assert "standard output: 32 frames" in result.stderr
    empty = CliRunner().invoke(main, arguments, input=b"")
    assert empty.exit_code == 1 and "standard input" in empty.stderr and not empty.stdout_bytes


@pytest.mark.slow
def test_a_folder_of_photos_and_nothing_of_their_exif(animate, here):
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (60.0, 10.0, 24.9)               # latitude
    exif[0x0110] = "camera of somebody"
    (here / "trip").mkdir()
    with Image.open("beach.jpg") as photo:
        photo.save("trip/one.jpg", exif=exif)
    Path("trip/two.png").write_bytes(b"no photo")
    for format in ("gif", "webp", "avif", "apng", "mp4", "png"):
        result = animate("trip", "--out", "moving", "--format", format, "--seconds", "0.2")
        assert result.exit_code == 1 and "two.png" in result.stderr, result.output
    written = [path for path in (here / "moving").rglob("*") if path.is_file()]
    assert len(written) == 5 + 3
    for path in written:
        assert not [
            word for word in (b"camera of", b"Exif", b"eXIf") if word in path.read_bytes()]
        if path.suffix not in (".mp4",):
            with Image.open(path) as image:
                assert not image.getexif() and not image.getexif().get_ifd(0x8825)


@pytest.mark.slow
def test_a_file_is_kept_under_its_megabytes(animate, here):
    noise = np.random.default_rng(0).integers(0, 255, (90, 160, 3), np.uint8)
    Image.fromarray(noise).save("noise.png")
    animate("noise.png", "--out", "best.mp4")
    most = (here / "best.mp4").stat().st_size / 2e6
    assert animate("noise.png", "--out", "less.mp4", "--max-mb", str(most)).exit_code == 0
    assert 0 < (here / "less.mp4").stat().st_size <= most * 1e6


@pytest.mark.slow
def test_shipped_checkpoints_have_names_everywhere(here):
    for name, size in (("gray/stage1", (23, 40, 1)), ("gray", (45, 80, 1))):
        result = CliRunner().invoke(main, ["animate", "beach.jpg", "--checkpoint", name,
                                           "--out", "a.npy", "--overwrite"])
        assert result.exit_code == 0, result.output
        assert np.load("a.npy").shape == (32, *size)
    listed = CliRunner().invoke(main, ["animate", "--help"]).output
    unknown = error_line(CliRunner().invoke(main, ["animate", "beach.jpg", "--checkpoint", "grey"]))
    assert all(name in text for name in SHIPPED for text in (" ".join(listed.split()), unknown))


@pytest.mark.slow
def test_a_file_comes_before_a_shipped_name(animate, here):
    Path("gray").write_bytes(b"not a network")
    assert "whole .keras file" in error_line(animate("beach.jpg", "--checkpoint", "gray"))


@pytest.mark.slow
def test_a_person_is_told_what_is_being_done(animate, monkeypatch):
    seen = []
    monkeypatch.setattr("scenegan.commands.animate_each.is_watched", lambda: True)
    monkeypatch.setattr("rich.progress.Progress.update", lambda bar, task, **fields: seen.append(
        fields["note"]))
    assert animate("beach.jpg", "--out", "a.npy").exit_code == 0
    assert seen == ["Reading beach.jpg", "Loading the network", "Animating beach.jpg", ""]


@pytest.mark.slow
def test_animate_py_keeps_tensorflow_quiet(here, checkpoint):
    result = program("animate.py", str(here / "beach.jpg"), "--checkpoint", str(checkpoint),
                     "--out", str(here / "a.npy"))
    assert (result.returncode, result.stderr) == (0, LOADING)
    assert result.stdout == f"{here / 'a.npy'}: 32 frames, 40x23, 0.088 MB\n"
