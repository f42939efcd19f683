"""Load the networks of scenegan, each checked to be of its kind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from scenegan.checkpoints.kinds import (
    CLIP_CRITICS,
    CRITICS,
    SEGMENTER,
    VELOCITY_CRITIC,
    clip_shape,
    is_like,
    kind_of,
    takes_clip,
    takes_noise,
    takes_photo,
    tells_velocities,
)
from scenegan.checkpoints.model_files import LARGEST, load_model
from scenegan.checkpoints.shipped import find, shipped_encoder, shipped_segmenter
from scenegan.errors import InputError
from scenegan.files import archives
from scenegan.files.inputs import regular_file

if TYPE_CHECKING:
    import keras


def load_generator(path: str | os.PathLike | None = None, *, clips: bool = False) -> keras.Model:
    """Load a stage's generator.

    Args:
        path: A `.keras` file, or a key of SHIPPED; None for the shipped generator of the largest
            stage.
        clips: Whether it may be one that paints a clip of a photo, as `load_clip_generator`
            describes it.

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
    kind = kind_of(model)
    if kind == "clip" and not (clips and takes_photo(model)):
        raise InputError(f"'{path}' makes clips from {_source(model)}, and does not move a photo "
                         "of yours. Name a generator of the preset scene"
                         f"{_instead(model)}.")
    if kind is None:
        raise InputError(f"A checkpoint must be a generator of scenegan. Received: '{path}', a "
                         f"Keras model of another kind ('{model.name}'). Name a generator, such "
                         "as runs/x/stage2.keras.")
    return model


def _source(model):
    """What a generator of clips makes them from."""
    return ("noise" if takes_noise(model) else "a photo" if takes_photo(model) else
            "other clips")


def _instead(model):
    """What else can be done with a generator of clips, to end a line with."""
    return (", or use scenegan animate" if takes_photo(model) else
            ", or use scenegan generate" if takes_noise(model) or takes_clip(model) else "")


def load_clip_generator(path: str | os.PathLike) -> keras.Model:
    """Load a generator of one of the published systems.

    Returns:
        Model whose output is a dict with a clip `(batch, frames, height, width, channels)`.

    Raises:
        InputError: If the file is missing, damaged or not such a generator.
    """
    model = load_model(path)
    if kind_of(model) != "clip":
        raise InputError(f"A checkpoint must be a generator of clips. Received: '{path}', another "
                         "network. Name one of a preset such as vgan.")
    return model


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
    if not is_like(model, SEGMENTER) or model.output_shape != (None, None, None, len(CLASSES)):
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
    path = path or shipped_encoder()
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


def load_critic_with_features(path, shape):
    """Load a discriminator of clips whose features can be taken out.

    Args:
        path: A `.keras` file.
        shape: Of its clips, `(frames, height, width, channels)`.

    Returns:
        Model from clip `(batch, *shape)` to scores, with a layer "features".

    Raises:
        InputError: If the file is missing, damaged or another network.
    """
    model = load_model(path)
    inputs = [(tensor.name, tuple(tensor.shape[1:])) for tensor in getattr(model, "inputs", ())]
    if inputs != [("clip", tuple(shape))] or "features" not in {
            layer.name for layer in model.layers}:
        raise InputError(f"Features are taken of a discriminator of clips. Received: '{path}', "
                         f"another network ('{model.name}'). Name a training of the preset vgan, "
                         "vgan-future, ivgan or summary.")
    return model


def _load_critic(path, name, generator):
    model = load_model(path)
    shape = clip_shape(generator)
    inputs = {tensor.name: tuple(tensor.shape[1:]) for tensor in getattr(model, "inputs", [])}
    if kind_of(generator) == "clip":
        good = list(inputs) in CLIP_CRITICS
    else:
        kind = VELOCITY_CRITIC if tells_velocities(generator) else CRITICS[name]
        good = is_like(model, kind) and inputs["photo"] == shape[1:]
    if not good or inputs.get("clip", shape) != shape:
        raise InputError(f"'{path}' must be the {name} of its run's generator. Received: a Keras "
                         f"model of another kind ('{model.name}'). Put that back, or train the "
                         "stage again with --fresh.")
    return model
