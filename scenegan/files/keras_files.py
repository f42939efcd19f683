"""The .keras format across the versions of Keras."""

import json
import re
import zipfile

# Keys that Keras 3.13 and later write, which those before (the last for Python 3.10) refuse.
NEWER = frozenset({"input_axes", "output_axes", "quantization_config"})
# What only TensorFlow takes, while it trains on several devices.
ONLY_TRAINING = {"synchronized": False}


def make_portable(path):
    """Change what an older Keras or another backend refuses in a .keras file.

    Nothing that a network computes depends on it: keys that say nothing go, and inputs that lead
    nowhere are led through the layer `Unused`.
    """
    with zipfile.ZipFile(path) as file:
        parts = {info: file.read(info) for info in file.infolist()}
    with zipfile.ZipFile(path, "w") as file:
        for info, content in parts.items():
            if info.filename == "config.json":
                content = json.dumps(_with_used_inputs(
                    json.loads(content, object_hook=_portable)))
            file.writestr(info, content)


def _portable(config):
    changed = {key: value for key, value in ONLY_TRAINING.items() if key in config}
    return {key: value for key, value in config.items()
            if key not in NEWER or value is not None} | changed


def _with_used_inputs(model):
    """The description of a model whose inputs all lead to its output, if it has a single one."""
    config = model.get("config", {})
    output = config.get("output_layers")
    if model.get("class_name") != "Functional" or not _is_tensor(output):
        return model
    layers = {layer["name"]: layer for layer in config["layers"]}
    used = set(_sources([layer.get("inbound_nodes") for layer in layers.values()]))
    name, node, index = output
    if layers[name]["class_name"] == "Functional":    # as outputs its nodes count from 1
        node -= 1
    source = [name, node, index]
    for layer in layers.values():
        if layer["class_name"] == "InputLayer" and layer["name"] not in used | {output[0]}:
            name = f"unused_{layer['name']}"
            config["layers"].append({
                "module": "scenegan.models.critics", "class_name": "Unused",
                "registered_name": "scenegan>Unused", "name": name,
                "config": {"name": name, "trainable": True, "dtype": "float32"},
                "inbound_nodes": [{"args": [_tensor(source), _tensor([layer["name"], 0, 0])],
                                   "kwargs": {}}]})
            output = source = [name, 0, 0]
    return model | {"config": config | {"output_layers": output}}


def _is_tensor(output):
    return isinstance(output, list) and [type(part) for part in output] == [str, int, int]


def _tensor(history):
    return {"class_name": "__keras_tensor__",
            "config": {"shape": [None], "dtype": "float32", "keras_history": history}}


def _sources(description):
    """Names of the layers whose outputs a description of nodes takes."""
    if isinstance(description, dict):
        if "keras_history" in description:
            yield description["keras_history"][0]
        description = description.values()
    if not isinstance(description, str) and hasattr(description, "__iter__"):
        for part in description:
            yield from _sources(part)


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
