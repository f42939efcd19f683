"""The discriminator that the published video GANs share: five convolutions of a clip.

References: Vondrick et al. 2016, https://arxiv.org/abs/1609.02612; Kratzwald et al. 2017,
https://arxiv.org/abs/1711.11453
"""

import keras
from keras import layers

from scenegan.models.blocks import NORMAL, coarsest, conv_3d, widths


def build_clip_discriminator(spec, previous=None):
    """Build the discriminator of VGAN; 11.1 M parameters, or 44.1 M for `features` of 128.

    Args:
        spec: A `StageSpec`; of one logit or two (fake, real), normalised as `critic_norm` says
            from the second level on.
        previous: None: it grows from nothing.

    Returns:
        Model from clip `(batch, *spec.shape)` to scores `(batch, logits)`. Its layer "features"
        is what a classifier of clips is made of.
    """
    clip = keras.Input(spec.shape, name="clip")
    x = clip
    for level, filters in enumerate(widths(spec)):
        x = conv_3d(spec, filters)(x)
        x = layers.LeakyReLU(0.2)(NORMS[spec.critic_norm](x) if level else x)
    x = layers.Identity(name="features")(x)                    # (b, t / 16, h / 16, w / 16, 8 f)
    scores = layers.Conv3D(spec.logits, coarsest(spec), name="judge", **NORMAL)(x)
    return keras.Model(clip, layers.Reshape((spec.logits,))(scores), name="clip_discriminator")


def build_critic(spec, previous=None):
    """Build the critic of iVGAN, normalised after each LeakyReLU; 11.0 M parameters.

    The last convolution is 3x3x3, which keeps the sides for the linear layer that follows; with a
    kernel of 4 there would be 11.1 M.
    """
    clip = keras.Input(spec.shape, name="clip")
    x, he = clip, "he_normal"
    for level, filters in enumerate(widths(spec)):
        layer = conv_3d(spec, filters)
        if not spec.factorised:
            layer.kernel_initializer = keras.initializers.get(he)
        x = layers.LeakyReLU(0.2)(layer(x))
        x = NORMS[spec.critic_norm](x) if level else x
    x = layers.Identity(name="features")(x)
    x = layers.Conv3D(1, 3, padding="same", kernel_initializer=he, name="judge")(x)
    scores = layers.Dense(spec.logits, kernel_initializer=he)(layers.Flatten()(x))
    return keras.Model(clip, scores, name="critic")


# Of specs.NORMS. "layer" is over all of one clip, with a scale a channel.
NORMS = {
    "none": lambda x: x,
    "batch": lambda x: layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x),
    "layer": lambda x: layers.GroupNormalization(groups=1)(x),
}
