"""The .keras format across the versions of Keras."""

import json
import zipfile

# Keys that Keras 3.13 and later write, which those before (the last for Python 3.10) refuse.
NEWER = frozenset({"input_axes", "output_axes", "quantization_config"})


def make_portable(path):
    """Leave the keys out of a .keras file that an older Keras refuses though they say nothing."""
    with zipfile.ZipFile(path) as file:
        parts = {info: file.read(info) for info in file.infolist()}
    with zipfile.ZipFile(path, "w") as file:
        for info, content in parts.items():
            if info.filename == "config.json":
                content = json.dumps(json.loads(content, object_hook=_without_newer_keys))
            file.writestr(info, content)


def _without_newer_keys(config):
    return {key: value for key, value in config.items() if key not in NEWER or value is not None}
