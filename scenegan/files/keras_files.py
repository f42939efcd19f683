"""The .keras format across the versions of Keras."""

import json
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
