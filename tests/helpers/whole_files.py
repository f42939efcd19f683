"""Whether the files of a folder are whole, and what of them two runs of a command must share."""

import re
import zipfile

import numpy as np
import onnxruntime

ADDRESS = re.compile(rb'"shared_object_id": \d+')     # Keras writes where an object was in memory


def damaged(folder):
    """Files under their own names that are not whole; none without the folder."""
    return [path for path in folder.rglob("*") if path.is_file() and not is_whole(path)
            and path.suffix != ".part"
            and not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def is_whole(path):
    try:
        if path.suffix in (".keras", ".npz"):
            with zipfile.ZipFile(path) as archive:
                return archive.testzip() is None
        if path.suffix == ".onnx":
            return bool(onnxruntime.InferenceSession(path.read_bytes()))
        if path.suffix == ".npy":
            return np.load(path).size > 0
        if path.suffix == ".gif":
            return path.read_bytes()[-1:] == b";"
        return path.stat().st_size > 0 or path.suffix == ".jsonl"
    except Exception:                                 # as many kinds as there are readers
        return False


def contents(folder):
    """What must be equal: bytes of files by name; weights of networks; logs without their times."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if not path.is_file() or path.name.startswith(".") or path.name == "downloads.jsonl":
            continue
        if path.suffix == ".npz":
            with np.load(path) as arrays:
                found[name] = {key: arrays[key].tobytes() for key in arrays}
        elif path.suffix == ".keras":
            with zipfile.ZipFile(path) as archive:
                found[name] = {key: ADDRESS.sub(b"", archive.read(key))
                               for key in archive.namelist() if key != "metadata.json"}
        elif path.suffix == ".onnx":
            found[name] = onnx_weights(path)
        elif path.suffix == ".csv":
            found[name] = [line.split(",")[:4] for line in path.read_text().splitlines()]
        elif path.suffix not in (".ini", ".png"):     # the moment of the start; drawn curves
            found[name] = path.read_bytes()
    return found


def onnx_weights(path):
    """The numbers and metadata of an .onnx file; the order of its nodes is tf2onnx's own."""
    import onnx
    model = onnx.load(path)
    arrays = map(onnx.numpy_helper.to_array, model.graph.initializer)
    return (sorted((str(array.shape), str(array.dtype), array.tobytes()) for array in arrays),
            sorted((entry.key, entry.value) for entry in model.metadata_props))
