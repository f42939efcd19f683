"""Generators of velocity fields: a photo, masks, noise and wishes in, fields and a clip out."""

import keras
import numpy as np
from keras import layers, ops

from scenegan.models.layers import Modulate, Shrink, register
from scenegan.models.motion import warp
from scenegan.models.velocity import FIELDS, Integrate, VelocityHead
from scenegan.scenery import MOVING, SUPERSAMPLING
from scenegan.specs import NOISE_SIZE

LEVELS = 4           # resolutions of the U: 40x23, 20x12, 10x6, 5x3


def build_generator(spec, previous=None):
    """Build a stage's generator.

    Args:
        spec: A `StageSpec`.
        previous: Generator of the stage that `spec.starts_from` names; it becomes part of
            the new one, weights shared. None for a first stage.

    Returns:
        Model from a dict of

        - photo `(batch, 2 height, 2 width, channels)` in [-1, 1],
        - masks `(batch, height, width, len(MOVING))`: how much each class may move there,
        - noise `(batch, NOISE_SIZE)` from N(0, 1),
        - amount `(batch, len(MOVING))`: mean speed of each class, in frame widths a frame,
        - direction `(batch, len(MOVING), 2)`: unit vectors (x, y), or 0 to leave it to the noise,

        to a dict of fields (see `VelocityHead`), displacement (see `Integrate`) and clip `(batch,
        frames, height, width, channels)`, whose first frame is the photo, shrunk.
    """
    inputs = {
        "photo": keras.Input((SUPERSAMPLING * spec.height, SUPERSAMPLING * spec.width,
                              spec.channels), name="photo"),
        "masks": keras.Input((spec.height, spec.width, len(MOVING)), name="masks"),
        "noise": keras.Input((NOISE_SIZE,), name="noise"),
        "amount": keras.Input((len(MOVING),), name="amount"),
        "direction": keras.Input((len(MOVING), 2), name="direction"),
    }
    raw = _draw(spec, inputs) if previous is None else _refine(spec, inputs, previous)
    fields = VelocityHead(name="fields")(raw, inputs["masks"], inputs["amount"])
    displacement = Integrate(spec.frames, name="displacement")(fields, inputs["masks"])
    clip = Render(name="clip")(inputs["photo"], displacement)
    return keras.Model(inputs, {"fields": fields, "displacement": displacement, "clip": clip},
                       name=f"stage{spec.number}")


@register
class Render(layers.Layer):
    """Move a photo: warp it at its own size, then shrink the frames to the displacement's.

    Input shapes: photo `(batch, n height, n width, channels)`, displacement `(batch, frames,
    height, width, 2)` as in `Integrate`. Output: `(batch, frames, height, width, channels)`.
    """

    def call(self, photo, displacement):
        _, height, width, channels = photo.shape
        _, frames, rows, columns, _ = displacement.shape
        large = ops.reshape(displacement, (-1, rows, columns, 2))  # (b t, rows, columns, 2)
        large = ops.image.resize(large, (height, width))           # (b t, height, width, 2)
        large = ops.reshape(large, (-1, frames, height, width, 2))
        clip = warp(photo, large)                                  # (b, t, height, width, channels)
        return Shrink(rows, columns)(clip)

    def compute_output_shape(self, photo_shape, displacement_shape):
        return (*displacement_shape[:-1], photo_shape[-1])


@register
class Coordinates(layers.Layer):
    """Append two channels to maps `(batch, height, width, channels)`: x and y, -1 to 1.

    Reference: Liu et al. 2018, https://arxiv.org/abs/1807.03247
    """

    def call(self, x):
        _, height, width, _ = x.shape
        grid = np.stack(np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height)), -1)
        grid = ops.cast(grid[None], x.dtype)
        return ops.concatenate([x, ops.repeat(grid, ops.shape(x)[0], axis=0)], axis=-1)

    def compute_output_shape(self, shape):
        return (*shape[:-1], shape[-1] + 2)


