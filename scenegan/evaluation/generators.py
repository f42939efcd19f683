"""Whatever makes clips, of photos or noise: the generator evaluated, and others beside it."""

from dataclasses import replace

import numpy as np

from scenegan import pixels
from scenegan.animation.predictors import Predictor, load_predictor
from scenegan.checkpoints import clip_shape, find, kind_of, load_generator, load_model
from scenegan.errors import InputError
from scenegan.presets import PRESETS, STAGES
from scenegan.specs import NOISE_SIZE, PUBLISHED

BATCH = 4            # photos at a time


def stage_of(generator):
    """The size that a generator makes, as a `StageSpec` to check and shrink clips with.

    Args:
        generator: As `load_evaluated` gives it.
    """
    shape = (tuple(getattr(generator, name) for name in ("frames", "height", "width", "channels"))
             if isinstance(generator, Predictor) else clip_shape(generator))
    published = next((spec for stages in PRESETS.values() for spec in stages.values()
                      if spec.network in PUBLISHED and spec.shape == shape), None)
    if published and not isinstance(generator, Predictor) and kind_of(generator) == "clip":
        return published
    frames, height, width, channels = shape
    number = next((number for number, spec in STAGES.items()
                   if (spec.height, spec.width) == (height, width)), max(STAGES))
    return replace(STAGES[number], frames=frames, height=height, width=width, channels=channels)


def load_evaluated(path):
    """Load a generator to evaluate.

    Returns:
        A Keras model, as `load_generator` or `load_clip_generator` gives it, or the predictor of
        one that tells velocities.

    Raises:
        InputError: As `load_generator`.
    """
    model = load_model(find(path))
    kind = kind_of(model)
    if kind is None:
        return load_generator(path)                      # which says what it is not
    return load_predictor(path) if kind == "velocity" else model


def stage_below(generator):
    """The generator that a grown one holds; None for a first stage, a predictor, a clip's."""
    if isinstance(generator, Predictor) or kind_of(generator) == "clip":
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
    width, frames, channels)`, all in [-1, 1]. Or it is one of `load_clip_generator`.

    Raises:
        InputError: If it is missing, not of Keras or of other inputs and outputs.
    """
    model = load_model(path)
    if kind_of(model) == "clip":
        return model
    ranks = [len(tensor.shape) for tensor in getattr(model, "inputs", [])]
    if (ranks not in ([4], [5], [4, 2], [5, 2]) or len(model.outputs) != 1
            or len(model.output.shape) != 5 or model.inputs[0].shape[-1] not in (1, 3)):
        raise InputError(f"A reference must take a photo, and noise if any, and give a clip. "
                         f"Received: '{path}' with inputs of {ranks} axes. Save a model of the "
                         "photo alone.")
    return model


def play(model, photos, noise, frames, clips=None):
    """Animate photos with a generator of any size, at the size of the photos.

    Photos are shrunk (area average) and turned gray if the model is smaller or gray; its clips
    are enlarged (bicubic) and gray repeated. A model of fewer frames repeats its last one.

    Args:
        model: A generator of scenegan, or what `load_reference` gave.
        photos: uint8 `(n, height, width, channels)`.
        noise: float32 `(n, NOISE_SIZE)`, or of as many numbers as the model takes.
        frames: Frames that are wanted.
        clips: uint8 `(n, frames, height, width, channels)` that begin with the photos, of which
            some models are given frames. Default: the photos, standing still.

    Returns:
        uint8 `(n, frames, height, width, channels)`.
    """
    from keras import ops
    published = kind_of(model) == "clip"
    time_last = not published and len(model.inputs[0].shape) == 5
    inputs = _by_name(model, photos, noise, clips) if published else _in_turn(model, photos, noise)
    played = np.empty((len(photos), frames, *photos.shape[1:]), np.uint8)
    for start in range(0, len(photos), BATCH):
        batch = slice(start, start + BATCH)
        given = [array[batch] for array in inputs]
        made = model(given if len(given) > 1 else given[0], training=False)
        made = pixels.to_uint8(ops.convert_to_numpy(made["clip"] if published else made))
        if time_last:
            made = np.moveaxis(made, 3, 1)
        for clip, source in zip(played[batch], made, strict=True):
            clip[:] = _fit(source, clip.shape)
    return played


def _in_turn(model, photos, noise):
    """What a model takes of photos and noise: photos first, with time last but one if it wants."""
    rows, columns = model.inputs[0].shape[1:3]
    seen = pixels.to_float(np.stack([pixels.to_channels(
        pixels.resize(photo, rows, columns), model.inputs[0].shape[-1]) for photo in photos]))
    inputs = [seen[:, :, :, None] if len(model.inputs[0].shape) == 5 else seen]
    return [*inputs, noise[:, :model.inputs[1].shape[1]]] if len(model.inputs) == 2 else inputs


def _by_name(model, photos, noise, clips):
    """What a generator of clips takes, by the names of its inputs, whole in its stage."""
    clips = photos[:, None] if clips is None else clips
    sources = {"noise": lambda shape: noise[:, :shape[1]],
               "alpha": lambda shape: np.ones((len(photos), 1), np.float32),
               "photo": lambda shape: _frames(photos[:, None], (1, *shape[1:]))[:, 0]}
    return [sources.get(tensor.name, lambda shape: _frames(clips, shape[1:]))(tensor.shape)
            for tensor in model.inputs]


def _frames(clips, shape):
    """Clips in [-1, 1] of a shape."""
    return pixels.to_float(np.stack([_fit(clip, shape) for clip in clips]))


def noise_size(model):
    """Numbers of the noise that a generator takes; NOISE_SIZE where it does not say."""
    return next((tensor.shape[1] for tensor in getattr(model, "inputs", ())
                 if tensor.name == "noise"), NOISE_SIZE)


def draw_noise(count, seed, size=NOISE_SIZE):
    """Two noise vectors for each photo, float32 `(2, count, size)`."""
    return np.random.default_rng((seed, 1)).standard_normal((2, count, size), np.float32)


def _fit(clip, shape):
    """A clip at another size, number of frames and channels."""
    frames, height, width, channels = shape
    clip = clip[np.minimum(np.arange(frames), len(clip) - 1)]
    return np.stack([pixels.to_channels(pixels.resize(frame, height, width), channels)
                     for frame in clip])
