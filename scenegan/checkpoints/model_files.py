"""Read and write any network as a .keras file, across the versions of Keras."""

import shutil
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from scenegan.errors import InputError
from scenegan.extras import extra
from scenegan.files import archives
from scenegan.files.atomic import replacing
from scenegan.files.inputs import regular_file
from scenegan.files.keras_files import make_portable, unknown_class

LARGEST = 1 << 30                # bytes that a network may unpack to; the shipped ones take 4 MB
LARGEST_CONFIG = 1 << 24         # bytes of its description; those of the shipped ones take 70 kB
WEIGHTS = "model.weights.h5"
HDF5 = b"\x89HDF\r\n\x1a\n"    # how such a file begins


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


def load_model(path):
    """Load any network that `save_model` wrote.

    Raises:
        InputError: If the file is missing, damaged, not of Keras, or has weights that are no
            finite numbers.
    """
    path = check_file(path)
    with extra():
        import keras  # noqa: F401 (is it there?)
    try:
        model = _load(path)
    except Exception as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"A checkpoint must be a network of scenegan. Received: '{path}', which "
                         f"cannot be loaded ({reason[0][:120]}).") from error
    if not_finite({"weights": model.variables}):
        raise InputError(f"A network's weights must be finite numbers. Received: '{path}', with "
                         "NaN or infinity. Copy it again or train it again.")
    return model


def _load(path):
    """What Keras loads from a file; of a newer Keras' file without what this one refuses."""
    import keras
    if unknown := unknown_class(path):
        raise ValueError(f"it names {unknown}, which no network of scenegan has")
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