@register
class EdgeConv(layers.Layer):
    """A 3x3 convolution whose border repeats the edge, so that edges look like their inside.

    Zero padding tells a network where the picture ends, and motion of its own grows there.

    Args:
        filters: Channels of the output.
        strides: Stride over height and width.
        zero: Whether the kernel starts at zero.

    Output shape: `(batch, ceil(height / strides), ceil(width / strides), filters)`.
    """

    def __init__(self, filters, *, strides=1, zero=False, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.strides, self.zero = filters, strides, zero
        self.convolution = layers.Conv2D(filters, 3, strides=strides, padding="valid",
                                         kernel_initializer="zeros" if zero else "he_normal",
                                         name="convolution", dtype=self.dtype_policy)

    def build(self, shape):
        self.convolution.build((shape[0], None, None, shape[-1]))

    def call(self, x):
        return self.convolution(ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="symmetric"))

    def compute_output_shape(self, shape):
        batch, height, width, _ = shape
        return batch, -(-height // self.strides), -(-width // self.strides), self.filters

    def get_config(self):
        return super().get_config() | {"filters": self.filters, "strides": self.strides,
                                       "zero": self.zero}


def _draw(spec, inputs):
    """Stage 1: a U from the photo and its masks to raw fields."""
    wish = _wish(spec, inputs)
    x = _look(spec, inputs)                                                # (b, h, w, f)
    skips = []
    for level in range(LEVELS - 1):
        skips.append(x)
        x = _block(x, wish, spec.features << (level + 1), f"down{level + 1}", strides=2)
    x = _block(x, wish, spec.features << (LEVELS - 1), "bottom")
    for level in reversed(range(LEVELS - 1)):
        skip = skips[level]
        x = layers.Resizing(*skip.shape[1:3], interpolation="bilinear")(x)
        x = layers.Concatenate()([x, skip])
        x = _block(x, wish, spec.features << level, f"up{level + 1}")
    features = layers.Identity(name="features")(x)
    return EdgeConv(FIELDS, name="raw")(features)


def _refine(spec, inputs, previous):
    """A later stage: the previous stage's raw fields, enlarged, with changes by the finer photo."""
    inner = keras.Model(previous.inputs, [previous.get_layer(name).output
                                          for name in ("features", "raw")], name=previous.name)
    rows, columns = previous.output["clip"].shape[2:4]
    coarse = inputs | {
        "photo": Shrink(SUPERSAMPLING * rows, SUPERSAMPLING * columns)(inputs["photo"]),
        "masks": Shrink(rows, columns)(inputs["masks"])}
    features, raw = inner([coarse[name] for name in _names(previous)])  # (b, rows, columns, ...)
    enlarge = layers.Resizing(spec.height, spec.width, interpolation="bilinear")
    wish = _wish(spec, inputs)
    x = layers.Concatenate()([enlarge(features), _look(spec, inputs)])
    x = _block(x, wish, spec.features, "refine1")
    x = _block(x, wish, spec.features, "refine2")
    change = EdgeConv(FIELDS, zero=True, name="change")(layers.Identity(name="features")(x))
    return layers.Add(name="raw")([enlarge(raw), change])


def _names(model):
    return [tensor.name for tensor in model.inputs]


def _wish(spec, inputs):
    """Noise and what is asked for, as one vector `(batch, 8 features)`."""
    known = [inputs["noise"], layers.Flatten()(inputs["direction"]),
             ops.log(inputs["amount"] + 1e-4) + 6.0]
    x = layers.Dense(8 * spec.features, name="wish1")(layers.Concatenate()(known))
    return layers.Dense(8 * spec.features, name="wish2")(layers.LeakyReLU(0.2)(x))


def _look(spec, inputs):
    """The photo at the clip's size with what is finer in it, the masks, and where pixels are.

    Water is faster the lower it is in the picture, for it is nearer, and clouds the higher.
    """
    photo = EdgeConv(spec.features, strides=SUPERSAMPLING, name="look")(inputs["photo"])
    return Coordinates()(layers.Concatenate()([photo, inputs["masks"]]))


def _block(x, wish, filters, name, strides=1):
    x = EdgeConv(filters, strides=strides, name=f"{name}_a")(x)
    x = Modulate(name=f"{name}_wish")(layers.RMSNormalization()(x), wish)
    x = EdgeConv(filters, name=f"{name}_b")(layers.LeakyReLU(0.2)(x))
    return layers.LeakyReLU(0.2)(layers.RMSNormalization()(x))
