"""The critic: how real a clip is as a continuation of its photo. And the reader of its motion."""

import keras
from keras import layers, ops

from scenegan.models.critics import Unused, activate, grown_trunk
from scenegan.models.layers import FadeIn, Shrink, SpaceTimeConv, register
from scenegan.specs import NOISE_SIZE
from scenegan.tensor_ops import differences

CHANGE_GAIN = 5.0    # frame differences are some twenty times smaller than colours


@register
class ClipViews(layers.Layer):
    """What is looked at of a clip: itself, its change from frame to frame and from the photo.

    Input shapes: clip `(batch, frames, height, width, channels)`, photo
    `(batch, height, width, channels)`. Output: the clip, its differences (0 in frame 1,
    times CHANGE_GAIN), its difference from the photo and the photo, side by side in
    `4 * channels` channels.
    """

    def call(self, clip, photo):
        still = ops.zeros_like(photo[:, None])
        change = ops.concatenate([still, differences(clip, axis=1)], axis=1)
        photos = ops.repeat(photo[:, None], clip.shape[1], axis=1)  # (b, t, h, w, channels)
        return ops.concatenate([clip, CHANGE_GAIN * change, clip - photos, photos], axis=-1)

    def compute_output_shape(self, clip_shape, photo_shape):
        return (*clip_shape[:-1], 4 * clip_shape[-1])


def build_discriminator(spec, previous=None):
    """Build a stage's discriminator, grown at its input like the generator at its output.

    There is no normalisation in it, so that a gradient penalty is valid (each clip's
    score depends on that clip alone).

    Args:
        spec: A `StageSpec`.
        previous: Discriminator of the stage that `spec.starts_from` names, to grow from.

    Returns:
        Model from clip `(batch, frames, height, width, channels)`, photo and alpha
        `(batch, 1)` to scores `(batch, positions)`, one for each coarse place and time of
        the clip.

    Reference: Isola et al. 2017 (patches), https://arxiv.org/abs/1611.07004; Karras et al.
    2018 (growing), https://arxiv.org/abs/1710.10196
    """
    clip = keras.Input(spec.shape, name="clip")
    photo = keras.Input(spec.shape[1:], name="photo")
    alpha = keras.Input((1,), name="alpha")
    x = _see(spec, clip, photo)
    if previous is None:
        scores = Unused(name="unused_alpha")(_judge(spec)(x), alpha)
    else:
        size = previous.input[0].shape[2:4]
        small = ClipViews()(Shrink(*size)(clip), Shrink(*size)(photo))
        coarse = previous.get_layer(f"see{spec.starts_from}")(small)
        fine = SpaceTimeConv(coarse.shape[-1], space_strides=2, name="halve")(x)
        mixed = FadeIn(name="fade_in")(activate(fine), activate(coarse), alpha)
        scores = grown_trunk(previous)(mixed)
    return keras.Model([clip, photo, alpha], scores, name=f"stage{spec.number}_discriminator")


def build_motion_reader(spec, previous=None):
    """Build the network that reads from a real clip the noise that would have made it.

    Its posterior lets the generator learn the real motion although a photo has many, and
    reading back the noise of a generated clip keeps noise and motion tied together.

    Args:
        spec: A `StageSpec`.
        previous: Reader of the stage that `spec.starts_from` names; it reads the clip
            shrunk to its size, for motion can be told from few pixels.

    Returns:
        Model from clip and photo to [mean, log_variance], each `(batch, NOISE_SIZE)`.

    Reference: Zhu et al. 2017 (BicycleGAN), https://arxiv.org/abs/1711.11586
    """
    clip = keras.Input(spec.shape, name="clip")
    photo = keras.Input(spec.shape[1:], name="photo")
    if previous is not None:
        size = previous.input[0].shape[2:4]
        heads = previous([Shrink(*size)(clip), Shrink(*size)(photo)])
        return keras.Model([clip, photo], heads, name=f"stage{spec.number}_motion_reader")
    x = ClipViews()(clip, photo)
    for level in range(4):
        x = SpaceTimeConv(min(spec.features << level, 64), space_strides=2,
                          time_strides=1 if level == 0 else 2, name=f"read{level + 1}")(x)
        x = activate(x)
    x = layers.Flatten()(x)                                        # (b, t h w f)
    heads = [layers.Dense(NOISE_SIZE, name=name)(x) for name in ("mean", "log_variance")]
    return keras.Model([clip, photo], heads, name=f"stage{spec.number}_motion_reader")


def _see(spec, clip, photo):
    """The finest features of a clip; one layer, so that a grown critic can share it."""
    return activate(layers.Dense(spec.features, name=f"see{spec.number}")(ClipViews()(clip, photo)))


def _judge(spec):
    """The trunk that every stage's discriminator ends in, a model of its own."""
    features = keras.Input((*spec.shape[:3], spec.features))
    x = features
    for level in range(1, 5):
        x = SpaceTimeConv(spec.features << min(level, 3), space_strides=2,
                          time_strides=2 if level > 1 else 1, name=f"judge{level}")(x)
        x = activate(x)
    scores = layers.Dense(1, name="scores")(x)                # (b, 4, 2, 3, 1)
    return keras.Model(features, layers.Flatten()(scores), name="judge")
