"""Networks and states that come from elsewhere: damaged, swollen, or others than they should be."""

import io
import struct
import zipfile

import keras
import numpy as np
import pytest
from keras import layers
from tiny_stages import tiny_stage

from scenegan import checkpoints
from scenegan.checkpoints import model_files
from scenegan.errors import InputError
from scenegan.files import archives
from scenegan.models.critics import Unused
from scenegan.models.discriminator import build_discriminator, build_motion_reader
from scenegan.models.generator import build_generator
from scenegan.specs import NOISE_SIZE
from scenegan.training.run import states

pytestmark = pytest.mark.slow          # Keras

ENTRY, NAME = b"PK\1\2", 46                           # of a zip file's directory: start, name


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with the three networks of a tiny stage."""
    folder = tmp_path_factory.mktemp("run")
    for name, build in (("generator", build_generator), ("discriminator", build_discriminator),
                        ("reader", build_motion_reader)):
        build(tiny_stage(1)).save(folder / f"{name}.keras")
    return folder


def refused(path, load=checkpoints.load_generator):
    with pytest.raises(InputError) as error:
        load(path)
    assert "Received: " in str(error.value) and "\n" not in str(error.value)
    return str(error.value)


def patch(content, offset, values):
    """A zip file with other bytes in the last entry of its directory."""
    start = content.rindex(ENTRY) + offset
    return content[:start] + values + content[start + len(values):]


# The directory of the file

@pytest.mark.parametrize("offset, values", [
    (6, struct.pack("<H", 99)),                       # a version that zipfile does not know
    (8, struct.pack("<H", 0x801)),                    # enciphered
    (NAME, b"\xff\xfe"),                              # a name that is no text
    (10, struct.pack("<H", 77)),                      # an unknown compression
    (42, b"\xff\xff\xff\x7f"),                        # a place beyond the end
    (20, bytes(8)), (0, b"no")])
def test_a_damaged_directory_is_one_line(run, tmp_path, offset, values):
    content = (run / "generator.keras").read_bytes()
    if offset == NAME:
        content = patch(content, 8, struct.pack("<H", 0x800))
    (tmp_path / "a.keras").write_bytes(patch(content, offset, values))
    assert "whole .keras file" in refused(tmp_path / "a.keras")


@pytest.mark.parametrize("members", [
    {}, {"config.json": "{}"}, {"config.json": "[" * 9_000, "model.weights.h5": model_files.HDF5},
    {"config.json": "{}", "model.weights.h5": bytes(1_000)}])
def test_an_archive_of_something_else_is_one_line(tmp_path, members):
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    refused(tmp_path / "a.keras")


# Sizes

def test_what_unpacks_to_more_than_its_size_explains_is_not_unpacked(run, tmp_path, monkeypatch):
    content = (run / "generator.keras").read_bytes()
    (tmp_path / "a.keras").write_bytes(patch(content, 24, struct.pack("<I", 1 << 29)))
    monkeypatch.setattr(zipfile.ZipFile, "open", None)             # would be called to read
    assert "537 MB" in refused(tmp_path / "a.keras")


def test_a_vast_description_is_refused_before_it_is_read(run, tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as file:
        file.writestr("config.json", "{}" + " " * (model_files.LARGEST_CONFIG + 1))
        file.writestr("padding", np.random.default_rng(0).bytes(1 << 20))
    monkeypatch.setattr(keras.saving, "load_model", None)
    assert "whole .keras file" in refused(tmp_path / "a.keras")


def test_the_sizes_of_an_honest_archive_are_told(run):
    sizes = archives.sizes(run / "generator.keras", model_files.LARGEST)
    assert set(sizes) == {"metadata.json", "config.json", "model.weights.h5"}
    assert sum(sizes.values()) <= (run / "generator.keras").stat().st_size
    assert archives.beginning(run / "generator.keras", "none", 4) == b""


def swollen_state(path, kind):
    """A training state that declares far more than it holds."""
    if kind == "member":
        states.save_state(path, {"a": [keras.Variable(np.zeros(3, np.float32))]}, step=1)
        path.write_bytes(patch(path.read_bytes(), 24, struct.pack("<I", 1 << 30)))
    elif kind == "zeros":
        np.savez_compressed(path, **{"a/0": np.zeros(1 << 25, np.uint8)}, step=1)
    else:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            header, {"descr": "<f4", "fortran_order": False, "shape": (1 << 45,)})
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("a/0.npy", header.getvalue() + bytes(12))


@pytest.mark.parametrize("kind", ["member", "zeros", "header"])
def test_a_swollen_state_is_damaged(tmp_path, kind):
    swollen_state(tmp_path / "a.npz", kind)
    variable = keras.Variable(np.ones(3, np.float32))
    with pytest.raises(states.DamagedState, match="whole .npz file"):
        states.load_state(tmp_path / "a.npz", {"a": [variable]})
    assert (np.asarray(variable) == 1).all()


# Weights and kinds

@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["generator", "discriminator"])
def test_weights_that_are_no_finite_numbers_are_refused(run, tmp_path, name, value):
    model = checkpoints.load_model(run / f"{name}.keras")
    weights = model.get_weights()
    weights[3].flat[0] = value
    model.set_weights(weights)
    model.save(tmp_path / "a.keras")
    assert "finite" in refused(tmp_path / "a.keras", checkpoints.load_model)


def impostor(noise=NOISE_SIZE, frames=8):
    """A model with a generator's names and other layers."""
    inputs = [keras.Input((12, 20, 3), name="photo"), keras.Input((noise,), name="noise")]
    x = Unused()(layers.Reshape((1, 12, 20, 3), name="motion")(inputs[0]), inputs[1])
    for name in ("features", "raw", "gate"):
        x = layers.Identity(name=name)(x)
    x = layers.ZeroPadding3D(((0, frames - 1), (0, 0), (0, 0)), name="compositor")(x)
    return keras.Model(inputs, x)


