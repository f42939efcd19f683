"""Networks and numbers that recognise what clips show, for `recognition`."""

import cv2
import keras
import numpy as np
from keras import layers, ops

BINS = 6                     # of each channel of a colour histogram
DROPOUT = 0.5                # before the linear layer, as published


def build_recogniser(discriminator, count, settings, fresh):
    """A discriminator with a linear layer over tags in place of its last one, compiled.

    Args:
        discriminator: Keras model with a layer "features".
        count: Tags.
        settings: `RecognitionSettings`.
        fresh: Whether it begins with random weights.

    Returns:
        Model from clip `(batch, *shape)` to logits `(batch, count)`.
    """
    network = keras.models.clone_model(discriminator)
    if not fresh:
        network.set_weights(discriminator.get_weights())
    x = layers.Flatten()(network.get_layer("features").output)
    logits = layers.Dense(count, dtype="float32")(layers.Dropout(DROPOUT)(x))
    model = keras.Model(network.inputs[0], logits, name="recogniser")
    rate = keras.optimizers.schedules.PolynomialDecay(settings.rate, settings.steps, 0.0)
    model.compile(keras.optimizers.Adam(rate), jit_compile=False,
                  loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def pooled_features(discriminator):
    """Model from clip `(batch, *shape)` to the mean and the largest of each feature.

    Over all positions, `(batch, 2 * channels)`.
    """
    features = ops.cast(discriminator.get_layer("features").output, "float32")
    axes = tuple(range(1, len(features.shape) - 1))
    return keras.Model(discriminator.inputs[0], ops.concatenate(
        [ops.mean(features, axis=axes), ops.max(features, axis=axes)], axis=-1))


def gather_statistics(network, batches):
    """Have batch normalisation gather what it normalises by of some clips alone.

    A GAN's discriminator has gathered it of real and generated clips mixed; a new network has
    gathered nothing.

    Args:
        network: Keras model of clips; its weights stay.
        batches: Iterable of float32 clips `(n, *shape)`; twenty leave a tenth of what was there.
    """
    for clips in batches:
        network(clips, training=True)


def colour_histograms(clips):
    """Square roots of the shares of a clip's pixels of each colour.

    Args:
        clips: float32 `(n, frames, height, width, channels)` in [-1, 1].

    Returns:
        float32 `(n, BINS ** channels)`; the sum of a row's squares is 1.
    """
    channels = clips.shape[-1]
    pixels = np.ascontiguousarray(clips.reshape(len(clips), -1, 1, channels))
    return np.sqrt([cv2.calcHist([rows], list(range(channels)), None, [BINS] * channels,
                                 [-1, 1.001] * channels).ravel() / len(rows) for rows in pixels])
