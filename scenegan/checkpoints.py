"""Save and load networks; where the shipped generators are."""

from __future__ import annotations

import os
import shutil
import sysconfig
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scenegan.errors import InputError
from scenegan.files import archives
from scenegan.files.atomic import replacing
from scenegan.files.inputs import regular_file
from scenegan.files.keras_files import make_portable
from scenegan.presets import SHIPPED
from scenegan.specs import CHANNELS, NOISE_SIZE

if TYPE_CHECKING:
    import keras

LARGEST = 1 << 30                # bytes that a network may unpack to; the shipped ones take 4 MB
LARGEST_CONFIG = 1 << 24         # bytes of its description; those of the shipped ones take 70 kB
WEIGHTS = "model.weights.h5"
HDF5 = b"\x89HDF\r\n\x1a\n"    # how such a file begins

# What networks are told apart by: the names of their inputs, and of layers that others grow from.
GENERATOR = (["photo", "noise"], {"features", "raw", "gate", "motion", "compositor"})
CRITICS = {"discriminator": (["clip", "photo", "alpha"], {"judge"}),
           "reader": (["clip", "photo"], set())}
VELOCITY_CRITIC = (["alpha", "masks", "motion", "photo", "scale", "weight"], {"judge"})
SEGMENTER = (["photo"], {"encoder", "logits"})
VELOCITY_INPUTS = {"photo", "masks", "noise", "amount", "direction"}
SEGMENTER_FILE = "segmenter.keras"     # in checkpoints/, as the next
ENCODER_FILE = "encoder.npz"           # the segmenter's encoder as ImageNet taught it


def shipped(name=None):
    """Path of a generator that ships with scenegan.

    Args:
        name: Key of SHIPPED. None: the largest RGB one.

    Raises:
        InputError: If it is not there.
    """
    return _shipped_file([SHIPPED[name] for name in ([name] if name else SHIPPED)],
                         "Train one with train_stage.py and name it with --checkpoint.")


def _shipped_file(files, advice):
    """Path of the first of some files that is there, by its name in checkpoints/."""
    folders = _shipped_folders()
    for file in files:
        for folder in folders:
            if (folder / file).is_file():
                return folder / file
    raise InputError(f"None of the folders {[str(f) for f in folders]} has the checkpoint. "
                     f"{advice}")


def find(name=None):
    """Path of a generator, from what a person calls it.

    Args:
        name: A path, or a key of SHIPPED (a file of that name comes first). None: the shipped one.

    Raises:
        InputError: If there is none.
    """
    if name is None:
        return shipped()
    if str(name) in SHIPPED and not Path(name).is_file():
        return shipped(str(name))
    if not os.path.lexists(name):
        raise InputError(f"'{name}' does not exist. Name a .keras file, such as "
                         "runs/x/stage2.keras, or one that ships with scenegan: "
                         f"{', '.join(SHIPPED)}.")
    return Path(name)


def find_run(name):
    """Folder of a run, from what a person calls it: a path, or 'checkpoints' for the shipped one.

    A folder of that name comes first. What belongs to the shipped one may follow, as in
    'checkpoints/gray'.
    """
    first, *others = Path(name).parts or ("",)
    if first != "checkpoints" or Path(name).exists():
        return Path(name)
    places = (folder.joinpath(*others) for folder in _shipped_folders())
    return next((place for place in places if place.is_dir()), Path(name))


def _shipped_folders():
    """Where the shipped networks may be: a clone, an environment, a person's own packages."""
    installed = (sysconfig.get_path("data"),
                 sysconfig.get_path("data", sysconfig.get_preferred_scheme("user")))
    return [Path(__file__).parent.parent / "checkpoints",
            *(Path(root) / "share" / "scenegan" / "checkpoints" for root in installed)]


