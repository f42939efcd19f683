"""VGAN: clips from noise, a still background behind a moving foreground.

Reference: Vondrick et al. 2016, https://arxiv.org/abs/1609.02612
"""

import keras
from keras import layers

from scenegan.models.blocks import (
    NORMAL,
    coarsest,
    enlarge_2d,
    enlarge_3d,
    normalised,
    over_background,
    paint,
    widths,
)


def build_vgan_generator(spec, previous=None):
    """Build the generator; 16.2 M parameters in its published form.

    Args:
        spec: A `StageSpec`; with one stream there is neither background nor mask.
        previous: None: it grows from nothing.

    Returns:
        Model from noise `(batch, noise_size)` to a dict of clip `spec.shape` in [-1, 1] and,
        with two streams, mask `(batch, frames, height, width, 1)` in [0, 1].
    """
    noise = keras.Input((spec.noise_size,), name="noise")
    frames, height, width = coarsest(spec)
    x = layers.Reshape((1, 1, 1, spec.noise_size))(noise)
    # (b, t / 16, h / 16, w / 16, 8 f)
    x = layers.Conv3DTranspose(widths(spec)[-1], (frames, height, width), **NORMAL)(x)
    x = enlarge_3d(spec, normalised(x))
    if spec.streams == 1:
        return keras.Model(noise, {"clip": paint(spec, x)}, name="vgan_generator")
    still = layers.Reshape((1, 1, spec.noise_size))(noise)
    # (b, h / 16, w / 16, 8 f)
    still = layers.Conv2DTranspose(widths(spec)[-1], (height, width), **NORMAL)(still)
    background = enlarge_2d(spec, normalised(still))
    return keras.Model(noise, over_background(spec, x, background), name="vgan_generator")
