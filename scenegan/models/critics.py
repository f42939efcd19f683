"""What networks that grow by stages share, most of it the critics."""

import keras
from keras import layers

from scenegan.models.layers import register


@register
class Unused(layers.Layer):
    """Its first input as it is; the second one is taken and not used.

    Keras before 3.13 refuses a model with an input that leads nowhere, such as the alpha of a
    stage that fades in from nothing. Any shapes.
    """

    def call(self, x, unused):
        return x

    def compute_output_shape(self, x_shape, unused_shape):
        return x_shape


def activate(x):
    """The activation of all critics."""
    return layers.LeakyReLU(0.2)(x)


def grown_trunk(previous):
    """The trunk of a previous critic from its own features onwards, fully faded in.

    Args:
        previous: Critic with a model "judge", from features to scores, and, if it was grown
            itself, a layer "halve" before it.

    Returns:
        Model from features to scores.
    """
    judge = previous.get_layer("judge")
    if all(layer.name != "halve" for layer in previous.layers):
        return judge
    halve = previous.get_layer("halve")
    features = keras.Input(halve.input.shape[1:])
    x, size = halve(features), judge.input.shape[-3:-1]
    if x.shape[-3:-1] != size:                        # half of an odd size
        x = layers.Resizing(*size, interpolation="bilinear")(x)
    return keras.Model(features, judge(activate(x)), name="judge")