def check_file(path):
    """Check without Keras that a file can be a checkpoint.

    Returns:
        Its `Path`.

    Raises:
        InputError: If it is missing, no file, or not a whole .keras file.
    """
    path = regular_file(path, "A checkpoint", "Name the file that train_stage.py wrote, such as "
                                              "runs/x/stage2.keras.")
    try:
        sizes = archives.sizes(path, LARGEST)
        if not 0 < sizes.get("config.json", 0) <= LARGEST_CONFIG or (
                WEIGHTS in sizes and archives.beginning(path, WEIGHTS, len(HDF5)) != HDF5):
            raise ValueError("damaged or something else")
    except ValueError as error:
        raise InputError(f"A checkpoint must be a whole .keras file. Received: '{path}', which is "
                         f"{error}. Copy it again or train it again.") from error
    return path


def is_whole(path):
    """Whether a file is there and every part of the .keras file can be read, without Keras."""
    try:
        with zipfile.ZipFile(check_file(path)) as file:
            return file.testzip() is None
    except Exception:                                 # zipfile raises nearly all, of damaged files
        return False


def load_generator(path: str | os.PathLike | None = None) -> keras.Model:
    """Load a stage's generator.

    Args:
        path: A `.keras` file, or a key of SHIPPED; None for the shipped generator of the largest
            stage.

    Returns:
        Model as `scenegan.models.velocity_generator.build_generator` describes it, or, of a
        generator that tells displacements, from photo `(batch, height, width, channels)` in
        [-1, 1] and noise `(batch, NOISE_SIZE)` to a clip `(batch, frames, height, width,
        channels)`.

    Raises:
        InputError: If the file is missing, damaged or not a generator of scenegan.
    """
    path = find(path)
    model = load_model(path)
    if not (tells_velocities(model) or _tells_displacements(model)):
        raise InputError(f"A checkpoint must be a generator of scenegan. Received: '{path}', a "
                         f"Keras model of another kind ('{model.name}'). Name a generator, such "
                         "as runs/x/stage2.keras.")
    return model


def shipped_segmenter():
    """Path of the segmenter that ships with scenegan; InputError if it is not there."""
    return _shipped_file([SEGMENTER_FILE], "Train one: scenegan train segmenter --data FOLDER.")


def load_segmenter(path: str | os.PathLike | None = None) -> keras.Model:
    """Load a segmenter.

    Args:
        path: A `.keras` file; None for the shipped one.

    Returns:
        Model as `scenegan.models.segmenter.build_segmenter` describes it.

    Raises:
        InputError: If the file is missing, damaged or no segmenter of scenegan.
    """
    path = path or shipped_segmenter()
    model = load_model(path)
    from scenegan.models.segmenter import CLASSES
    if not _is_like(model, SEGMENTER) or model.output_shape != (None, None, None, len(CLASSES)):
        raise InputError(f"A segmenter must be one of scenegan. Received: '{path}', a Keras model "
                         f"of another kind ('{model.name}'). Name a file that scenegan train "
                         "segmenter wrote.")
    return model


def load_encoder(encoder, path=None):
    """Read weights from ImageNet into a segmenter's encoder.

    Args:
        encoder: As `scenegan.models.segmenter.build_encoder` gives it.
        path: File that checkpoints/convert_encoder.py wrote; None for the shipped one.

    Raises:
        InputError: If the file is missing, damaged or of another network.
    """
    path = path or _shipped_file([ENCODER_FILE], "Write it with checkpoints/convert_encoder.py, or "
                                                 "begin with a segmenter: --from FILE.")
    try:
        archives.sizes(regular_file(path), LARGEST)
        with np.load(path) as file:
            weights = [file[name].astype(np.float32) for name in file.files]
        if not all(np.isfinite(values).all() for values in weights):
            raise ValueError("NaN or infinity in its weights")
        encoder.set_weights(weights)
    except Exception as error:                        # zipfile and NumPy raise nearly all
        raise InputError(f"An encoder must be a whole .npz file of EfficientNet-Lite0. Received: "
                         f"'{path}' ({str(error)[:120]}). Write it again with "
                         "checkpoints/convert_encoder.py.") from error


