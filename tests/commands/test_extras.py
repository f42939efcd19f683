"""Commands in an environment that lacks what an extra installs."""

import os
import shlex
from configparser import ConfigParser

import numpy as np
import pytest
from PIL import Image
from programs import ROOT, program

from scenegan.extras import EXTRAS

BLOCK = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
"""
KERAS = {"keras", "tensorflow", "jax", "torch"}


@pytest.fixture
def run(tmp_path):
    """A function that runs a command where some packages cannot be imported."""
    Image.fromarray(np.zeros((36, 64, 3), np.uint8)).save(tmp_path / "photo.png")
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "a.mp4").write_bytes(b"none")

    def call(command, names):
        (tmp_path / "sitecustomize.py").write_text(BLOCK.format(names=names))
        words = [word.replace("TMP", str(tmp_path)) for word in shlex.split(command)]
        return program(*words, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    return call


@pytest.mark.parametrize(("command", "names", "extra"), [
    ("train_stage.py --stage 1 --data TMP", KERAS, "train"),
    ("-m scenegan evaluate --data TMP", KERAS, "train"),
    ("-m scenegan train segmenter --data TMP", KERAS, "train"),
    ("-m scenegan export checkpoints/stage2.keras --out TMP/a.onnx", KERAS, "train"),
    ("animate.py TMP/photo.png --out TMP/a.gif --checkpoint checkpoints/stage1.keras", KERAS,
     "train"),
    ("-m scenegan data clips TMP/videos --out TMP/clips", {"scenedetect", "imagehash"}, "data"),
    ("-m scenegan data search --web waves --out TMP/web", {"yt_dlp"}, "data"),
])
def test_what_is_missing_is_said_in_one_line(run, command, names, extra):
    done = run(command, names)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    line = done.stderr.splitlines()[-1]
    assert line.startswith("Error: ") and f"scenegan[{extra}]" in line, done.stderr


def test_extras_hold_what_they_are_said_to():
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    packages = {"scenedetect": "scenedetect-headless", "sklearn": "scikit-learn",
                "yt_dlp": "yt-dlp"}
    for name, (_, extra) in EXTRAS.items():
        assert f"\n{packages.get(name, name)}>=" in extras[extra], name


