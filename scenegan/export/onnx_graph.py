"""Changes to the graph of an ONNX file that tf2onnx wrote."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

SMALLEST = 64        # numbers of a tensor from which halving it is worth a node


def mend_resizes(model):
    """Let every Resize give the size that it is meant to.

    tf2onnx writes the size as a scale, new / old in float32, and the runtime takes the floor of
    old times scale: from 12 to 23 that is 22. The next larger float32 is never below new / old.
    """
    scales = {node.input[2] for node in model.graph.node
              if node.op_type == "Resize" and len(node.input) == 3}
    for tensor in model.graph.initializer:
        if tensor.name in scales:
            values = numpy_helper.to_array(tensor)
            larger = np.where(values % 1, np.nextafter(values, np.float32(np.inf)), values)
            tensor.CopyFrom(numpy_helper.from_array(larger.astype(np.float32), tensor.name))
    del model.graph.value_info[:]                      # shapes found with the smaller ones


def name_batch(model):
    """Call what may be any number by one name, where tf2onnx numbers each."""
    for port in (*model.graph.input, *model.graph.output):
        sides = port.type.tensor_type.shape.dim
        for index, side in enumerate(sides):
            if not side.HasField("dim_value"):
                side.dim_param = ("batch" if index == 0 else
                                  f"{port.name}_{'height' if index == 1 else 'width'}")


def halve(model):
    """Store the weights as float16, each with a Cast to float32 behind it.

    The runtime computes the Cast once, when it loads the file.
    """
    casts, halves = [], []
    for tensor in list(model.graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALLEST:
            continue
        name = f"{tensor.name}/half"
        halves.append(numpy_helper.from_array(values.astype(np.float16), name))
        casts.append(helper.make_node("Cast", [name], [tensor.name], f"{tensor.name}/cast",
                                      to=onnx.TensorProto.FLOAT))
        model.graph.initializer.remove(tensor)
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(halves)


def describe(model, about):
    """Write what the network is into the file; no time and no place, so that it can be repeated."""
    model.producer_name, model.producer_version = "scenegan", about.version
    model.graph.name = about.kind
    del model.metadata_props[:]
    helper.set_model_props(model, about.metadata())
