"""From what the network says to moving pixels: the motion head and the compositor."""

import keras
import numpy as np
from keras import layers, ops

from scenegan.models.layers import register
from scenegan.tensor_ops import differences

MASK_BIAS = -2.0     # a mask that nothing asks for starts at 0.12: mostly the moved photo
GATE_BIAS = 2.0      # a gate that nothing closes starts at 0.88: mostly open
SMALLEST_AREA = 1e-3 # pixels: a mask's sum below which its light is no longer balanced
MASK_FRAMES = 4      # frames over which a change may come in after the photo


@register
class MotionHead(layers.Layer):
    """Turn raw maps into displacement, mask and change, all of them "nothing" in frame 1.

    The displacement is the running sum of a velocity, so motion is smooth in time and
    starts at rest in the photo. What the changes add to the light of a frame in one place they
    take away in another, for else the whole frame flickers.

    Args:
        max_speed: Largest velocity, in frame widths (x) or heights (y) a frame.

    Input shapes: raw `(batch, frames, height, width, 3 + channels)`, gate `(batch, height,
    width, 1)`, a logit: nothing moves where it is closed.

    Output shapes: displacement `(batch, frames, height, width, 2)`, backward, as (x, y) in
    fractions of the frame's width and height; mask `(..., 1)` in [0, 1]; change
    `(..., channels)` in [-4, 4], of the colours, whose mean over a frame, weighted by the mask,
    is 0. Displacement and mask are 0 in frame 1.
    """

    def __init__(self, max_speed, **kwargs):
        super().__init__(**kwargs)
        self.max_speed = max_speed

    def call(self, raw, gate):
        frames = raw.shape[1]
        velocity, mask, change = ops.split(raw, [2, 3], axis=-1)
        gate = ops.sigmoid(gate + GATE_BIAS)[:, None]              # (b, 1, h, w, 1)
        displacement = running_sum(self.max_speed * gate * ops.tanh(velocity))
        time = ops.reshape(ops.arange(frames, dtype=raw.dtype), (1, frames, 1, 1, 1))
        mask = gate * ops.sigmoid(mask + MASK_BIAS) * ops.minimum(time / MASK_FRAMES, 1.0)
        change = 2 * ops.tanh(change)
        total = ops.maximum(ops.sum(mask, axis=(2, 3), keepdims=True), SMALLEST_AREA)
        change = change - ops.sum(mask * change, axis=(2, 3), keepdims=True) / total
        return displacement, mask, change

    def compute_output_shape(self, raw_shape, gate_shape):
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
    flat = ops.reshape(velocity, (-1, frames, height * width * axes))  # (b, t, h w 2)
    total = ops.matmul(ops.cast(weights, velocity.dtype), flat)
    return ops.reshape(total, (-1, frames, height, width, axes))


def warp(photo, displacement):
    """Sample a photo at displaced places: cubic, edges clamped.

    Between two pixels a straight line runs too low on a crest and too high in a trough, by
    `t (1 - t) / 2` of the second difference there (t: the place between them, 0 to 1). With that
    added, half-way it is Catmull and Rom's spline, and fine detail fades less as it moves; it costs
    as many gathers as the line, of three times the channels.

    Args:
        photo: Float tensor `(batch, height, width, channels)`.
        displacement: Float tensor `(batch, frames, height, width, 2)`: where each pixel
            comes from, as (x, y) in fractions of the width and height.

    Returns:
        Clip `(batch, frames, height, width, channels)`; exactly the photo where the
        displacement is zero.

    Reference: Jaderberg et al. 2015, eq. 5, https://arxiv.org/abs/1506.02025; Keys 1981,
    https://doi.org/10.1109/TASSP.1981.1163711
    """
    _, height, width, channels = photo.shape
    x, y = (ops.squeeze(part, axis=-1) for part in ops.split(displacement, 2, axis=-1))
    x = ops.arange(width, dtype=x.dtype) + x * width
    y = ops.arange(height, dtype=y.dtype)[:, None] + y * height
    x, y = ops.clip(x, 0, width - 1), ops.clip(y, 0, height - 1)
    left, top = ops.floor(x), ops.floor(y)
    across, down = (x - left)[..., None], (y - top)[..., None]
    # clipped again, for a NaN becomes any whole number: it must reach the loss, not the gather
    left = ops.clip(ops.cast(left, "int32"), 0, width - 1)
    top = ops.clip(ops.cast(top, "int32"), 0, height - 1)
    right, bottom = ops.minimum(left + 1, width - 1), ops.minimum(top + 1, height - 1)
    pixels = ops.concatenate([photo, bend(photo, axis=2), bend(photo, axis=1)], axis=-1)
    pixels = ops.reshape(pixels, (-1, 3 * channels))
    first = ops.arange(ops.shape(photo)[0], dtype="int32")[:, None, None, None] * (height * width)

    def sample(row, column):
        return ops.take(pixels, first + row * width + column, axis=0)

    upper = sample(top, left) * (1 - across) + sample(top, right) * across
    lower = sample(bottom, left) * (1 - across) + sample(bottom, right) * across
    line, bent_across, bent_down = ops.split(upper * (1 - down) + lower * down, 3, axis=-1)
    return (line - 0.5 * across * (1 - across) * bent_across
            - 0.5 * down * (1 - down) * bent_down)


def bend(image, axis):
    """Second differences of an image along an axis, `x[i - 1] - 2 x[i] + x[i + 1]`, 0 at edges."""
    inner = differences(differences(image, axis), axis)
    edges = [(0, 0)] * len(image.shape)
    edges[axis] = (1, 1)
    return ops.pad(inner, edges)


@register
class Compositor(layers.Layer):
    """Render a clip: `warp(photo, displacement) + mask * change`.

    Inputs are those of `warp` and the other two maps of `MotionHead`; the output is a clip
    `(batch, frames, height, width, channels)` in [-1, 1].

    Reference: Vondrick et al. 2016, eq. 2, `(1 - mask) * background + mask * foreground`, with
    the background set in motion and the foreground told as a change of it, so that what is
    painted moves along and hides no detail, https://arxiv.org/abs/1609.02612
    """

    def call(self, photo, displacement, blend, change):       # "mask" has a meaning in Keras
        return ops.clip(warp(photo, displacement) + blend * change, -1.0, 1.0)

    def compute_output_shape(self, photo_shape, displacement_shape, blend_shape, change_shape):
        return change_shape


def motion_of(generator):
    """The motion that a generator predicts, to be rendered at any resolution.

    Args:
        generator: A model from `build_generator`, or one loaded from its file.

    Returns:
        Model with the same inputs (photo, noise) and the outputs [displacement, mask,
        change] of `MotionHead`.
    """
    return keras.Model(generator.inputs, list(generator.get_layer("motion").output),
                       name=f"{generator.name}_motion")
