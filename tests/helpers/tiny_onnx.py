"""Networks worked by hand in ONNX, with the inputs, outputs and metadata of exported ones."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HEIGHT, WIDTH, FRAMES = 18, 32, 32
ABOUT = {"version": "0.1.0", "licence": "MIT", "keras_sha256": "0" * 64, "channels": "3"}


def write_networks(folder):
    """Write a generator and a segmenter; the generator's path."""
    _save(folder / "generator.onnx", _generator(), {
        "kind": "velocity", "stage": "1", "height": str(HEIGHT), "width": str(WIDTH),
        "frames": str(FRAMES)})
    _save(folder / "segmenter.onnx", _segmenter(), {
        "kind": "segmenter", "stage": "0", "height": "0", "width": "0", "frames": "0"})
    return folder / "generator.onnx"


def _generator():
    """Fields: each kind's amount times the noise's way, or the one that is asked, and a sway."""
    pattern = np.zeros((1, HEIGHT, WIDTH, 3, 7, 2), np.float32)
    pattern[..., 0, :] = 1
    sway = np.zeros_like(pattern)
    sway[..., 2, :] = np.sin(np.arange(WIDTH) / 4)[:, None, None] * [0.3, 0.6]
    nodes = [
        helper.make_node("Slice", ["noise", "zero", "two", "axis"], ["pair"]),
        helper.make_node("Tanh", ["pair"], ["way"]),
        helper.make_node("Unsqueeze", ["way", "axis"], ["ways"]),              # (b, 1, 2)
        helper.make_node("Add", ["ways", "direction"], ["turned"]),            # (b, 3, 2)
        helper.make_node("Unsqueeze", ["amount", "last"], ["speeds"]),         # (b, 3, 1)
        helper.make_node("Mul", ["turned", "speeds"], ["steady"]),
        helper.make_node("Unsqueeze", ["steady", "places"], ["steadies"]),     # (b, 1, 1, 3, 1, 2)
        helper.make_node("Unsqueeze", ["speeds", "spread"], ["swings"]),       # (b, 1, 1, 3, 1, 1)
        helper.make_node("Mul", ["steadies", "pattern"], ["flowing"]),
        helper.make_node("Mul", ["swings", "sway"], ["swaying"]),
        helper.make_node("Add", ["flowing", "swaying"], ["fields"])]
    numbers = {"zero": [0], "two": [2], "axis": [1], "last": [2], "places": [1, 2, 4],
               "spread": [1, 2, 5]}
    constants = [numpy_helper.from_array(np.array(value, np.int64), name)
                 for name, value in numbers.items()]
    constants += [numpy_helper.from_array(pattern, "pattern"),
                  numpy_helper.from_array(sway, "sway")]
    inputs = {"photo": ["b", 2 * HEIGHT, 2 * WIDTH, 3], "masks": ["b", HEIGHT, WIDTH, 3],
              "noise": ["b", 32], "amount": ["b", 3], "direction": ["b", 3, 2]}
    return nodes, constants, inputs, {"fields": ["b", HEIGHT, WIDTH, 3, 7, 2]}


def _segmenter():
    """Logits: what is blue is sky, what is green is water, what is red is rigid."""
    weights = np.zeros((5, 3, 4, 4), np.float32)
    for kind, channel in ((0, 2), (1, 1), (3, 0)):
        weights[kind, channel] = 12 / 16
    nodes = [helper.make_node("Transpose", ["photo"], ["planes"], perm=[0, 3, 1, 2]),
             helper.make_node("Conv", ["planes", "weights"], ["maps"], strides=[4, 4]),
             helper.make_node("Transpose", ["maps"], ["logits"], perm=[0, 2, 3, 1])]
    return (nodes, [numpy_helper.from_array(weights, "weights")], {"photo": ["b", "h", "w", 3]},
            {"logits": ["b", "rows", "columns", 5]})


def _save(path, parts, about):
    nodes, constants, inputs, outputs = parts

    def ports(shapes):
        return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, shape in shapes.items()]
    graph = helper.make_graph(nodes, "network", ports(inputs), ports(outputs), constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, ABOUT | about)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
