"""What a .keras file may name, before Keras reads it."""

import json
import zipfile
from pathlib import Path

import pytest

from scenegan.files.keras_files import unknown_class

ROOT = Path(__file__).parents[2]


def write(path, *named):
    """A description that holds classes, the last one in the depth of a list."""
    classes = [{"module": module, "class_name": name, "config": {}} for module, name in named]
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", json.dumps(
            {"config": {"layers": classes[:-1], "a": [[{"b": classes[-1]}]]}}))
    return path


@pytest.mark.parametrize(("module", "name"), [
    ("keras.layers", "Lambda"), ("keras.layers", "TFSMLayer"), ("keras.layers", "JaxLayer"),
    ("keras.layers", "TorchModuleWrapper"), ("keras.utils", "get_file"), (None, "__lambda__"),
    ("keras.config", "enable_unsafe_deserialization"), ("builtins", "eval"), ("os", "system"),
    ("scenegan", "x"), ("keras.layers", "StringLookup"),
    ("keras.layers", "Dense\n"), ("keras.src.layers", "Lambda"), ("keras", 5)])
def test_a_class_of_no_network_is_found(tmp_path, module, name):
    assert unknown_class(write(tmp_path / "a.keras", ("keras.layers", "Dense"), (module, name)))


def test_the_shipped_networks_name_known_classes():
    paths = sorted((ROOT / "checkpoints").rglob("*.keras"))
    assert len(paths) > 4 and not any(map(unknown_class, paths))
