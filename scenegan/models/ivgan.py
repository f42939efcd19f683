"""iVGAN: clips from noise by one stream, whose background may move, too.

Reference: Kratzwald et al. 2017, https://arxiv.org/abs/1711.11453
"""

import math

import keras
from keras import layers

from scenegan.models.blocks import NORMAL, coarsest, conv_3d, paint, widths


def build_ivgan_generator(spec, previous=None):
    """Build the generator; 12.7 M parameters in its published form.

    Args:
        spec: A `StageSpec`.
        previous: None: it grows from nothing.

    Returns:
        Model from noise `(batch, noise_size)` to a dict of clip `spec.shape` in [-1, 1].
    """
    noise = keras.Input((spec.noise_size,), name="noise")
    size = (*coarsest(spec), widths(spec)[-1])
    # (b, t / 16, h / 16, w / 16, 8 f)
    x = layers.Reshape(size)(_act(layers.Dense(math.prod(size), **NORMAL)(noise)))
    for filters in widths(spec)[-2::-1]:
        x = _act(conv_3d(spec, filters, transposed=True)(x))
    return keras.Model(noise, {"clip": paint(spec, x)}, name="ivgan_generator")


def _act(x):
    return layers.LeakyReLU(0.2)(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
