"""The original Scene GAN's networks, `scene-reference`, to compare with. Gray, 40x23 and 80x45.

Inside these models time is the last axis but one, `(batch, height, width, frames, channels)`,
as the original has it. Every convolution is 3x3x3, 'same'.
"""

import keras
from keras import layers, ops

from scenegan.models.layers import FadeIn, Shrink, register

FRAMES = 32


@register
class DoubleClip(layers.Layer):
    """A clip of twice the height and width by repetition, less its last row."""

    def call(self, clip):
        return ops.repeat(ops.repeat(clip, 2, axis=1), 2, axis=2)[:, :-1]

    def compute_output_shape(self, shape):
        return shape[0], 2 * shape[1] - 1, 2 * shape[2], *shape[3:]


def build_reference_generator_1(height=23, width=40, finest=8):
    """Photo `(batch, 23, 40, 1, 1)` to clip `(batch, 23, 40, 32, 1)`; 298,673 parameters."""
    photo = keras.Input((height, width, 1, 1), name="photo")
    x = photo
    for level in range(4, -1, -1):
        x = _paint(layers.UpSampling3D((1, 1, 2))(x), finest << level)
    return keras.Model(photo, _clip(x), name="reference_generator_1")


def build_reference_generator_2(height=45, width=80, finest=8):
    """Photo `(batch, 45, 80, 1, 1)`, a stage 1 clip and alpha `(batch, 1)` to a clip.

    The clip is `alpha * new + (1 - alpha) * enlarged`. 1,188,145 parameters.
    """
    photo = keras.Input((height, width, 1, 1), name="photo")
    coarse = keras.Input(((height + 1) // 2, width // 2, FRAMES, 1), name="coarse")
    alpha = keras.Input((1,), name="alpha")
    x = _paint(layers.UpSampling3D((1, 1, 2))(photo), finest << 5)
    x = _paint(x, finest << 4)
    for level in range(3, -1, -1):
        x = _paint(layers.UpSampling3D((1, 1, 2))(x), finest << level)
    share = layers.Reshape((1, 1, 1, 1))(alpha)
    clip = layers.Add()([layers.Multiply()([_clip(x), share]),
                         layers.Multiply()([DoubleClip()(coarse), 1 - share])])
    return keras.Model([photo, coarse, alpha], clip, name="reference_generator_2")


def build_reference_discriminator(stage, height=None, width=None, finest=8):
    """Clip `(batch, height, width, 32, 1)` to a score `(batch, 1)`.

    288,242 parameters in stage 1 and 64,708 in stage 2.
    """
    usual, first, later = {1: ((23, 40), (16, 1), (8, 4, 1)), 2: ((45, 80), (8, 2), (4, 1))}[stage]
    clip = keras.Input((height or usual[0], width or usual[1], FRAMES, 1), name="clip")
    x = clip
    strides = (first, *((times, 2) for times in later))
    for filters, stride in (*((times * finest, stride) for times, stride in strides), (1, 2)):
        x = layers.Conv3D(filters, 3, strides=stride, padding="same")(x)
        x = layers.BatchNormalization(momentum=0.8)(layers.LeakyReLU(0.2)(x))
    return keras.Model(clip, layers.Dense(1)(layers.Flatten()(x)),
                       name=f"reference_discriminator_{stage}")


def build_scene_reference_generator(spec, previous=None):
    """The generator of a stage, for training; its second one holds the first, frozen.

    Args:
        spec: A `StageSpec` of 32 gray frames; `features` are the last layer's channels.
        previous: The first stage's generator, or None.

    Returns:
        Model from photo `(batch, height, width, 1)` and, in stage 2, alpha `(batch, 1)` to a dict
        of clip `(batch, 32, height, width, 1)`.
    """
    size = spec.height, spec.width
    photo = keras.Input((*size, 1), name="photo")
    time_last = layers.Reshape((*size, 1, 1))(photo)
    if previous is None:
        clip = build_reference_generator_1(*size, spec.features)(time_last)
        return keras.Model(photo, {"clip": layers.Permute((3, 1, 2, 4), name="clip")(clip)},
                           name="scene_reference_generator_1")
    alpha = keras.Input((1,), name="alpha")
    previous.trainable = False
    coarse = previous(Shrink(*previous.inputs[0].shape[1:3])(photo))["clip"]
    clip = build_reference_generator_2(*size, spec.features)(
        [time_last, layers.Permute((2, 3, 1, 4))(coarse), alpha])
    return keras.Model([photo, alpha], {"clip": layers.Permute((3, 1, 2, 4), name="clip")(clip)},
                       name="scene_reference_generator_2")


def build_scene_reference_discriminator(spec, previous=None):
    """The discriminator of a stage; in stage 2 its score is mixed by alpha with the first one's.

    Returns:
        Model from clip `(batch, 32, height, width, 1)` and, in stage 2, alpha `(batch, 1)` to
        scores `(batch, 1)`.
    """
    clip = keras.Input(spec.shape, name="clip")
    time_last = layers.Permute((2, 3, 1, 4))(clip)
    stage = 1 if previous is None else 2
    scores = build_reference_discriminator(stage, spec.height, spec.width, spec.features)(time_last)
    if previous is None:
        return keras.Model(clip, scores, name="scene_reference_discriminator_1")
    alpha = keras.Input((1,), name="alpha")
    previous_scores = previous(Shrink(*previous.inputs[0].shape[2:4])(clip))
    return keras.Model([clip, alpha], FadeIn()(scores, previous_scores, alpha),
                       name="scene_reference_discriminator_2")


def _paint(x, filters):
    x = layers.Conv3D(filters, 3, padding="same")(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.5)(x))


def _clip(x):
    return layers.Conv3D(1, 3, padding="same", activation="tanh")(x)
