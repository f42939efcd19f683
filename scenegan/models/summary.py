"""A generator that is given a photo and the beginning of its clip: `summary`.

What a published summary of Vondrick et al. 2016 describes: an encoder of content and one of
motion, and a decoder of both with skips and a mask.
"""

import keras
from keras import layers, ops

from scenegan.models.blocks import (
    NORMAL,
    coarsest,
    conv_3d,
    encode_image,
    normalised,
    over_background,
    widths,
)
from scenegan.models.layers import RepeatFrames


def build_summary_generator(spec, previous=None):
    """Build the generator. No count of its parameters was published.

    Args:
        spec: A `StageSpec`; `given` frames of the clip are its input, too.
        previous: None: it grows from nothing.

    Returns:
        Model from photo `(batch, height, width, channels)` and given
        `(batch, given, height, width, channels)`, the clip's first frames, to a dict of clip and
        mask, as `build_vgan_generator` describes them; the photo is the background.
    """
    photo = keras.Input(spec.shape[1:], name="photo")
    given = keras.Input((spec.given, *spec.shape[1:]), name="given")
    frames = coarsest(spec)[0]
    content = encode_image(spec, photo)
    x = layers.Concatenate()([RepeatFrames(frames)(content[-1]),
                              RepeatFrames(frames)(_encode_motion(spec, given))])
    for filters, skipped in zip(widths(spec)[-2::-1], content[-2::-1], strict=True):
        x = normalised(conv_3d(spec, filters, transposed=True)(x))
        x = layers.Concatenate()([x, RepeatFrames(x.shape[1])(skipped)])
    outputs = over_background(spec, x, photo)
    return keras.Model([photo, given], outputs, name="summary_generator")


def _encode_motion(spec, x):
    """The mean over time of 3-D features at the coarsest height and width."""
    for level, filters in enumerate(widths(spec)):
        x = layers.Conv3D(filters, 4, strides=(1, 2, 2), padding="same", **NORMAL)(x)
        x = normalised(x) if level else layers.ReLU()(x)
    return ops.mean(x, axis=1)                                 # (b, h / 16, w / 16, 8 f)
