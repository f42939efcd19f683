"""The original Scene GAN's networks, `scene-reference`, to compare with. Gray, 40x23 and 80x45.

Inside these models time is the last axis but one, `(batch, height, width, frames, channels)`,
as the original has it. Every convolution is 3x3x3, 'same'.
"""

import keras
from keras import layers, ops

from scenegan.models.layers import register

FRAMES = 32


@register
class DoubleClip(layers.Layer):
    """A clip of twice the height and width by repetition, less its last row."""

    def call(self, clip):
        return ops.repeat(ops.repeat(clip, 2, axis=1), 2, axis=2)[:, :-1]

    def compute_output_shape(self, shape):
        return shape[0], 2 * shape[1] - 1, 2 * shape[2], *shape[3:]


def build_reference_generator_1():
    """Photo `(batch, 23, 40, 1, 1)` to clip `(batch, 23, 40, 32, 1)`; 298,673 parameters."""
    photo = keras.Input((23, 40, 1, 1), name="photo")
    x = photo
    for filters in (128, 64, 32, 16, 8):
        x = _paint(layers.UpSampling3D((1, 1, 2))(x), filters)
    return keras.Model(photo, _clip(x), name="reference_generator_1")


def build_reference_generator_2():
    """Photo `(batch, 45, 80, 1, 1)`, a stage 1 clip and alpha `(batch, 1)` to a clip.

    The clip is `alpha * new + (1 - alpha) * enlarged`. 1,188,145 parameters.
    """
    photo = keras.Input((45, 80, 1, 1), name="photo")
    coarse = keras.Input((23, 40, FRAMES, 1), name="coarse")
    alpha = keras.Input((1,), name="alpha")
    x = _paint(layers.UpSampling3D((1, 1, 2))(photo), 256)
    x = _paint(x, 128)
    for filters in (64, 32, 16, 8):
        x = _paint(layers.UpSampling3D((1, 1, 2))(x), filters)
    share = layers.Reshape((1, 1, 1, 1))(alpha)
    clip = layers.Add()([layers.Multiply()([_clip(x), share]),
                         layers.Multiply()([DoubleClip()(coarse), 1 - share])])
    return keras.Model([photo, coarse, alpha], clip, name="reference_generator_2")


def build_reference_discriminator(stage):
    """Clip `(batch, height, width, 32, 1)` to a score `(batch, 1)`.

    288,242 parameters in stage 1 and 64,708 in stage 2.
    """
    shape, first, others = {1: ((23, 40), (128, 1), (64, 32, 8, 1)),
                            2: ((45, 80), (64, 2), (32, 8, 1))}[stage]
    clip = keras.Input((*shape, FRAMES, 1), name="clip")
    x = clip
    for filters, stride in (first, *((filters, 2) for filters in others)):
        x = layers.Conv3D(filters, 3, strides=stride, padding="same")(x)
        x = layers.BatchNormalization(momentum=0.8)(layers.LeakyReLU(0.2)(x))
    return keras.Model(clip, layers.Dense(1)(layers.Flatten()(x)),
                       name=f"reference_discriminator_{stage}")


def _paint(x, filters):
    x = layers.Conv3D(filters, 3, padding="same")(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.5)(x))


def _clip(x):
    return layers.Conv3D(1, 3, padding="same", activation="tanh")(x)
