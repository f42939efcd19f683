"""From velocity fields to displacement: how fast what may move does, and where pixels come from.

A field of `scenegan.scenery` is told for each class of MOVING, so that each has a velocity of its
own on both sides of every edge; a mask says how much of it a pixel takes part in.
"""

import numpy as np
from keras import layers, ops

from scenegan.models.layers import register
from scenegan.scenery import CLASS_TERMS, MOVING, TERMS, time_basis

FIELDS = len(MOVING) * TERMS * 2       # numbers a pixel
QUIET = 1e-3                           # mean speed of a pattern below which it is not made faster


@register
class VelocityHead(layers.Layer):
    """Turn raw maps into velocity fields of the asked amounts.

    Each class' pattern is scaled so that its speed (root mean square over time), averaged over
    where its mask lets it move, is the amount.

    Input shapes: raw `(batch, height, width, FIELDS)`, masks `(batch, height, width,
    len(MOVING))` in [0, 1], amount `(batch, len(MOVING))` in frame widths a frame.

    Output shape: `(batch, height, width, len(MOVING), TERMS, 2)`, (x, y) in frame widths a frame;
    not yet multiplied by the masks.
    """

    def call(self, raw, masks, amount):
        _, height, width, _ = raw.shape
        pattern = ops.reshape(ops.tanh(raw), (-1, height, width, len(MOVING), TERMS, 2))
        pattern = pattern * ops.cast(CLASS_TERMS[:, :, None], raw.dtype)
        mean = mean_speed(pattern, masks)                                  # (b, classes)
        gain = amount / ops.maximum(mean, QUIET)
        return pattern * gain[:, None, None, :, None, None]

    def compute_output_shape(self, raw_shape, masks_shape, amount_shape):
        return (*raw_shape[:-1], len(MOVING), TERMS, 2)


def mean_speed(fields, masks):
    """Mean over each class' mask of the root mean square speed over time.

    Args:
        fields: `(batch, height, width, classes, TERMS, 2)`.
        masks: `(batch, height, width, classes)`.

    Returns:
        `(batch, classes)`, in units of `fields`; 0 where a mask is empty.
    """
    power = ops.sum(ops.square(fields), axis=-1)           # (b, h, w, classes, TERMS)
    speed = ops.sqrt(power[..., 0] + 0.5 * ops.sum(power[..., 1:], axis=-1) + 1e-12)
    return ops.sum(masks * speed, axis=(1, 2)) / (ops.sum(masks, axis=(1, 2)) + 1e-6)


@register
class Integrate(layers.Layer):
    """Integrate velocity fields along the flow: where each pixel of each frame comes from.

    `D(p, t + 1) = D(p - v(p, t), t) - v(p, t)`, semi-Lagrangian advection of the coordinates,
    frame by frame from `D = 0` in frame 1.

    Args:
        frames: Frames of the clip.

    Input shapes: fields as `VelocityHead` gives them, masks `(batch, height, width,
    len(MOVING))`.

    Output shape: `(batch, frames, height, width, 2)`, backward displacement as (x, y) in
    fractions of the frame's width and height.

    Reference: Holynski et al. 2021, eq. 1, https://arxiv.org/abs/2011.15128; Stam 1999, section
    2.3, https://doi.org/10.1145/311535.311548
    """

    def __init__(self, frames, **kwargs):
        super().__init__(**kwargs)
        self.frames = frames

    def call(self, fields, masks):
        _, height, width, _ = masks.shape
        terms = ops.sum(masks[..., None, None] * fields, axis=3)           # (b, h, w, TERMS, 2)
        terms = terms * width                                              # pixels a frame
        basis = time_basis(np.arange(self.frames - 1) + 0.5)
        flat = ops.reshape(ops.transpose(terms, (0, 3, 1, 2, 4)), (-1, TERMS, height * width * 2))
        velocity = ops.matmul(ops.cast(basis, flat.dtype), flat)           # (b, frames - 1, h w 2)
        velocity = ops.reshape(velocity, (-1, self.frames - 1, height, width, 2))
        moved = ops.zeros_like(velocity[:, 0])
        displacement = [moved]                                     # each (b, h, w, 2)
        for frame in range(self.frames - 1):
            step = velocity[:, frame]
            moved = sample(moved, -step) - step
            displacement.append(moved)
        scale = np.array([1 / width, 1 / height])
        return ops.stack(displacement, axis=1) * ops.cast(scale, fields.dtype)

    def compute_output_shape(self, fields_shape, masks_shape):
        return fields_shape[0], self.frames, *fields_shape[1:3], 2

    def get_config(self):
        return super().get_config() | {"frames": self.frames}


def sample(image, offset):
    """Bilinear samples of `(batch, height, width, channels)` at each pixel plus an offset.

    Args:
        image: Float tensor.
        offset: `(batch, height, width, 2)`, (x, y) in pixels. Places outside are moved to the edge.
    """
    _, height, width, channels = image.shape
    x = ops.clip(ops.arange(width, dtype=offset.dtype) + offset[..., 0], 0, width - 1)
    y = ops.clip(ops.arange(height, dtype=offset.dtype)[:, None] + offset[..., 1], 0, height - 1)
    left = ops.clip(ops.cast(ops.floor(x), "int32"), 0, max(width - 2, 0))
    top = ops.clip(ops.cast(ops.floor(y), "int32"), 0, max(height - 2, 0))
    across = (x - ops.cast(left, x.dtype))[..., None]
    down = (y - ops.cast(top, y.dtype))[..., None]
    pixels = ops.reshape(image, (-1, channels))                    # (b h w, channels)
    first = ops.arange(ops.shape(image)[0], dtype="int32")[:, None, None] * (height * width)
    right, below = min(1, width - 1), min(1, height - 1) * width
    corner = first + top * width + left                            # (b, h, w), indices into pixels
    upper, lower = ((1 - across) * ops.take(pixels, corner + row, axis=0)
                    + across * ops.take(pixels, corner + row + right, axis=0)
                    for row in (0, below))
    return (1 - down) * upper + down * lower
