"""Networks to export, the command that does it, and what they tell in Keras."""

import numpy as np
from click.testing import CliRunner
from PIL import Image
from tiny_stages import tiny_stage

from scenegan.animation.keras_predictor import motion_network
from scenegan.checkpoints import load_generator, load_segmenter
from scenegan.commands.cli import main
from scenegan.export.networks import as_taken
from scenegan.specs import NOISE_SIZE


def export(*arguments):
    result = CliRunner().invoke(main, ["export", *map(str, arguments)])
    assert result.exit_code == 0, f"{result.output} {result.exception!r}"


def build_velocity():
    from scenegan.models.velocity_generator import build_generator
    first = build_generator(tiny_stage(1, preset="scene"))
    return build_generator(tiny_stage(2, preset="scene"), first)


def build_displacement():
    from scenegan.models.generator import build_generator
    return build_generator(tiny_stage(2), build_generator(tiny_stage(1)))


def inputs_for(model, photo):
    """What a generator is given for a photo; any size that is free is the photo's, by 16."""
    random = np.random.default_rng(0)
    given = {"noise": random.standard_normal((1, NOISE_SIZE)), "direction": np.zeros((1, 3, 2)),
             "amount": np.full((1, 3), 0.01)}
    for tensor in model.inputs:
        if tensor.name == "photo":
            size = tensor.shape[2] or 256, tensor.shape[1] or 144
            small = np.asarray(Image.fromarray(photo).resize(size))
            given["photo"] = small[None] / 127.5 - 1
        elif tensor.name == "masks":
            given["masks"] = random.uniform(0, 1, (1, *tensor.shape[1:]))
    return {tensor.name: given[tensor.name].astype(np.float32) for tensor in model.inputs}


def network(path):
    if path.stem == "segmenter":
        return load_segmenter(path)
    return motion_network(load_generator(path))


def in_keras(path, photo):
    """(inputs, outputs) by name."""
    model = network(path)
    inputs = inputs_for(model, photo)
    outputs = model(as_taken(model, inputs), training=False)
    outputs = outputs if isinstance(outputs, dict) else {"logits": outputs}
    return inputs, {name: np.array(value) for name, value in outputs.items()}