def tells_velocities(model):
    """Whether a network is a generator that tells velocity fields."""
    outputs = model.output if isinstance(getattr(model, "output", None), dict) else {}
    return ({tensor.name for tensor in getattr(model, "inputs", None) or ()} == VELOCITY_INPUTS
            and {"fields", "displacement", "clip"} <= outputs.keys()
            and len(outputs["clip"].shape) == 5 and outputs["clip"].shape[-1] in CHANNELS)


def _tells_displacements(model):
    from scenegan.models.motion import Compositor, MotionHead
    return (_is_like(model, GENERATOR) and isinstance(model.get_layer("motion"), MotionHead)
            and isinstance(model.get_layer("compositor"), Compositor)
            and len(model.outputs) == 1 and len(model.output.shape) == 5
            and model.inputs[0].shape[1:] == model.output.shape[2:]
            and model.output.shape[-1] in CHANNELS and model.inputs[1].shape[1:] == (NOISE_SIZE,))


def clip_shape(generator):
    """Shape of a generator's clips, `(frames, height, width, channels)`."""
    output = generator.output["clip"] if tells_velocities(generator) else generator.output
    return tuple(output.shape[1:])


def load_critics(paths, generator):
    """Load the networks that were trained beside a generator.

    Args:
        paths: Dict of `.keras` files by name: "discriminator", "reader".
        generator: The generator, whose motion or clips they look at.

    Returns:
        Dict of Keras models by name.

    Raises:
        InputError: If a file is missing, damaged, or another network than its name says.
    """
    return {name: _load_critic(path, name, generator) for name, path in paths.items()}


def _load_critic(path, name, generator):
    model = load_model(path)
    shape = clip_shape(generator)
    kind = VELOCITY_CRITIC if tells_velocities(generator) else CRITICS[name]
    inputs = {tensor.name: tuple(tensor.shape[1:]) for tensor in getattr(model, "inputs", [])}
    if (not _is_like(model, kind) or inputs["photo"] != shape[1:]
            or inputs.get("clip", shape) != shape):
        raise InputError(f"'{path}' must be the {name} of its run's generator. Received: a Keras "
                         f"model of another kind ('{model.name}'). Put that back, or train the "
                         "stage again with --fresh.")
    return model


def _is_like(model, kind):
    inputs, layers = kind
    return ([tensor.name for tensor in getattr(model, "inputs", None) or ()] == inputs
            and layers <= {layer.name for layer in model.layers})


def load_model(path):
    """Load any network that `save_model` wrote.

    Raises:
        InputError: If the file is missing, damaged, not of Keras, or has weights that are no
            finite numbers.
    """
    path = check_file(path)
    try:
        model = _load(path)
    except Exception as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"A checkpoint must be a network of scenegan. Received: '{path}', which "
                         f"Keras cannot load ({reason[0][:120]}).") from error
    if not_finite({"weights": model.variables}):
        raise InputError(f"A network's weights must be finite numbers. Received: '{path}', with "
                         "NaN or infinity. Copy it again or train it again.")
    return model


def _load(path):
    """What Keras loads from a file; of a newer Keras' file without what this one refuses."""
    import keras
    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copy(path, folder))
            try:
                make_portable(copy)
                return keras.saving.load_model(copy, compile=False)
            except Exception:
                raise error from None


def save_model(model, path):
    """Write a model, atomically, so that every Keras from the lowest supported one reads it."""
    with replacing(path) as part:
        model.save(part)
        make_portable(part)


def not_finite(groups):
    """Name of the first group with a NaN or infinity, or None; `groups` as in `save_state`."""
    from keras.ops import convert_to_numpy
    for name, variables in groups.items():
        if not all(np.isfinite(convert_to_numpy(variable)).all() for variable in variables):
            return name
    return None
