"""Whatever turns photos into clips: the generator that is evaluated, and others beside it."""

from dataclasses import replace

import numpy as np

from scenegan import pixels
from scenegan.animation.predictors import Predictor, load_predictor
from scenegan.checkpoints import load_generator, load_model, tells_velocities
from scenegan.errors import InputError
from scenegan.presets import STAGES
from scenegan.specs import NOISE_SIZE

BATCH = 4            # photos at a time


def stage_of(generator):
    """The size that a generator makes, as a `StageSpec` to check and shrink clips with.

    Args:
        generator: As `load_evaluated` gives it.
    """
    frames, height, width, channels = (
        (getattr(generator, name) for name in ("frames", "height", "width", "channels"))
        if isinstance(generator, Predictor) else generator.output.shape[1:])
    number = next((number for number, spec in STAGES.items()
                   if (spec.height, spec.width) == (height, width)), max(STAGES))
    return replace(STAGES[number], frames=frames, height=height, width=width, channels=channels)


def load_evaluated(path):
    """Load a generator to evaluate.

    Returns:
        A Keras model, as `load_generator` gives it, or the predictor of one that tells
        velocities.

    Raises:
        InputError: As `load_generator`.
    """
    model = load_generator(path)
    return load_predictor(path) if tells_velocities(model) else model


def stage_below(generator):
    """The generator that a grown one holds, or None for a first stage and for a predictor."""
    if isinstance(generator, Predictor):
        return None
    import keras
    for layer in generator.layers:
        if isinstance(layer, keras.Model):
            return keras.Model(layer.inputs, layer.outputs[0], name=layer.name)
    return None


def load_reference(path):
    """Load any Keras model that makes clips of photos, to compare with.

    It takes a photo, `(batch, height, width, channels)` or, with time last but one as in
    `scene-reference`, `(batch, height, width, 1, channels)`, and may take a noise vector
    `(batch, n)` as well. It gives `(batch, frames, height, width, channels)` or `(batch, height,
    width, frames, channels)`, all in [-1, 1].

    Raises:
        InputError: If it is missing, not of Keras or of other inputs and outputs.
    """
    model = load_model(path)
    ranks = [len(tensor.shape) for tensor in getattr(model, "inputs", [])]
    if (ranks not in ([4], [5], [4, 2], [5, 2]) or len(model.outputs) != 1
            or len(model.output.shape) != 5 or model.inputs[0].shape[-1] not in (1, 3)):
        raise InputError(f"A reference must take a photo, and noise if any, and give a clip. "
                         f"Received: '{path}' with inputs of {ranks} axes. Save a model of the "
                         "photo alone.")
    return model


def play(model, photos, noise, frames):
    """Animate photos with a generator of any size, at the size of the photos.

    Photos are shrunk (area average) and turned gray if the model is smaller or gray; its clips
    are enlarged (bicubic) and gray repeated. A model of fewer frames repeats its last one.

    Args:
        model: A generator of scenegan, or what `load_reference` gave.
        photos: uint8 `(n, height, width, channels)`.
        noise: float32 `(n, NOISE_SIZE)`.
        frames: Frames that are wanted.

    Returns:
        uint8 `(n, frames, height, width, channels)`.
    """
    from keras import ops
    time_last = len(model.inputs[0].shape) == 5
    rows, columns = model.inputs[0].shape[1:3]
    small = np.stack([pixels.to_channels(pixels.resize(photo, rows, columns),
                                         model.inputs[0].shape[-1]) for photo in photos])
    clips = np.empty((len(photos), frames, *photos.shape[1:]), np.uint8)
    for start in range(0, len(photos), BATCH):
        batch = slice(start, start + BATCH)
        seen = pixels.to_float(small[batch])
        inputs = [seen[:, :, :, None] if time_last else seen]
        if len(model.inputs) == 2:
            inputs.append(noise[batch, :model.inputs[1].shape[1]])
        made = pixels.to_uint8(ops.convert_to_numpy(
            model(inputs if len(inputs) == 2 else inputs[0], training=False)))
        if time_last:
            made = np.moveaxis(made, 3, 1)
        for clip, source in zip(clips[batch], made, strict=True):
            clip[:] = _fit(source, clip.shape)
    return clips


def draw_noise(count, seed):
    """Two noise vectors for each photo, float32 `(2, count, NOISE_SIZE)`."""
    return np.random.default_rng((seed, 1)).standard_normal((2, count, NOISE_SIZE), np.float32)


def _fit(clip, shape):
    """A clip at another size, number of frames and channels."""
    frames, height, width, channels = shape
    clip = clip[np.minimum(np.arange(frames), len(clip) - 1)]
    return np.stack([pixels.to_channels(pixels.resize(frame, height, width), channels)
                     for frame in clip])
