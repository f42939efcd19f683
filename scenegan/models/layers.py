"""The layers of the networks. Clips are `(batch, frames, height, width, channels)`."""

import keras
import numpy as np
from keras import layers, ops

register = keras.saving.register_keras_serializable("scenegan")


@register
class SpaceTimeConv(layers.Layer):
    """A convolution over space, then one over time: "(2+1)D".

    Several times faster on a CPU than a 3-D convolution of the same reach, with fewer
    weights.

    Args:
        filters: Channels of the output.
        space_strides: Stride over height and width.
        time_strides: Stride over frames.
        zero: Whether both kernels of the last convolution start at zero, so that the
            layer's first output is zero.
        inner: Channels between the two; None for as many as of the output.

    Input shape: `(batch, frames, height, width, channels)`.
    Output shape: the same with `filters` channels; strided axes are `ceil(n / stride)`.

    Reference: Tran et al. 2018, https://arxiv.org/abs/1711.11248
    """

    def __init__(self, filters, *, space_strides=1, time_strides=1, zero=False, inner=None,
                 **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.inner = filters if inner is None else inner
        self.space_strides = space_strides
        self.time_strides = time_strides
        self.zero = zero
        self.space = layers.Conv2D(self.inner, 3, strides=space_strides, padding="same",
                                   kernel_initializer="he_normal", name="space",
                                   dtype=self.dtype_policy)
        self.time = layers.Conv2D(filters, (3, 1), strides=(time_strides, 1), padding="same",
                                  kernel_initializer="zeros" if zero else "he_normal",
                                  name="time", dtype=self.dtype_policy)

    def build(self, shape):
        batch, frames, height, width, channels = shape
        self.space.build((batch, height, width, channels))
        self.time.build((batch, frames, None, self.inner))

    def call(self, x):
        _, frames, height, width, channels = x.shape
        x = ops.reshape(x, (-1, height, width, channels))          # frames join the batch
        x = self.space(x)
        height, width = x.shape[1:3]
        x = ops.reshape(x, (-1, frames, height * width, self.inner))   # pixels join one axis
        x = self.time(x)
        return ops.reshape(x, (-1, x.shape[1], height, width, self.filters))  # (b, t, h, w, f)

    def compute_output_shape(self, shape):
        batch, frames, height, width, _ = shape
        space, time = self.space_strides, self.time_strides
        return batch, -(-frames // time), -(-height // space), -(-width // space), self.filters

    def get_config(self):
        return super().get_config() | {
            "filters": self.filters, "space_strides": self.space_strides,
            "time_strides": self.time_strides, "zero": self.zero, "inner": self.inner}


@register
class Modulate(layers.Layer):
    """Scale and shift each feature map by amounts computed from the noise vector (FiLM).

    Input shapes: features `(batch, ..., channels)`, noise `(batch, n)`.

    Reference: Perez et al. 2018, https://arxiv.org/abs/1709.07871
    """

    def build(self, features_shape, noise_shape):
        self.dense = layers.Dense(2 * features_shape[-1], name="dense",
                                  kernel_initializer=keras.initializers.RandomNormal(stddev=0.1),
                                  dtype=self.dtype_policy)
        self.dense.build(noise_shape)

    def call(self, features, noise):
        amounts = self.dense(noise)                                # (b, 2 channels)
        amounts = ops.reshape(amounts, (-1, *[1] * (len(features.shape) - 2), amounts.shape[-1]))
        scale, shift = ops.split(amounts, 2, axis=-1)
        return features * (1 + scale) + shift

    def compute_output_shape(self, features_shape, noise_shape):
        return features_shape


@register
class RepeatFrames(layers.Layer):
    """An image `(batch, height, width, channels)` as a clip of equal frames."""

    def __init__(self, frames, **kwargs):
        super().__init__(**kwargs)
        self.frames = frames

    def call(self, image):
        return ops.repeat(image[:, None], self.frames, axis=1)     # (b, frames, h, w, channels)

    def compute_output_shape(self, shape):
        return shape[0], self.frames, *shape[1:]

    def get_config(self):
        return super().get_config() | {"frames": self.frames}


@register
class ResizeClip(layers.Layer):
    """Resize a clip: bilinear over space, and each frame repeated over time.

    Args:
        frames: Frames of the output, a multiple of the input's.
        height, width: Size of the output in pixels, no smaller than the input's.
    """

    def __init__(self, frames, height, width, **kwargs):
        super().__init__(**kwargs)
        self.frames, self.height, self.width = frames, height, width

    def call(self, x):
        _, frames, height, width, channels = x.shape
        if (height, width) != (self.height, self.width):
            x = ops.reshape(x, (-1, height, width, channels))
            x = ops.image.resize(x, (self.height, self.width))     # (b t, new h, new w, channels)
            x = ops.reshape(x, (-1, frames, self.height, self.width, channels))
        return x if frames == self.frames else ops.repeat(x, self.frames // frames, axis=1)

    def compute_output_shape(self, shape):
        return shape[0], self.frames, self.height, self.width, shape[-1]

    def get_config(self):
        return super().get_config() | {"frames": self.frames, "height": self.height,
                                       "width": self.width}


@register
class Shrink(layers.Layer):
    """Resize images or clips `(..., height, width, channels)` to a smaller size by area average.

    What the data does to clips, as two matrix products, which can be differentiated twice.
    """

    def __init__(self, height, width, **kwargs):
        super().__init__(**kwargs)
        self.height, self.width = height, width

    def call(self, x):
        *_, height, width, channels = x.shape
        rows, columns = area_weights(height, self.height), area_weights(width, self.width)
        y = ops.reshape(x, (-1, height, width * channels))         # (n, h, w channels)
        y = ops.matmul(ops.cast(rows, x.dtype), y)                 # (n, new h, w channels)
        y = ops.reshape(y, (-1, self.height, width, channels))     # (n, new h, w, channels)
        y = ops.matmul(ops.cast(columns, x.dtype), y)
        return ops.reshape(y, (-1, *x.shape[1:-3], self.height, self.width, channels))

    def compute_output_shape(self, shape):
        return (*shape[:-3], self.height, self.width, shape[-1])

    def get_config(self):
        return super().get_config() | {"height": self.height, "width": self.width}


def area_weights(size, new):
    """Weights `(new, size)` of an area average along one axis; each row sums to one."""
    edges = np.linspace(0, size, new + 1)
    start, end = edges[:-1, None], edges[1:, None]
    pixels = np.arange(size)
    overlap = np.minimum(end, pixels + 1) - np.maximum(start, pixels)
    return np.clip(overlap, 0, None) * (new / size)


@register
class FadeIn(layers.Layer):
    """`alpha * new + (1 - alpha) * old`, alpha in [0, 1] of shape `(batch, 1)`.

    Reference: Karras et al. 2018, figure 2, https://arxiv.org/abs/1710.10196
    """

    def call(self, new, old, alpha):
        alpha = ops.reshape(alpha, (-1, *[1] * (len(new.shape) - 1)))  # (b, 1, ...)
        return alpha * new + (1 - alpha) * old

    def compute_output_shape(self, new_shape, old_shape, alpha_shape):
        return new_shape
