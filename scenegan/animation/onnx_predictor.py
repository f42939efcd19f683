"""Predictors whose networks run in ONNX Runtime, without Keras."""

import os
from pathlib import Path

import numpy as np

from scenegan import checkpoints
from scenegan.animation.network_predictors import FramePredictor, VelocityPredictor
from scenegan.errors import InputError
from scenegan.files import onnx_files
from scenegan.quiet import quiet_stderr
from scenegan.scenery import CLASSES, MOVING, TERMS
from scenegan.specs import NOISE_SIZE

THREADS = 2          # of a network: these are so small that more only wait for each other


def load(path):
    """The predictor of a generator's `.onnx` file; a segmenter beside it comes first.

    Raises:
        InputError: If it is missing, damaged or another network.
    """
    network = OnnxNetwork(path)
    about = network.about
    if about.kind == "segmenter":
        raise onnx_files.refusal(path, "a segmenter, where a generator has to be")
    shape = (about.frames, about.height, about.width, about.channels)
    segmenter = load_segmenter(Path(path))
    if about.kind == "displacement":
        return FramePredictor(network, segmenter, shape)
    return VelocityPredictor(network, segmenter, shape, network.inputs["photo"][1:3])


def load_segmenter(generator):
    """The segmenter beside a generator's path or the shipped one, of ONNX before Keras."""
    path = next((path for path in checkpoints.segmenters(generator) if path.is_file()), None)
    if path is None or path.suffix != ".onnx":
        return checkpoints.load_segmenter(path)
    network = OnnxNetwork(path)
    if network.about.kind != "segmenter":
        raise onnx_files.refusal(path, "a generator, where a segmenter has to be")
    return lambda photo, training=False: network({"photo": photo})["logits"]


class OnnxNetwork:
    """A function of a dict of float32 arrays to a dict of arrays, as an .onnx file has them.

    Args:
        path: A file that `scenegan export` wrote.

    Attributes:
        about: What it says of itself, `onnx_files.About`.
        inputs: Shapes by name.

    Raises:
        InputError: If it is missing, damaged or another network.
    """

    def __init__(self, path):
        content = onnx_files.read(path)
        try:
            self.session = _session(content)
            self.about = onnx_files.About.of(self.session.get_modelmeta().custom_metadata_map)
        except ImportError:
            raise
        except Exception as error:                    # ONNX Runtime has a dozen kinds
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise onnx_files.refusal(path, f"({reason[0][:120]})") from error
        self.inputs, outputs = ({port.name: port.shape for port in ports} for ports in (
            self.session.get_inputs(), self.session.get_outputs()))
        expected_inputs, expected = _ports(self.about)
        if not (_fit(self.inputs, expected_inputs) and self.inputs.keys() == expected_inputs.keys()
                and _fit(outputs, expected)):
            raise onnx_files.refusal(path, "whose inputs and outputs are others")
        self.outputs = list(expected)

    def __call__(self, inputs):
        try:
            values = self.session.run(self.outputs, {
                name: np.asarray(value, np.float32) for name, value in inputs.items()})
        except Exception as error:
            raise InputError("The network could not be run: "
                             f"{str(error)[:160]}. {onnx_files.ADVICE}") from error
        return dict(zip(self.outputs, values, strict=True))


def _session(content):
    with quiet_stderr():
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(THREADS, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _ports(about):
    """Shapes of the inputs and of the outputs that a kind of network has, None for any number."""
    height, width, channels = about.height, about.width, about.channels
    kinds, frames = len(MOVING), (None, about.frames, height, width)
    if about.kind == "segmenter":
        return {"photo": (None, None, None, channels)}, {"logits": (None,) * 3 + (len(CLASSES),)}
    noise = {"noise": (None, NOISE_SIZE)}
    if about.kind == "displacement":
        return ({"photo": (None, height, width, channels)} | noise,
                {"displacement": (*frames, 2), "mask": (*frames, 1), "change": (*frames, channels)})
    return ({"photo": (None, 2 * height, 2 * width, channels), "amount": (None, kinds),
             "masks": (None, height, width, kinds), "direction": (None, kinds, 2)} | noise,
            {"fields": (None, height, width, kinds, TERMS, 2)})


def _fit(ports, expected):
    """Whether all that is expected is there, of the shape that is expected."""
    return all(name in ports and len(ports[name]) == len(shape) and all(
        number in (None, own) or (index == 0 and not isinstance(own, int))
        for index, (number, own) in enumerate(zip(shape, ports[name], strict=True)))
        for name, shape in expected.items())
