"""The critic of velocity fields: how real a motion is as the motion of its photo.

It looks at the fields and not at the clips that they make. So nothing has to be rendered for it,
and what warping does to a photo (blur, the border) tells it nothing.
"""

import keras
from keras import layers, ops

from scenegan.models.critics import Unused, activate, grown_trunk
from scenegan.models.layers import FadeIn, Shrink, register
from scenegan.models.velocity_generator import EdgeConv
from scenegan.scenery import MOVING, TERMS

LEVELS = 3           # halvings from 40x23 on: to 5x3 scores, each of about a third of the frame
WILD = 3.0           # times the usual speed: what is faster is compressed
BLUR = 3             # pixels over which motion is averaged: optical flow trembles from one to next


@register
class MotionViews(layers.Layer):
    """What is looked at of a motion: how it moves relative to how fast it should, and where.

    Input shapes: motion `(batch, height, width, TERMS, 2)`, scale and weight `(batch, height,
    width, 1)`, masks `(batch, height, width, len(MOVING))`, photo `(batch, height, width,
    channels)`. Output: `(batch, height, width, 2 * TERMS + 1 + len(MOVING) + channels)`; the
    motion is divided by its scale and is zero where nothing is known of it.
    """

    def call(self, motion, scale, weight, masks, photo):
        _, height, width, _, _ = motion.shape
        relative = ops.reshape(motion, (-1, height, width, 2 * TERMS)) / scale
        relative = relative / ops.sqrt(1.0 + ops.square(relative / WILD))
        relative = ops.average_pool(relative * weight, BLUR, 1, "same")
        return ops.concatenate([relative, weight, masks, photo], axis=-1)

    def compute_output_shape(self, motion_shape, scale_shape, weight_shape, masks_shape,
                             photo_shape):
        return (*photo_shape[:3], 2 * TERMS + 1 + masks_shape[-1] + photo_shape[-1])


def build_velocity_discriminator(spec, previous=None):
    """Build a stage's critic, grown at its input.

    There is no normalisation in it, so that a gradient penalty is valid.

    Args:
        spec: A `StageSpec`.
        previous: Critic of the stage that `spec.starts_from` names, to grow from.

    Returns:
        Model from a dict of motion, scale, weight, masks and photo (see `MotionViews`) and alpha
        `(batch, 1)` to scores `(batch, positions)`.

    Reference: Isola et al. 2017 (patches), https://arxiv.org/abs/1611.07004
    """
    size = spec.height, spec.width
    inputs = {"motion": keras.Input((*size, TERMS, 2), name="motion"),
              "scale": keras.Input((*size, 1), name="scale"),
              "weight": keras.Input((*size, 1), name="weight"),
              "masks": keras.Input((*size, len(MOVING)), name="masks"),
              "photo": keras.Input((*size, spec.channels), name="photo"),
              "alpha": keras.Input((1,), name="alpha")}
    x = _see(spec.number, spec.features, _views(inputs))                   # (b, h, w, f)
    if previous is None:
        scores = Unused(name="unused_alpha")(_judge(size, spec.features)(x), inputs["alpha"])
    else:
        judge, x = _grow(spec, inputs, x, previous)
        scores = judge(x)
    return keras.Model(inputs, scores, name=f"stage{spec.number}_discriminator")


def _grow(spec, inputs, x, previous):
    """The previous critic's trunk and what it is shown: fine features faded into its own."""
    names = [tensor.name for tensor in previous.inputs]
    rows, columns = previous.inputs[names.index("photo")].shape[1:3]
    shrunk = {name: _shrink(name, inputs[name], rows, columns)
              for name in ("motion", "scale", "weight", "masks", "photo")}
    coarse = previous.get_layer(f"see{spec.starts_from}")(_views(shrunk))
    fine = EdgeConv(coarse.shape[-1], strides=2, name="halve")(x)
    fine = layers.Resizing(rows, columns, interpolation="bilinear")(fine)
    mixed = FadeIn(name="fade_in")(activate(fine), activate(coarse), inputs["alpha"])
    return grown_trunk(previous), mixed


def _views(inputs):
    return MotionViews()(*(inputs[name]
                           for name in ("motion", "scale", "weight", "masks", "photo")))


def _shrink(name, x, rows, columns):
    if name != "motion":
        return Shrink(rows, columns)(x)
    flat = layers.Reshape((*x.shape[1:3], 2 * TERMS))(x)
    return layers.Reshape((rows, columns, TERMS, 2))(Shrink(rows, columns)(flat))


def _see(number, features, x):
    """The finest features; a layer of its own, so that a grown critic can share it."""
    return activate(EdgeConv(features, name=f"see{number}")(x))


def _judge(size, features):
    """The trunk that every stage's critic ends in, a model of its own."""
    inputs = keras.Input((*size, features))
    x = inputs
    for level in range(1, LEVELS + 1):
        x = activate(EdgeConv(features << level, strides=2, name=f"judge{level}")(x))
    scores = layers.Flatten()(EdgeConv(1, name="scores")(x))               # (b, 5 * 3)
    return keras.Model(inputs, scores, name="judge")
