"""Mistakes in `scenegan animate`: one line, nothing left, nothing replaced."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from animate_command import LOADING, error_line, files
from PIL import Image
from programs import ROOT, program


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
def test_nothing_is_overwritten_unasked(animate):
    Path("beach.gif").write_text("older")
    for out in ("beach.gif", "."):
        assert "--overwrite" in error_line(animate("beach.jpg", "--out", out))
    assert Path("beach.gif").read_text() == "older"
    assert animate("beach.jpg", "--overwrite").exit_code == 0
    assert Path("beach.gif").read_bytes().startswith(b"GIF89a")


@pytest.mark.slow
def test_a_photo_that_is_a_gif_is_kept(animate):
    Image.linear_gradient("L").save("photo.gif")
    before = Path("photo.gif").read_bytes()
    assert animate("photo.gif").exit_code == 0
    assert Path("photo.gif").read_bytes() == before and Path("photo-2.gif").exists()


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
