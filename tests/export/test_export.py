"""Exported networks, each run by its own runtime, beside Keras."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from click.testing import CliRunner
from exported_networks import build_displacement, build_velocity, export, in_keras, inputs_for
from onnx import numpy_helper
from PIL import Image
from tiny_stages import shake

from scenegan.animation.animate import animate, show_mask
from scenegan.animation.keras_predictor import wrap
from scenegan.animation.predictors import load_predictor
from scenegan.checkpoints import load_generator
from scenegan.commands.cli import main
from scenegan.errors import InputError
from scenegan.export import formats, onnx_graph
from scenegan.export.networks import round_weights

pytestmark = pytest.mark.slow          # Keras

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "checkpoints" / "segmenter.keras"
CLOSE = 1e-3
KINDS = ["velocity", "displacement", "segmenter"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Networks of each kind: the generators are tiny, 40x23 from 20x12, the segmenter ships."""
    folder = tmp_path_factory.mktemp("run")
    for name, build in {"velocity": build_velocity, "displacement": build_displacement}.items():
        model = build()
        shake(model)
        model.save(folder / f"{name}.keras")
    shutil.copy(SHIPPED, folder)
    round_weights(folder / "velocity.keras")
    export(folder / "displacement.keras", folder / "segmenter.keras", "--weights", "float32")
    export(folder / "velocity.keras", "--weights", "float32", "--clip", "--licence", "MIT")
    return folder


@pytest.mark.parametrize("name", KINDS)
def test_onnx_runtime_agrees_with_keras(folder, photo, name):
    inputs, expected = in_keras(folder / f"{name}.keras", photo)
    session = onnxruntime.InferenceSession(folder / f"{name}.onnx")
    assert {port.name for port in session.get_inputs()} == inputs.keys()
    twice = {key: np.concatenate([value, value]) for key, value in inputs.items()}
    for given in (inputs, twice):
        outputs = session.run(list(expected), given)
        for output, (key, value) in zip(outputs, expected.items(), strict=True):
            np.testing.assert_allclose(output[:1], value, atol=CLOSE, err_msg=key)
            assert np.abs(value).max() > 1e-3, key


@pytest.mark.parametrize("name", ["velocity", "segmenter"])
def test_litert_agrees_with_keras(folder, photo, name):
    litert = pytest.importorskip("ai_edge_litert.interpreter")
    if tuple(map(int, keras.__version__.split(".")[:2])) < (3, 13):
        pytest.skip("Keras writes LiteRT from 3.13 on")
    path = folder / f"{name}.tflite"
    export(folder / f"{name}.keras", "--format", "litert")
    inputs, expected = in_keras(folder / f"{name}.keras", photo)
    interpreter = litert.Interpreter(str(path))
    outputs = interpreter.get_signature_runner()(**inputs)
    for key, value in expected.items():
        np.testing.assert_allclose(outputs[key], value, atol=CLOSE, err_msg=key)


def test_a_keras_that_writes_no_litert_is_one_line(tmp_path):
    def export(*_, **options):
        raise ValueError(f"Unrecognized format={options['format']}. Supported formats are: ...")

    old = SimpleNamespace(model=SimpleNamespace(export=export, inputs=[], input=[]))
    with pytest.raises(InputError, match="needs Keras 3.13"):
        formats.write(old, tmp_path / "a.tflite", "litert")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["velocity", "segmenter"])
def test_a_saved_model_agrees_with_keras(folder, photo, name):
    import tensorflow as tf
    export(folder / f"{name}.keras", "--format", "savedmodel", "--out", folder / f"{name}-saved")
    inputs, expected = in_keras(folder / f"{name}.keras", photo)
    serve = tf.saved_model.load(folder / f"{name}-saved").signatures["serve"]
    outputs = serve(**{key: tf.constant(value) for key, value in inputs.items()})
    for key, value in expected.items():
        np.testing.assert_allclose(outputs[key], value, atol=CLOSE, err_msg=key)


@pytest.fixture(scope="module")
def half(folder, tmp_path_factory):
    """The .onnx files alone, the velocity network's with weights in float16."""
    half = tmp_path_factory.mktemp("half")
    for name in KINDS:
        model = onnx.load(folder / f"{name}.onnx")
        if name == "velocity":
            onnx_graph.halve(model)
        onnx.save(model, half / f"{name}.onnx")
    return half


@pytest.mark.parametrize("name", ["velocity", "displacement"])
def test_an_animation_is_the_same_to_a_gray_level(folder, half, photo, name):
    keras, light = (load_predictor(path) for path in (
        folder / f"{name}.keras", half / f"{name}.onnx"))
    white = np.full_like(photo, 255)
    for moving in (None, white):
        expected, clip = (animate(photo, seed=3, generator=predictor, size=160, seconds=1,
                                  moving=moving) for predictor in (keras, light))
        different = np.abs(expected.astype(int) - clip) > 1      # where a mask's threshold lies
        assert different.mean() < 1e-3
    assert np.abs(expected.astype(int) - expected[:1]).max() > 20
    assert np.abs(show_mask(photo, generator=keras).astype(int)
                  - show_mask(photo, generator=light)).mean() < 0.1


