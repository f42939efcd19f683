"""The step of Keras' backend, found by its name; and what any step asks of the settings."""

import importlib
import math
import os

import keras

from scenegan.data.prefetch import MAKERS
from scenegan.errors import InputError

BACKENDS = ("tensorflow", "jax", "torch")
HELD = 3 + MAKERS    # batches in memory: being made, waiting twice, being trained on
COMPUTED = 30        # times a float32 clip that its step takes at least: benchmarks saw 110 to 140


def load_step():
    """The class that does the steps in Keras' backend.

    Raises:
        InputError: If there is none.
    """
    backend = keras.backend.backend()
    if backend not in BACKENDS:
        raise InputError("Training needs Keras' backend tensorflow, jax or torch. Received: "
                         f"KERAS_BACKEND={backend}. Choose one of the three.")
    return importlib.import_module(f"scenegan.training.steps.{backend}_step").Step


def check_sizes(spec, settings, devices, workers=1):
    """Raise InputError unless a batch divides among devices and micro-batches, and has room.

    Args:
        spec: A `StageSpec`.
        settings: A `Settings`.
        devices: Devices of all processes that train.
        workers: Those processes.
    """
    check_memory(spec, settings, settings.batch_size // workers)
    share = settings.batch_size // devices
    if settings.batch_size % devices:
        raise InputError(f"A batch must divide evenly among {devices} devices. Received: "
                         f"{settings.batch_size} clips. Choose another --batch-size.")
    if settings.micro_batch and share % min(settings.micro_batch, share):
        raise InputError(f"A device's {share} clips must divide evenly into micro-batches. "
                         f"Received: {settings.micro_batch}. Choose another --micro-batch.")


def check_memory(spec, settings, rows):
    """Raise InputError if a batch cannot fit into this machine's memory, where that is known.

    Args:
        spec: A `StageSpec`.
        settings: A `Settings`.
        rows: Clips of a batch that this process holds.
    """
    at_once = min(settings.micro_batch or rows, rows)
    needed = 4 * math.prod(spec.shape) * (HELD * rows + COMPUTED * at_once)
    memory = memory_size()
    if memory and needed > memory:
        raise InputError(
            f"A batch must fit into memory. Received: {settings.batch_size} clips of {spec.size}, "
            f"at least {needed / 1e9:.0f} GB, for a machine of {memory / 1e9:.0f} GB. Choose a "
            "smaller --batch-size, or --micro-batch.")


def memory_size():
    """Bytes of this machine's memory; None where the system does not say, as on Windows."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
