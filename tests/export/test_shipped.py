"""The .onnx files that ship belong to the networks that ship."""

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from scenegan.animation.animate import animate
from scenegan.animation.predictors import load_predictor

pytestmark = pytest.mark.slow          # Keras
ROOT = Path(__file__).parents[2]


def test_what_ships_animates_as_keras_does(photo):
    expected, clip = (animate(photo, seed=0, size=160, seconds=0.5, generator=load_predictor(
        ROOT / "checkpoints" / f"stage2{suffix}")) for suffix in (".keras", ".onnx"))
    different = np.abs(expected.astype(int) - clip)
    assert (different > 1).mean() < 1e-5 and different.max() <= 3
    assert np.abs(expected.astype(int) - expected[:1]).max() > 20


def test_shipped_files_come_from_the_networks_beside_them():
    for path in (ROOT / "checkpoints").glob("*.onnx"):
        about = onnxruntime.InferenceSession(path).get_modelmeta().custom_metadata_map
        digest = hashlib.sha256(path.with_suffix(".keras").read_bytes()).hexdigest()
        assert about["keras_sha256"] == digest, f"scenegan export {path.with_suffix('.keras')}"
        assert about["licence"] == "MIT"
