"""Packages that only some commands need: which extra of scenegan installs them."""

import importlib.util
from contextlib import contextmanager

from scenegan.errors import InputError

# Name that is imported -> (name of the package, extra of setup.cfg).
EXTRAS = {
    "flickrapi": ("flickrapi", "data"), "imagehash": ("ImageHash", "data"),
    "requests": ("Requests", "data"), "scenedetect": ("PySceneDetect", "data"),
    "yt_dlp": ("yt-dlp", "data"),
    "jax": ("JAX", "jax"), "torch": ("PyTorch", "torch"),
    "keras": ("Keras", "train"), "tensorflow": ("TensorFlow", "train"),
    "matplotlib": ("Matplotlib", "plot"), "sklearn": ("scikit-learn", "evaluate"),
    "onnx": ("ONNX", "export"), "tf2onnx": ("tf2onnx", "export"),
}


def missing(error):
    """What to install, in one line, or None.

    Args:
        error: An ImportError.
    """
    name = (getattr(error, "name", None) or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or name not in EXTRAS:
        return None
    package, extra = EXTRAS[name]
    return f"This needs {package}, which is not installed. {how_to_install(extra)}"


def how_to_install(extra):
    """A sentence that says how to install an extra of setup.cfg."""
    return f"Run: pip install 'scenegan[{extra}]' (in a clone: pip install -e '.[{extra}]')."


def need(*names):
    """Raise InputError unless packages are installed, without importing them.

    Args:
        names: As they are imported; those that are in no extra are not looked for.
    """
    with extra():
        for name in EXTRAS.keys() & set(names):
            if importlib.util.find_spec(name) is None:
                raise ModuleNotFoundError(name=name)


@contextmanager
def extra():
    """Turn the import of a package that is not installed into the InputError that says so."""
    try:
        yield
    except ModuleNotFoundError as error:
        line = missing(error)
        if line is None:
            raise
        raise InputError(line) from error
