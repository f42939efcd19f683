"""Save and load networks and training states; where the shipped generators are."""

import sysconfig
import zipfile
from pathlib import Path

import numpy as np

from scenegan.atomic import replacing
from scenegan.errors import InputError
from scenegan.inputs import regular_file
from scenegan.stages import STAGES


class DamagedState(InputError):
    """A saved state of a training that is not whole."""


def shipped(number=None):
    """Path of the generator that ships with scenegan: a stage's, or the largest.

    Raises:
        InputError: If it is not there.
    """
    numbers = [number] if number else sorted(STAGES, reverse=True)
    folders = [Path(__file__).parent.parent / "checkpoints",
               Path(sysconfig.get_path("data")) / "share" / "scenegan" / "checkpoints"]
    for name in (STAGES[number].filename for number in numbers):
        for folder in folders:
            if (folder / name).is_file():
                return folder / name
    raise InputError(f"A checkpoint must be in one of the folders {[str(f) for f in folders]}. "
                     "Received: none there. Train one with train_stage.py and name it with "
                     "--checkpoint.")


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
        with zipfile.ZipFile(path) as file:
            whole = "config.json" in file.namelist()
    except (zipfile.BadZipFile, OSError):
        whole = False
    if not whole:
        raise InputError(f"A checkpoint must be a whole .keras file. Received: '{path}', which is "
                         "damaged or something else. Copy it again or train it again.")
    return path


def load_generator(path=None):
    """Load a stage's generator.

    Args:
        path: A `.keras` file; None for the shipped generator of the largest stage.

    Returns:
        Model from photo `(batch, height, width, channels)` in [-1, 1] and noise
        `(batch, NOISE_SIZE)` to a clip `(batch, frames, height, width, channels)`.

    Raises:
        InputError: If the file is missing, damaged or not a generator of scenegan.
    """
    path = Path(shipped() if path is None else path)
    model = load_model(path)
    names = {layer.name for layer in getattr(model, "layers", [])}
    if not {"photo", "noise", "motion", "compositor"} <= names:
        raise InputError(f"A checkpoint must be a generator of scenegan. Received: '{path}', a "
                         f"Keras model of another kind ('{model.name}').")
    return model


def load_model(path):
    """Load any network that `save_model` wrote.

    Raises:
        InputError: If the file is missing, damaged or not of Keras.
    """
    path = check_file(path)
    import keras
    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"A checkpoint must be a network of scenegan. Received: '{path}', which "
                         f"Keras cannot load ({reason[0][:120]}).") from error


def save_model(model, path):
    """Write a model, atomically."""
    with replacing(path) as part:
        model.save(part)


def not_finite(groups):
    """Name of the first group with a NaN or infinity, or None; `groups` as in `save_state`."""
    from keras.ops import convert_to_numpy
    for name, variables in groups.items():
        if not all(np.isfinite(convert_to_numpy(variable)).all() for variable in variables):
            return name
    return None


def save_state(path, groups, **notes):
    """Write the variables of networks and optimizers to one .npz, atomically.

    Args:
        path: File to write.
        groups: Dict of lists of Keras variables by name.
        **notes: Numbers, or lists of numbers, to keep beside them, such as the step.
    """
    from keras.ops import convert_to_numpy
    arrays = {f"{name}/{index}": convert_to_numpy(variable)
              for name, variables in groups.items() for index, variable in enumerate(variables)}
    with replacing(path) as part, open(part, "wb") as file:
        np.savez(file, **arrays, **notes)


def load_state(path, groups):
    """Read what `save_state` wrote into the same variables.

    Returns:
        Dict of the notes, as arrays.

    Raises:
        DamagedState: If the file is not whole, or belongs to other networks.
    """
    try:
        with np.load(regular_file(path)) as file:
            arrays = dict(file)
    except (OSError, ValueError, EOFError, TypeError, NotImplementedError, RuntimeError,
            KeyError, zipfile.BadZipFile) as error:      # zipfile's, of flags and names that broke
        raise DamagedState(f"A training state must be a whole .npz file. Received: '{path}', which "
                           "is damaged. Start this stage again with --fresh.") from error
    expected = {f"{name}/{index}": variable for name, variables in groups.items()
                for index, variable in enumerate(variables)}
    wrong = [name for name, variable in expected.items()
             if name not in arrays or arrays[name].shape != tuple(variable.shape)]
    if wrong or sum("/" in name for name in arrays) != len(expected):
        raise DamagedState(f"A training state must fit its networks. Received: '{path}' of others. "
                         "Start this stage again with --fresh or choose another --run.")
    for name, variable in expected.items():
        variable.assign(arrays[name])
    return {name: value for name, value in arrays.items() if "/" not in name}