def test_a_file_says_what_it_is(folder, half):
    file = half / "velocity.onnx"
    about = onnxruntime.InferenceSession(file).get_modelmeta().custom_metadata_map
    digest = hashlib.sha256((folder / "velocity.keras").read_bytes()).hexdigest()
    assert about == {"kind": "velocity", "version": "0.1.0", "stage": "2", "height": "23",
                     "width": "40", "channels": "3", "frames": "8", "licence": "MIT",
                     "keras_sha256": digest}
    assert file.stat().st_size < 0.8 * (folder / "velocity.onnx").stat().st_size
    weights = [numpy_helper.to_array(tensor) for tensor in onnx.load(file).graph.initializer]
    assert not [w.shape for w in weights if w.dtype == np.float32 and w.size >= 64]


def test_light_animation_imports_no_keras(half, photo, tmp_path):
    Image.fromarray(photo).save(tmp_path / "photo.png")
    code = ("import sys; from scenegan.commands.cli import main\n"
            f"main(['animate', 'photo.png', '--checkpoint', {str(half / 'velocity.onnx')!r}, "
            "'--out', 'a.npy'], standalone_mode=False)\n"
            "print(*{'keras', 'tensorflow', 'jax', 'torch', 'onnx'} & set(sys.modules))")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "" and len(np.load(tmp_path / "a.npy")) == 8


def changed(path, target, **metadata):
    """A copy of a file that says something else of itself."""
    model = onnx.load(path)
    for entry in model.metadata_props:
        entry.value = metadata.get(entry.key, entry.value)
    onnx.save(model, target)


def with_weights_elsewhere(path, target):
    model = onnx.load(path)
    onnx.save(model, target, save_as_external_data=True, location="elsewhere.bin")


SPOILT = {
    "damaged": lambda path, target: target.write_bytes(path.read_bytes()[:5000]),
    "empty": lambda path, target: target.write_bytes(b""),
    "text": lambda path, target: target.write_text("a generator"),
    "other kind": lambda path, target: changed(path, target, kind="segmenter"),
    "unknown kind": lambda path, target: changed(path, target, kind="table"),
    "size": lambda path, target: changed(path, target, width="41"),
    "no number": lambda path, target: changed(path, target, width=json.dumps("wide")),
    "huge": lambda path, target: changed(path, target, frames="99999999"),
    "elsewhere": with_weights_elsewhere,
}


@pytest.mark.parametrize("kind", SPOILT)
def test_another_file_is_one_line(half, tmp_path, photo, kind):
    Image.fromarray(photo).save(tmp_path / "photo.png")
    (tmp_path / "deep").mkdir()
    target = tmp_path / "deep" / "velocity.onnx"
    SPOILT[kind](half / "velocity.onnx", target)
    result = CliRunner().invoke(main, ["animate", str(tmp_path / "photo.png"), "--checkpoint",
                                       str(target), "--out", str(tmp_path / "a.gif")])
    assert result.exit_code == 1 and "checkpoint must" in result.stderr, result.output
    assert result.stderr.count("Error: ") == 1 and len(result.stderr.splitlines()) <= 2
    assert not (tmp_path / "a.gif").exists()


@pytest.mark.parametrize(("arguments", "said"), [
    (["velocity.keras"], "exists"), (["gone.keras"], "does not exist"),
    (["velocity.keras", "--out", "a.bin"], "must end in .onnx"),
    (["velocity.keras", "--format", "savedmodel", "--out", "a.onnx"], "no suffix"),
    (["displacement.keras", "--clip", "--out", "a.onnx"], "older kind"),
    (["velocity.keras", "segmenter.keras", "--out", "a.onnx"], "one network"),
    (["velocity.onnx", "--out", "a.onnx"], "whole .keras file"), (["."], "must hold a generator"),
])
def test_what_cannot_be_exported_is_one_line(folder, monkeypatch, arguments, said):
    monkeypatch.chdir(folder)
    before = sorted(folder.iterdir())
    result = CliRunner().invoke(main, ["export", *arguments])
    assert result.exit_code == 1 and said in result.stderr, result.output
    assert len(result.stderr.splitlines()) == 1 and sorted(folder.iterdir()) == before


def test_a_generator_of_velocities_can_tell_its_clip(folder, photo):
    generator = load_generator(folder / "velocity.keras")
    inputs = inputs_for(generator, photo)
    expected = generator(inputs, training=False)
    session = onnxruntime.InferenceSession(folder / "velocity.onnx")
    for name in ("fields", "displacement", "clip"):
        output, = session.run([name], inputs)
        np.testing.assert_allclose(output, expected[name], atol=CLOSE, err_msg=name)


def test_what_was_wrapped_is_loaded(folder, photo):
    generator = load_generator(folder / "velocity.keras")
    clip = animate(photo, seed=1, generator=wrap(generator), size="network")
    assert clip.shape[1:] == (23, 40, 3)
