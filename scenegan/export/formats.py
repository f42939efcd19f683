"""Write a network for another runtime; the table FORMATS."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scenegan.errors import InputError
from scenegan.extras import extra
from scenegan.files.atomic import replacing_any
from scenegan.quiet import quiet_stderr

OPSET = 18           # of ONNX: the newest that tf2onnx writes


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        suffix: Of its files; of a folder none.
        write: Function of an `Exported`, a new path, and whether the weights are float16.
    """

    suffix: str
    write: Callable


def write(exported, path, format, half=True):
    """Write a network, atomically.

    Args:
        exported: As `networks.prepare` gives it.
        path: To write or to replace.
        format: Key of FORMATS.
        half: Whether an .onnx file's weights are float16; they are computed with as float32.

    Raises:
        InputError: If something that this needs is not installed, or the path cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != FORMATS[format].suffix:
        ending = FORMATS[format].suffix or "no suffix, for it is a folder"
        raise InputError(f"--out of {format} must end in {ending}. Received: '{path}'.")
    with replacing_any(path) as part, extra():
        FORMATS[format].write(exported, part, half)


def signature(model):
    """Inputs of a model for its export, any number of photos at a time, by their plain names."""
    import keras
    specs = {tensor.name: keras.InputSpec(shape=tensor.shape, dtype="float32", name=tensor.name)
             for tensor in model.inputs}
    return [specs] if isinstance(model.input, dict) else (
        [list(specs.values())] if len(specs) > 1 else list(specs.values()))


def _write_onnx(exported, path, half):
    import onnx
    import tf2onnx  # noqa: F401 (says what is missing, which Keras does less plainly)

    from scenegan.export import onnx_graph
    with tempfile.TemporaryDirectory() as folder:
        raw = str(Path(folder) / "raw.onnx")
        with quiet_stderr():
            exported.model.export(raw, format="onnx", verbose=False, opset_version=OPSET,
                                  input_signature=signature(exported.model))
        graph = onnx.load(raw)
    onnx_graph.mend_resizes(graph)
    onnx_graph.name_batch(graph)
    if half:
        onnx_graph.halve(graph)
    onnx_graph.describe(graph, exported.about)
    onnx.checker.check_model(graph, full_check=True)
    onnx.save(graph, path)


def _write_litert(exported, path, half):
    import keras
    try:
        with quiet_stderr():
            exported.model.export(str(path), format="litert", verbose=False,
                                  input_signature=signature(exported.model))
    except ValueError as error:
        if "Unrecognized format" not in str(error):
            raise
        raise InputError("--format litert needs Keras 3.13 or later, which needs Python 3.11 or "
                         f"later. Received: Keras {keras.__version__}. Upgrade, or choose --format "
                         "onnx.") from error


def _write_saved_model(exported, path, half):
    with quiet_stderr():
        exported.model.export(str(path), format="tf_saved_model", verbose=False,
                              input_signature=signature(exported.model))


FORMATS = {"onnx": Format(".onnx", _write_onnx), "litert": Format(".tflite", _write_litert),
           "savedmodel": Format("", _write_saved_model)}
