"""The networks. Importing this package registers their layers with Keras."""

from scenegan.models import discriminator, generator, layers, motion

__all__ = ["discriminator", "generator", "layers", "motion"]
