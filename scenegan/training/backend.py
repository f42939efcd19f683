"""The step of Keras' backend, found by its name; and what any step asks of the settings."""

import importlib

import keras

from scenegan.errors import InputError


def load_step():
    """The class that does the steps in Keras' backend.

    Raises:
        InputError: If there is none.
    """
    backend = keras.backend.backend()
    if backend not in ("tensorflow", "jax"):
        raise InputError("Training needs Keras' backend tensorflow or jax. Received: "
                         f"KERAS_BACKEND={backend}. Choose one of the two.")
    return importlib.import_module(f"scenegan.training.{backend}_step").Step


def check_sizes(settings, devices):
    """Raise InputError unless a batch divides among devices, and their part into micro-batches."""
    share = settings.batch_size // devices
    if settings.batch_size % devices:
        raise InputError(f"A batch must divide evenly among {devices} devices. Received: "
                         f"{settings.batch_size} clips. Choose another --batch-size.")
    if settings.micro_batch and share % min(settings.micro_batch, share):
        raise InputError(f"A device's {share} clips must divide evenly into micro-batches. "
                         f"Received: {settings.micro_batch}. Choose another --micro-batch.")
