"""An autoencoder of clips, the baseline of VGAN: of the same shape, without a discriminator.

Reference: Vondrick et al. 2016, section 4.2, https://arxiv.org/abs/1609.02612
"""

import keras
from keras import layers

from scenegan.models.blocks import NORMAL, conv_3d, normalised, widths
from scenegan.models.vgan import build_vgan_generator


def build_autoencoder(spec, previous=None):
    """Build the autoencoder.

    Args:
        spec: A `StageSpec`; the code has `noise_size` numbers.
        previous: None: it grows from nothing.

    Returns:
        Model from real `(batch, *spec.shape)` to a dict of clip and, with two streams, mask. Its
        layers "code" and "vgan_generator" are the code and the decoder.
    """
    real = keras.Input(spec.shape, name="real")
    x = real
    for filters in widths(spec):
        x = normalised(conv_3d(spec, filters)(x))
    x = layers.Flatten()(x)                                    # (b, t h w f / 512)
    code = layers.Dense(spec.noise_size, name="code", **NORMAL)(x)
    return keras.Model(real, build_vgan_generator(spec)(code), name="autoencoder")
