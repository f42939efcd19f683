"""What both critics that grow by stages share."""

import keras
from keras import layers


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
