"""VGAN's future of a photo: an encoder in place of the noise.

Reference: Vondrick et al. 2016, section 4.4, https://arxiv.org/abs/1609.02612
"""

import keras
from keras import layers

from scenegan.models.blocks import (
    NORMAL,
    coarsest,
    encode_image,
    enlarge_2d,
    enlarge_3d,
    normalised,
    over_background,
    paint,
    widths,
)


def build_future_generator(spec, previous=None):
    """Build the generator; 68.2 M parameters in its published form.

    Args:
        spec: A `StageSpec`; with one stream there is neither background nor mask.
        previous: None: it grows from nothing.

    Returns:
        Model from photo `(batch, height, width, channels)` in [-1, 1] to a dict of clip and, with
        two streams, mask, as `build_vgan_generator` describes them.
    """
    photo = keras.Input(spec.shape[1:], name="photo")
    frames, height, width = coarsest(spec)
    code = encode_image(spec, photo)[-1]                       # (b, h / 16, w / 16, 8 f)
    x = layers.Reshape((1, height, width, code.shape[-1]))(code)
    # (b, t / 16, h / 16, w / 16, 8 f)
    x = layers.Conv3DTranspose(widths(spec)[-1], (frames, 1, 1), **NORMAL)(x)
    x = enlarge_3d(spec, normalised(x))
    outputs = ({"clip": paint(spec, x)} if spec.streams == 1 else
               over_background(spec, x, enlarge_2d(spec, code)))
    return keras.Model(photo, outputs, name="future_generator")
