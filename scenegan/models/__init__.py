"""The networks. Importing this package registers their layers with Keras."""

from scenegan.models import (
    blocks,
    discriminator,
    generator,
    layers,
    motion,
    scene_reference,
    velocity,
    velocity_discriminator,
    velocity_generator,
)

__all__ = ["blocks", "discriminator", "generator", "layers", "motion", "scene_reference",
           "velocity", "velocity_discriminator", "velocity_generator"]
