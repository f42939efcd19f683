"""What of a saved network is exported, and what the file says of it."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scenegan import __version__, checkpoints
from scenegan.animation.keras_predictor import motion_network
from scenegan.errors import InputError
from scenegan.files.onnx_files import About

if TYPE_CHECKING:
    import keras

UNSTATED = "unstated"


@dataclass(frozen=True)
class Exported:
    """A network that was prepared for its export.

    Attributes:
        model: Its outputs are a dict.
        about: What the file says of it.
    """

    model: "keras.Model"
    about: About


def find(name):
    """Path of a network, from what a person calls it.

    Args:
        name: A .keras file, a shipped generator's name, or a run's folder: its largest stage's
            generator.

    Raises:
        InputError: If there is none.
    """
    folder = checkpoints.find_run(name)
    if not folder.is_dir():
        return checkpoints.find(name)
    stages = sorted(folder.glob("stage*.keras"), key=lambda path: (len(path.name), path.name))
    if not stages:
        raise InputError("A run must hold a generator, such as stage2.keras. Received: "
                         f"'{folder}'. Name a .keras file.")
    return stages[-1]


def prepare(path, *, clip=False, licence=None):
    """Load a network for its export.

    Args:
        path: A `.keras` file of a generator or a segmenter.
        clip: Whether a generator that tells velocities tells displacement and clip, too.
        licence: Of its weights. None: that of the shipped ones, or else unstated.

    Returns:
        `Exported`, whose model has been called once: until then Keras does not export it.

    Raises:
        InputError: If the file is damaged or something else, or cannot tell that.
    """
    import keras
    path = checkpoints.check_file(path)
    if keras.backend.backend() != "tensorflow":
        raise InputError("Exporting needs TensorFlow as Keras' backend. Received: KERAS_BACKEND="
                         f"{keras.backend.backend()}. Leave it out.")
    loaded = checkpoints.load_model(path)
    if [tensor.name for tensor in loaded.inputs] == ["photo"]:
        segmenter = checkpoints.load_segmenter(path)
        model = keras.Model(segmenter.input, {"logits": segmenter.output}, name=segmenter.name)
        kind, shape = "segmenter", (0, 0, 0, 3)
    else:
        generator = checkpoints.load_generator(path)
        velocity = checkpoints.tells_velocities(generator)
        kind = "velocity" if velocity else "displacement"
        model, shape = motion_network(generator), checkpoints.clip_shape(generator)
        if clip and not velocity:
            raise InputError("--clip needs a generator that tells velocities. Received: "
                             f"'{path}', which is of an older kind. Leave it out.")
        model = generator if clip else model
    model(example(model))
    licence = licence or ("MIT" if checkpoints.ships(path) else UNSTATED)
    return Exported(model, _about(path, kind, loaded.name, shape, licence))


def round_weights(path):
    """Round the weights of a `.keras` file to float16, in place; the same ones come out of both.

    Masks have thresholds: where .onnx holds rounded weights and .keras does not, some pixels at
    the edge of what moves stand in one animation and move in the other.
    """
    import numpy as np
    model = checkpoints.load_model(path)
    rounded = [weight.astype(np.float16).astype(weight.dtype) for weight in model.get_weights()]
    if any((old != new).any() for old, new in zip(model.get_weights(), rounded, strict=True)):
        model.set_weights(rounded)
        if checkpoints.not_finite({"weights": model.variables}):
            raise InputError(f"Weights must fit into float16. Received: '{path}', with larger "
                             "ones. Use --weights float32.")
        checkpoints.save_model(model, path)


def example(model, size=64):
    """Inputs of zeros for one photo, as the model takes them; `size` of sides that can be any."""
    import numpy as np
    given = {tensor.name: np.zeros([1, *(size if side is None else side
                                         for side in tensor.shape[1:])], np.float32)
             for tensor in model.inputs}
    return as_taken(model, given)


def as_taken(model, given):
    """A dict of inputs as a model takes them: a dict, a list or a single one."""
    if isinstance(model.input, dict):
        return given
    values = [given[tensor.name] for tensor in model.inputs]
    return values if len(values) > 1 else values[0]


def _about(path, kind, name, shape, licence):
    frames, height, width, channels = shape
    number = re.fullmatch(r"stage(\d+)", name)
    return About(kind=kind, version=__version__, stage=int(number[1]) if number else 0,
                 height=height, width=width, channels=channels, frames=frames, licence=licence,
                 keras_sha256=hashlib.sha256(Path(path).read_bytes()).hexdigest())
