"""The networks. Importing this package registers their layers with Keras."""

from scenegan.models import (
    discriminator,
    generator,
    layers,
    motion,
    velocity,
    velocity_discriminator,
    velocity_generator,
)

__all__ = ["discriminator", "generator", "layers", "motion", "velocity",
           "velocity_discriminator", "velocity_generator"]
