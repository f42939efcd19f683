"""From what the network says to moving pixels: the motion head and the compositor."""

import keras
import numpy as np
from keras import layers, ops

from scenegan.models.layers import register

MASK_BIAS = -2.0     # a mask that nothing asks for starts at 0.12: mostly the moved photo
GATE_BIAS = 2.0      # a gate that nothing closes starts at 0.88: mostly open
MASK_FRAMES = 4      # frames over which the foreground may come in after the photo


@register
class MotionHead(layers.Layer):
    """Turn raw maps into displacement, mask and foreground, all of them "nothing" in frame 1.

    The displacement is the running sum of a velocity, so motion is smooth in time and
    starts at rest in the photo.

    Args:
        max_speed: Largest velocity, in frame widths (x) or heights (y) a frame.

    Input shapes: photo `(batch, height, width, channels)`, raw `(batch, frames, height, width,
    3 + channels)`, gate `(batch, height, width, 1)`, a logit: nothing moves where it is closed.

    Output shapes: displacement `(batch, frames, height, width, 2)`, backward, as (x, y) in
    fractions of the frame's width and height; mask `(..., 1)` in [0, 1]; foreground
    `(..., channels)` in [-1, 1]. Displacement and mask are 0 in frame 1.
    """

    def __init__(self, max_speed, **kwargs):
        super().__init__(**kwargs)
        self.max_speed = max_speed

    def call(self, photo, raw, gate):
        frames = raw.shape[1]
        velocity, mask, change = ops.split(raw, [2, 3], axis=-1)
        gate = ops.sigmoid(gate + GATE_BIAS)[:, None]
        displacement = running_sum(self.max_speed * gate * ops.tanh(velocity))
        time = ops.reshape(ops.arange(frames, dtype=raw.dtype), (1, frames, 1, 1, 1))
        mask = gate * ops.sigmoid(mask + MASK_BIAS) * ops.minimum(time / MASK_FRAMES, 1.0)
        foreground = ops.clip(photo[:, None] + 2 * ops.tanh(change), -1.0, 1.0)
        return displacement, mask, foreground

    def compute_output_shape(self, photo_shape, raw_shape, gate_shape):
        grid = tuple(raw_shape[:-1])
        return (*grid, 2), (*grid, 1), (*grid, raw_shape[-1] - 3)

    def get_config(self):
        return super().get_config() | {"max_speed": self.max_speed}


def running_sum(velocity):
    """The displacement at each frame: the sum of the velocities since frame 1, where it is 0.

    A matrix product over time, which is faster on a CPU than a cumulative sum.
    """
    _, frames, height, width, axes = velocity.shape
    weights = np.tril(np.ones((frames, frames)))
    weights[:, 0] = 0                                      # frame 1 has no frame before it
    flat = ops.reshape(velocity, (-1, frames, height * width * axes))
    total = ops.matmul(ops.cast(weights, velocity.dtype), flat)
    return ops.reshape(total, (-1, frames, height, width, axes))


def warp(photo, displacement):
    """Sample a photo at displaced places: bilinear, edges clamped.

    Args:
        photo: Float tensor `(batch, height, width, channels)`.
        displacement: Float tensor `(batch, frames, height, width, 2)`: where each pixel
            comes from, as (x, y) in fractions of the width and height.

    Returns:
        Clip `(batch, frames, height, width, channels)`; exactly the photo where the
        displacement is zero.

    Reference: Jaderberg et al. 2015, eq. 5, https://arxiv.org/abs/1506.02025
    """
    _, height, width, channels = photo.shape
    x, y = (ops.squeeze(part, axis=-1) for part in ops.split(displacement, 2, axis=-1))
    x = ops.arange(width, dtype=x.dtype) + x * width
    y = ops.arange(height, dtype=y.dtype)[:, None] + y * height
    x, y = ops.clip(x, 0, width - 1), ops.clip(y, 0, height - 1)
    left, top = ops.floor(x), ops.floor(y)
    right_share, bottom_share = (x - left)[..., None], (y - top)[..., None]
    # clipped again, for a NaN becomes any whole number: it must reach the loss, not the gather
    left = ops.clip(ops.cast(left, "int32"), 0, width - 1)
    top = ops.clip(ops.cast(top, "int32"), 0, height - 1)
    right, bottom = ops.minimum(left + 1, width - 1), ops.minimum(top + 1, height - 1)
    pixels = ops.reshape(photo, (-1, channels))
    first = ops.arange(ops.shape(photo)[0], dtype="int32")[:, None, None, None] * (height * width)

    def sample(row, column):
        return ops.take(pixels, first + row * width + column, axis=0)

    upper = sample(top, left) * (1 - right_share) + sample(top, right) * right_share
    lower = sample(bottom, left) * (1 - right_share) + sample(bottom, right) * right_share
    return upper * (1 - bottom_share) + lower * bottom_share


@register
class Compositor(layers.Layer):
    """Render a clip: `(1 - mask) * warp(photo, displacement) + mask * foreground`.

    Inputs are those of `warp` and the two maps of `MotionHead`; the output is a clip
    `(batch, frames, height, width, channels)` in [-1, 1].

    Reference: Vondrick et al. 2016, eq. 2, with the background set in motion,
    https://arxiv.org/abs/1609.02612
    """

    def call(self, photo, displacement, blend, foreground):   # "mask" has a meaning in Keras
        return (1 - blend) * warp(photo, displacement) + blend * foreground

    def compute_output_shape(self, photo_shape, displacement_shape, blend_shape, foreground_shape):
        return foreground_shape


def motion_of(generator):
    """The motion that a generator predicts, to be rendered at any resolution.

    Args:
        generator: A model from `build_generator`, or one loaded from its file.

    Returns:
        Model with the same inputs (photo, noise) and the outputs [displacement, mask,
        foreground] of `MotionHead`.
    """
    return keras.Model(generator.inputs, list(generator.get_layer("motion").output),
                       name=f"{generator.name}_motion")
