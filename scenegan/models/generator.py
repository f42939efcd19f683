"""The generators: photo and noise in, clip out. Stage 1 paints motion, a later stage refines it."""

import keras
from keras import layers

from scenegan.errors import InputError
from scenegan.models.critics import Unused
from scenegan.models.layers import (
    FadeIn,
    Modulate,
    RepeatFrames,
    ResizeClip,
    Shrink,
    SpaceTimeConv,
)
from scenegan.models.motion import Compositor, MotionHead, motion_of
from scenegan.specs import NOISE_SIZE

__all__ = ["build_generator", "fading_generator", "motion_of"]

LEVELS = 4           # resolutions of stage 1's U: 40x23, 20x12, 10x6, 5x3
TIME_STEP = 1 << (LEVELS - 1)    # frames of a clip for one at the bottom
HEADS = 3            # maps of the motion beside the change of colours: x, y, mask


def build_generator(spec, previous=None):
    """Build a stage's generator.

    Args:
        spec: A `StageSpec`.
        previous: Generator of the stage that `spec.starts_from` names; it becomes part of
            the new one, weights shared. None for a first stage.

    Returns:
        Model from photo `(batch, height, width, channels)` in [-1, 1] and noise
        `(batch, NOISE_SIZE)` from N(0, 1) to a clip `(batch, frames, height, width,
        channels)` in [-1, 1] whose first frame is the photo.

    Raises:
        InputError: If the spec's frames cannot be halved that often.
    """
    if spec.frames % TIME_STEP:
        raise InputError(f"frames must be a multiple of {TIME_STEP}, for time doubles on the way "
                         f"up. Received: {spec.frames} in stage {spec.number}.")
    photo = keras.Input((spec.height, spec.width, spec.channels), name="photo")
    noise = keras.Input((NOISE_SIZE,), name="noise")
    parts = (_paint if previous is None else _refine)(spec, photo, noise, previous)
    motion = MotionHead(spec.max_speed, name="motion")(*parts)
    clip = Compositor(name="compositor")(photo, *motion)
    return keras.Model([photo, noise], clip, name=f"stage{spec.number}")


def fading_generator(generator):
    """A grown generator while it fades in, sharing its weights.

    Returns:
        Model from photo, noise and alpha `(batch, 1)` to a dict of clip, displacement, mask, change
        and gate: the clip is `alpha * fine + (1 - alpha) * resized coarse`, the gate a logit. A
        generator that has not grown from another ignores alpha.
    """
    alpha = keras.Input((1,), name="alpha")
    clip = generator.output
    if any(layer.name == "coarse" for layer in generator.layers):
        clip = FadeIn(name="fade_in")(clip, generator.get_layer("coarse").output, alpha)
    else:
        clip = Unused(name="unused_alpha")(clip, alpha)
    motion, gate = (generator.get_layer(name).output for name in ("motion", "gate"))
    displacement, mask, change = motion
    return keras.Model([*generator.inputs, alpha], {
        "clip": clip, "displacement": displacement, "mask": mask, "change": change, "gate": gate},
        name=f"{generator.name}_fading")


def _paint(spec, photo, noise, previous=None):
    """Stage 1: a U from the photo to raw maps of the motion, and the gate of where it may be."""
    skips = _encode(spec, photo)
    gate = _gate(spec, skips)
    frames = spec.frames // TIME_STEP
    x = RepeatFrames(frames, name="bottom")(skips.pop())           # (b, frames / 8, 3, 5, 8 f)
    x = layers.Concatenate()([x, _noise_volume(noise, x.shape, spec.features)])
    x = _block(x, noise, 8 * spec.features, name="paint4")
    for level in reversed(range(LEVELS - 1)):
        skip = skips.pop()
        frames *= 2
        x = ResizeClip(frames, *skip.shape[1:3])(x)
        x = _block(x, noise, spec.features << level, name=f"paint{level + 1}", skip=skip)
    features = layers.Identity(name="features")(x)
    return SpaceTimeConv(HEADS + spec.channels, name="raw")(features), gate


def _refine(spec, photo, noise, previous):
    """A later stage: the previous stage's maps, enlarged, and what the finer photo changes."""
    inner = keras.Model(previous.inputs, [previous.output] + [
        previous.get_layer(name).output for name in ("features", "raw", "gate")],
        name=previous.name)
    height, width = previous.output.shape[2:4]
    small = Shrink(height, width, name="small_photo")(photo)
    coarse, features, raw, gate = inner([small, noise])
    coarse = ResizeClip(spec.frames, spec.height, spec.width, name="coarse")(coarse)
    x = layers.Concatenate()([features, raw])
    x = layers.Dense(spec.features, name="bring")(x)       # few channels, while pixels are few
    x = ResizeClip(spec.frames, spec.height, spec.width)(x)
    raw = ResizeClip(spec.frames, spec.height, spec.width, name="coarse_raw")(raw)
    x = layers.Concatenate()([x, coarse])
    skip = _conv(photo, spec.features, name="look")
    x = _block(x, noise, spec.features, name="refine", skip=skip)
    features = layers.Identity(name="features")(x)
    change = SpaceTimeConv(HEADS + spec.channels, zero=True, name="change")(features)
    gate = layers.Resizing(spec.height, spec.width, name="coarse_gate")(gate)
    gate_change = layers.Conv2D(1, 3, padding="same", kernel_initializer="zeros",
                                name="gate_change")(skip)
    return layers.Add(name="raw")([raw, change]), layers.Add(name="gate")([gate, gate_change])


def _encode(spec, photo):
    """Feature maps of the photo, finest first, each level with twice the channels."""
    x = _conv(photo, spec.features, name="look1")
    skips = [x]
    for level in range(1, LEVELS):
        x = _conv(x, spec.features << level, strides=2, name=f"look{level + 1}")
        if level == LEVELS - 1:
            x = _conv(x, spec.features << level, name="scene")
        skips.append(x)
    return skips


def _gate(spec, skips):
    """Where things may move, `(batch, height, width, 1)`, told from the photo alone.

    Noise chooses the motion; without a gate it would also move what always stands still.
    """
    x = skips[-1]
    for level in reversed(range(LEVELS - 1)):
        skip = skips[level]
        x = layers.Resizing(*skip.shape[1:3])(x)
        x = layers.Concatenate()([x, skip])
        x = _conv(x, spec.features << level, name=f"gate{level + 1}")
    return layers.Conv2D(1, 3, padding="same", name="gate")(x)


def _conv(image, filters, strides=1, name=None):
    x = layers.Conv2D(filters, 3, strides=strides, padding="same",
                      kernel_initializer="he_normal", name=name)(image)
    return layers.LeakyReLU(0.2)(layers.RMSNormalization()(x))


def _noise_volume(noise, shape, channels):
    """The noise vector spread over coarse space and time, so that it can start motion anywhere."""
    volume = (*shape[1:4], channels)
    x = layers.Dense(volume[0] * volume[1] * volume[2] * volume[3], name="noise_volume")(noise)
    return layers.Reshape(volume)(x)


def _block(x, noise, filters, name, skip=None):
    """Convolve over space and time, add what the photo says (the same in every frame), modulate."""
    x = SpaceTimeConv(filters, name=name)(x)
    if skip is not None:
        skip = layers.Conv2D(filters, 3, padding="same", name=f"{name}_photo")(skip)
        x = layers.Add()([x, layers.Reshape((1, *skip.shape[1:]))(skip)])
    x = layers.RMSNormalization()(x)
    x = Modulate(name=f"{name}_noise")(x, noise)
    return layers.LeakyReLU(0.2)(x)
