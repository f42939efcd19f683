"""`scenegan animate` and animate.py as people call them."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from programs import ROOT, program

from scenegan.commands.cli import main
from scenegan.presets import SHIPPED

LOADING = "Loading the network ...\n"                 # said where no person looks on


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def error_line(result, status=1):
    """The single line on stderr of a command that failed."""
    assert result.exit_code == status, result.output
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("Error: ")
    return result.stderr


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
def test_a_bad_photo_among_several_is_told_and_the_rest_is_done(animate, here):
    noise = np.random.default_rng(0).integers(0, 255, (99, 99, 3), np.uint8)
    Image.fromarray(noise).save("cut.jpg")
    Path("cut.jpg").write_bytes(Path("cut.jpg").read_bytes()[:3_000])
    result = animate("gone.jpg", "beach.jpg", "cut.jpg", "lake.png")
    assert result.exit_code == 1
    first, second = result.stderr.replace(LOADING, "").splitlines()
    assert "gone.jpg" in first and "cut.jpg" in second
    assert files(here) == ["beach.gif", "beach.jpg", "cut.jpg", "lake.gif", "lake.png"]


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
def test_nothing_is_overwritten_unasked(animate):
    Path("beach.gif").write_text("older")
    for out in ("beach.gif", "."):
        assert "--overwrite" in error_line(animate("beach.jpg", "--out", out))
    assert Path("beach.gif").read_text() == "older"
    assert animate("beach.jpg", "--overwrite").exit_code == 0
    assert Path("beach.gif").read_bytes().startswith(b"GIF89a")


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
def test_a_photo_that_is_a_gif_is_kept(animate):
    Image.linear_gradient("L").save("photo.gif")
    before = Path("photo.gif").read_bytes()
    assert animate("photo.gif").exit_code == 0
    assert Path("photo.gif").read_bytes() == before and Path("photo-2.gif").exists()


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
    monkeypatch.setattr("rich.progress.Progress.update", lambda bar, task, **fields: seen.append(
        fields["note"]))
    assert animate("beach.jpg", "--out", "a.npy").exit_code == 0
    assert seen == ["Reading beach.jpg", "Loading the network", "Animating beach.jpg", ""]


# Mistakes

@pytest.mark.slow
@pytest.mark.parametrize("arguments, said", [
    (["gone.jpg"], "must exist"),
    (["https://example.org/sea.jpg"], "Download it first"),
    (["sub"], "must hold photos"),
    (["-", "lake.png"], "belongs to one photo"),
    (["beach.jpg", "--out", "-", "--variations", "2"], "takes one file"),
    (["beach.jpg", "--max-mb", "0.001"], "cannot be kept under 0.001 MB"),
    (["beach.jpg", "--out", "a.avi"], "must end in .gif"),
    (["beach.jpg", "--out", "loop"], "leads back"),
    (["beach.jpg", "--out", "loop/a.gif"], "leads back"),
    (["beach.jpg", "--out", "pipe.gif", "--overwrite"], "something else"),
    (["beach.jpg", "--moving", "gone.png"], "--moving must exist"),
    (["beach.jpg", "--moving", ""], "--moving must have a name"),
    (["beach.jpg", "--checkpoint", ""], "does not exist"),
    (["beach.jpg", "--checkpoint", "pipe.gif"], "the pipe"),
    (["pipe.gif", "--out", "a.gif"], "the pipe"),
    (["", "--out", "a.gif"], "must have a name"),
    (["beach.jpg", "--out", "gone/a.gif"], "does not exist"),
    (["beach.jpg", "--out", "gone/folder"], "Create the folder"),
    (["beach.jpg", "--out", "a.gif", "--format", "mp4"], "must agree"),
    (["beach.jpg", "lake.png", "--out", "a.gif"], "need a folder"),
    (["beach.jpg", "./sub/beach.png"], "different names"),
    (["beach.jpg", "--checkpoint", "gone.keras"], "gone.keras"),
    (["beach.jpg", "--checkpoint", "lake.png"], "lake.png")])
def test_a_mistake_is_one_line_and_leaves_nothing(animate, here, arguments, said):
    Path("loop").symlink_to("loop")
    Path("sub").mkdir()
    os.mkfifo("pipe.gif")
    before = files(here)
    result = animate(*arguments)
    assert result.exit_code == 1 and result.stderr.startswith(("Error: ", LOADING))
    assert said in result.stderr.replace(LOADING, "") and result.stderr.count("Error: ") == 1
    assert files(here) == before


@pytest.mark.slow
def test_an_animation_never_replaces_its_own_photo(animate):
    Image.linear_gradient("L").save("photo.gif")
    before = Path("photo.gif").read_bytes()
    assert "its photo" in error_line(animate("photo.gif", "--overwrite"))
    assert Path("photo.gif").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [
    [], ["beach.jpg", "--seed", "-1"], ["beach.jpg", "--seed", "x"], ["beach.jpg", "--fps", "0"],
    *(["beach.jpg", "--size", size] for size in ("0", "7", "100000", "x", "80x")),
    ["beach.jpg", "--width", "90"], ["beach.jpg", "--seconds", "0"],
    ["beach.jpg", "--fps", "60", "--format", "gif"],
    ["beach.jpg", "--seconds", "10000"], ["beach.jpg", "--direction", "up"],
    ["beach.jpg", "--direction", "nan"], ["beach.jpg", "--variations", "0"],
    ["beach.jpg", "--format", "avi"], ["beach.jpg", "--bogus"]])
def test_a_usage_error_has_status_two(animate, arguments):
    result = animate(*arguments)
    assert result.exit_code == 2
    assert ("180 left" in result.stderr) == (arguments[1:] == ["--direction", "up"])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="names must be text on this system")
@pytest.mark.parametrize("encoding, printed", [
    ("utf-8:strict", b"b\xff\xe2\x86\x92.gif"), ("latin-1:strict", b"b\xff\\u2192.gif")])
def test_a_name_that_is_no_text_is_printed(here, checkpoint, encoding, printed):
    name = os.fsdecode(b"b\xff\xe2\x86\x92")
    Path("beach.jpg").rename(f"{name}.jpg")
    result = subprocess.run(
        [sys.executable, ROOT / "animate.py", f"{name}.jpg", "--checkpoint", checkpoint, "--size",
         "network"], capture_output=True, check=False,
        env=os.environ | {"PYTHONIOENCODING": encoding})
    assert (result.returncode, result.stderr) == (0, LOADING.encode())
    assert result.stdout.startswith(printed + b": 32 frames, 40x23, ")
    assert Path(f"{name}.gif").exists()


def test_animate_py_says_one_line_for_a_bad_photo_and_nothing_else():
    result = program("animate.py", "gone.jpg")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1


@pytest.mark.slow
def test_animate_py_keeps_tensorflow_quiet(here, checkpoint):
    result = program("animate.py", str(here / "beach.jpg"), "--checkpoint", str(checkpoint),
                     "--out", str(here / "a.npy"))
    assert (result.returncode, result.stderr) == (0, LOADING)
    assert result.stdout == f"{here / 'a.npy'}: 32 frames, 40x23, 0.088 MB\n"
