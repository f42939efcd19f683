"""A small video network that judges clips through windows, for the measures of realism.

Windows are parts of a clip, half as long and a few pixels smaller: what the network sees of
a clip differs from step to step, so few clips do for its training.
"""

import keras
import numpy as np
from keras import layers, ops

from scenegan.models.layers import SpaceTimeConv
from scenegan.pixels import to_float
from scenegan.tensor_ops import differences

FEATURES = 16                # channels at the finest level
CHANGE_GAIN = 5.0            # frame differences are some twenty times smaller than colours
RATE = 2e-3                  # of Adam at first; it falls evenly to 0
SHARE = 0.85                 # of a clip's height and width that a window spans, at most
LARGEST = 24, 40             # pixels: height and width of a window, at most


def window_shape(shape):
    """Shape of the windows on clips of `(frames, height, width, channels)`."""
    frames, height, width, channels = shape
    return (frames // 2, min(LARGEST[0], max(1, round(SHARE * height))),
            min(LARGEST[1], max(1, round(SHARE * width))), channels)


def random_windows(clips, shape, random):
    """A window of `shape` on each clip, mirrored half of the time, float32 in [-1, 1].

    Args:
        clips: uint8 `(n, frames, height, width, channels)`, no smaller than the window.
        shape: As `window_shape` gives it.
        random: `np.random.Generator`.
    """
    windows = np.empty((len(clips), *shape), np.float32)
    room = np.subtract(clips.shape[1:4], shape[:3]) + 1
    for window, clip in zip(windows, clips, strict=True):
        corner = random.integers(room)
        window[:] = to_float(_cut(clip, corner, shape)[:, :, ::random.choice((1, -1))])
    return windows


def fixed_windows(clips, shape):
    """The eight windows in the corners of space and time, float32 `(8, n, ...)` in [-1, 1]."""
    room = np.subtract(clips.shape[1:4], shape[:3])
    return np.stack([to_float(np.stack([_cut(clip, room * ends, shape) for clip in clips]))
                     for ends in np.ndindex(2, 2, 2)])


def _cut(clip, corner, shape):
    return clip[tuple(slice(start, start + size)
                      for start, size in zip(corner, shape[:3], strict=True))]


def build_trunk(shape):
    """Model from windows `(batch, *shape)` to features `(batch, 4 * FEATURES)`.

    Space and time are convolved apart, as in Tran et al. 2018, https://arxiv.org/abs/1711.11248
    """
    window = keras.Input(shape, name="window")
    change = ops.pad(differences(window, axis=1), ((0, 0), (1, 0), (0, 0), (0, 0), (0, 0)))
    x = layers.Concatenate()([window, CHANGE_GAIN * change])
    for level in range(3):
        x = SpaceTimeConv(FEATURES << level, space_strides=2, time_strides=1 + (level > 0),
                          name=f"see{level + 1}")(x)
        x = layers.LeakyReLU(0.2)(layers.RMSNormalization()(x))
    x = layers.GlobalAveragePooling3D(name="features")(x)
    return keras.Model(window, x, name="trunk")


def build_classifier(shape, heads, steps):
    """A trunk and one linear layer a question, compiled for `train_on_batch`.

    Args:
        shape: Of the windows.
        heads: Dict from a question to its number of answers, at least 2.
        steps: For which it will be trained.

    Returns:
        Model from windows to a list of logits `(batch, answers)`.
    """
    trunk = build_trunk(shape)
    logits = [layers.Dense(count, name=name)(trunk.output) for name, count in heads.items()]
    model = keras.Model(trunk.input, logits, name="classifier")
    rate = keras.optimizers.schedules.PolynomialDecay(RATE, steps, end_learning_rate=0.0)
    model.compile(keras.optimizers.Adam(rate), jit_compile=False, loss=[
        keras.losses.SparseCategoricalCrossentropy(from_logits=True) for _ in heads])
    return model


class Restart:
    """Sets a compiled model back to new random weights, without tracing it again.

    Args:
        model: As `build_classifier` gives it.
        build: Function of no arguments that builds another one.
    """

    def __init__(self, model, build):
        self.model, self.build = model, build
        model.optimizer.build(model.trainable_variables)
        self.start = [ops.convert_to_numpy(ops.copy(v)) for v in model.optimizer.variables]

    def __call__(self, seed):
        keras.utils.set_random_seed(seed)
        for variable, fresh in zip(self.model.weights, self.build().weights, strict=True):
            variable.assign(fresh)
        for variable, value in zip(self.model.optimizer.variables, self.start, strict=True):
            variable.assign(value)


def describe(model, clips, shape, count=8):
    """Mean over the fixed windows of what a model says of clips, `(n, outputs)`."""
    said = []
    for start in range(0, len(clips), count):
        windows = fixed_windows(clips[start:start + count], shape)
        flat = windows.reshape(-1, *shape)
        output = ops.convert_to_numpy(model(flat, training=False))
        said.append(output.reshape(*windows.shape[:2], -1).mean(axis=0))
    return np.concatenate(said)
