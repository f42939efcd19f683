"""The .keras format across the versions of Keras."""

import json
import re
import zipfile

# Keys that Keras 3.13 and later write, which those before (the last for Python 3.10) refuse.
NEWER = frozenset({"input_axes", "output_axes", "quantization_config"})


# What only TensorFlow takes, while it trains on several devices.
ONLY_TRAINING = {"synchronized": False}


def make_portable(path):
    """Leave out of a .keras file what an older Keras or another backend refuses.

    Nothing that a network computes depends on it.
    """
    with zipfile.ZipFile(path) as file:
        parts = {info: file.read(info) for info in file.infolist()}
    with zipfile.ZipFile(path, "w") as file:
        for info, content in parts.items():
            if info.filename == "config.json":
                content = json.dumps(json.loads(content, object_hook=_portable))
            file.writestr(info, content)


def _portable(config):
    changed = {key: value for key, value in ONLY_TRAINING.items() if key in config}
    return {key: value for key, value in config.items()
            if key not in NEWER or value is not None} | changed


# Classes that a description may name, as "module:class". Keras' safe mode refuses Lambda layers,
# but versions up to 3.13.1 let others run code or read files (CVE-2025-8747, CVE-2025-12058,
# CVE-2026-1462).
KNOWN = re.compile(r"keras:(DTypePolicy|Functional|Sequential|Model)|None:__keras_tensor__|"
                   r"keras\.(layers|initializers):[A-Z]\w*|"
                   r"keras(\.src)?\.(models|ops)\.[\w.]+:[A-Z]\w*|scenegan\.[\w.]+:[A-Z]\w*")
DANGEROUS = re.compile("Lambda|TFSM|SavedModel|Jax|Flax|Torch|Lookup|Vectorization")


def unknown_class(path):
    """The first class in a network's description that none of scenegan's networks has, or None.

    Raises:
        ValueError: If there is no description, or it is no JSON.
    """
    with zipfile.ZipFile(path) as file:
        left = [json.loads(file.read("config.json"))]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            if "class_name" in value:
                name = f"{value.get('module')}:{value['class_name']}"
                if not KNOWN.fullmatch(name) or DANGEROUS.search(name):
                    return name
            left += value.values()
        elif isinstance(value, list):
            left += value
    return None