def test_names_alone_make_no_generator(tmp_path):
    impostor().save(tmp_path / "a.keras")
    assert "another kind" in refused(tmp_path / "a.keras")


@pytest.mark.parametrize("name", ["discriminator", "reader"])
def test_another_network_is_no_generator(run, name):
    assert "another kind" in refused(run / f"{name}.keras")


@pytest.mark.parametrize("places", [
    ("generator", "reader"), ("discriminator", "generator"), ("reader", "discriminator")])
def test_networks_in_each_others_places_are_refused(run, places):
    generator = checkpoints.load_generator(run / "generator.keras")
    said = refused(places, lambda names: checkpoints.load_critics(
        {name: run / f"{place}.keras" for name, place in zip(
            ("discriminator", "reader"), names, strict=True)}, generator))
    assert "another kind" in said


def test_the_networks_of_another_size_are_refused(run, tmp_path):
    generator = checkpoints.load_generator(run / "generator.keras")
    paths = {name: run / f"{name}.keras" for name in ("discriminator", "reader")}
    loaded = checkpoints.load_critics(paths, generator)
    assert {name: len(model.inputs) for name, model in loaded.items()} == {
        "discriminator": 3, "reader": 2}
    build_generator(tiny_stage(1, 1)).save(tmp_path / "gray.keras")
    gray = checkpoints.load_generator(tmp_path / "gray.keras")
    refused(None, lambda _: checkpoints.load_critics(paths, gray))


def test_saved_network_is_read_by_the_keras_of_python_3_10(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    checkpoints.save_model(model, tmp_path / "network.keras")
    with zipfile.ZipFile(tmp_path / "network.keras") as file:
        text = file.read("config.json").decode()
    assert "GlorotUniform" in text
    assert not any(key in text for key in ("input_axes", "output_axes", "quantization_config"))
    loaded = checkpoints.load_model(tmp_path / "network.keras")
    photo = np.ones((1, 3), np.float32)
    assert np.array_equal(loaded(photo), model(photo))


def test_network_of_a_newer_keras_is_loaded(tmp_path, monkeypatch):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    path = tmp_path / "network.keras"
    model.save(path)
    add_newer_key(path)
    load = keras.saving.load_model

    def load_as_an_older_keras(path, **options):
        with zipfile.ZipFile(path) as file:
            if b"input_axes" in file.read("config.json"):
                raise TypeError("__init__() got an unexpected keyword argument 'input_axes'")
        return load(path, **options)
    monkeypatch.setattr(keras.saving, "load_model", load_as_an_older_keras)
    before = path.read_bytes()
    photo = np.ones((1, 3), np.float32)
    assert np.array_equal(checkpoints.load_model(path)(photo), model(photo))
    assert path.read_bytes() == before


def add_newer_key(path):
    """Write an initializer as Keras 3.15 does, with whichever Keras is installed."""
    with zipfile.ZipFile(path) as file:
        parts = {info: file.read(info) for info in file.infolist()}
    with zipfile.ZipFile(path, "w") as file:
        for info, content in parts.items():
            if info.filename == "config.json" and b"input_axes" not in content:
                content = content.replace(b'{"seed": null}', b'{"seed": null, "input_axes": null}')
            file.writestr(info, content)
