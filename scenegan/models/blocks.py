"""What the published video GANs are made of: convolutions of kernel 4 and stride 2, and streams.

Clips are `(batch, frames, height, width, channels)`, their sides multiples of 16. Each stream has
LEVELS levels, of which each doubles or halves every side.
"""

from keras import layers, ops

from scenegan.models.layers import RepeatFrames, register
from scenegan.specs import LEVELS

# As DCGAN's. A description, not an initializer: that would have drawn its seed when this module was
# imported, whatever seed a training is given, and give all kernels of a shape the same weights.
NORMAL = {"kernel_initializer": {"class_name": "RandomNormal", "config": {"stddev": 0.02}}}


@register
class HalvingConv(layers.Layer):
    """A convolution over time, then one over space, both of kernel 4 and stride 2: "(2+1)D".

    Between them there are an eighth of the channels that the narrower of input and output has,
    but at least LEAST, or the input's. With as many channels as the output a step of vgan-future
    takes half of its time with 3-D convolutions, with a quarter a fifth, so a sixth.

    Args:
        filters: Channels of the output.
        transposed: Whether sides are doubled, not halved.

    Input shape: `(batch, frames, height, width, channels)`, even sides.

    Reference: Tran et al. 2018, https://arxiv.org/abs/1711.11248
    """

    LEAST = 8

    def __init__(self, filters, transposed=False, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.transposed = filters, transposed
        self.time = self.space = None

    def build(self, shape):
        batch, frames, height, width, channels = shape
        conv = layers.Conv2DTranspose if self.transposed else layers.Conv2D
        options = {"padding": "same", "kernel_initializer": "he_normal",
                   "dtype": self.dtype_policy}
        inner = min(channels, max(min(channels, self.filters) // 8, self.LEAST))
        self.time = conv(inner, (4, 1), strides=(2, 1), name="time", **options)
        self.space = conv(self.filters, 4, strides=2, name="space", **options)
        self.time.build((batch, frames, None, channels))
        self.space.build((batch, height, width, inner))

    def call(self, x):
        _, frames, height, width, channels = x.shape
        x = self.time(ops.reshape(x, (-1, frames, height * width, channels)))
        frames, inner = x.shape[1], x.shape[3]
        x = self.space(ops.reshape(x, (-1, height, width, inner)))
        return ops.reshape(x, (-1, frames, *x.shape[1:]))

    def compute_output_shape(self, shape):
        sides = [2 * side if self.transposed else side // 2 for side in shape[1:4]]
        return shape[0], *sides, self.filters

    def get_config(self):
        return super().get_config() | {"filters": self.filters, "transposed": self.transposed}


def conv_3d(spec, filters, transposed=False, **options):
    """The layer that halves (or doubles) the sides of a clip's features, as a spec says.

    Args:
        spec: A `StageSpec`; `factorised` chooses (2+1)D convolutions.
        filters: Channels of the output.
    """
    if spec.factorised:
        return HalvingConv(filters, transposed, **options)
    kind = layers.Conv3DTranspose if transposed else layers.Conv3D
    return kind(filters, 4, strides=2, padding="same", **NORMAL, **options)


def conv_2d(filters, transposed=False, **options):
    """The same of an image."""
    kind = layers.Conv2DTranspose if transposed else layers.Conv2D
    return kind(filters, 4, strides=2, padding="same", **NORMAL, **options)


def widths(spec):
    """Channels of the levels, the finest first: 64, 128, 256, 512 for `features` of 64."""
    return [spec.features << level for level in range(LEVELS)]


def coarsest(spec):
    """Frames, height and width of the coarsest level."""
    return tuple(side >> LEVELS for side in spec.shape[:3])


def normalised(x):
    """Batch normalisation and a ReLU."""
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))


def encode_image(spec, image):
    """Features of an image, level by level, the finest first."""
    features = []
    for level, filters in enumerate(widths(spec)):
        x = conv_2d(filters)(features[-1] if features else image)
        features.append(normalised(x) if level else layers.ReLU()(x))
    return features


def enlarge_2d(spec, x):
    """An image `(batch, height, width, channels)` in [-1, 1] from the coarsest features."""
    for filters in widths(spec)[-2::-1]:
        x = normalised(conv_2d(filters, transposed=True)(x))
    x = conv_2d(spec.channels, transposed=True, name="background_raw")(x)
    return layers.Activation("tanh", dtype="float32", name="background")(x)


def enlarge_3d(spec, x):
    """Features `(b, t / 2, h / 2, w / 2, f)` from the coarsest ones, `(b, t / 16, ..., 8 f)`."""
    for filters in widths(spec)[-2::-1]:
        x = normalised(conv_3d(spec, filters, transposed=True)(x))
    return x


def paint(spec, x, name="clip"):
    """A clip in [-1, 1] from features at half its sides."""
    x = conv_3d(spec, spec.channels, transposed=True, name=f"{name}_raw")(x)
    return layers.Activation("tanh", dtype="float32", name=name)(x)


def over_background(spec, x, background):
    """`mask * foreground + (1 - mask) * background` by name, `{"clip", "mask"}`.

    Args:
        x: Features at half the clip's sides, of which foreground and mask are made.
        background: Image `(batch, height, width, channels)`, the same for all frames.

    Reference: Vondrick et al. 2016, eq. 4, https://arxiv.org/abs/1609.02612
    """
    mask = conv_3d(spec, 1, transposed=True, name="mask_raw")(x)
    mask = layers.Activation("sigmoid", dtype="float32", name="mask")(mask)
    behind = RepeatFrames(spec.frames, name="behind")(background)
    clip = layers.Multiply(dtype="float32")([mask, paint(spec, x, "foreground") - behind]) + behind
    return {"clip": clip, "mask": mask}
