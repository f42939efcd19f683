"""The kinds of networks that a stage may be trained with: the table NETWORKS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scenegan.models import discriminator, generator, velocity_discriminator, velocity_generator
from scenegan.training.steps.displacement_gan import DisplacementGAN
from scenegan.training.steps.gan import GAN
from scenegan.training.steps.velocity_gan import VelocityGAN


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of networks.

    Attributes:
        generator: Function from a `StageSpec` and the generator that it grows from, or None, to a
            Keras model.
        critics: The same for each network of `specs.CRITICS`, by name.
        gan: The `GAN` that they make up.
        taught: Whether measured motion is taught, which is prepared for each clip first.
    """

    generator: Callable
    critics: Mapping[str, Callable]
    gan: type[GAN]
    taught: bool = False


NETWORKS = MappingProxyType({
    "velocity": Kind(
        generator=velocity_generator.build_generator,
        critics={"discriminator": velocity_discriminator.build_velocity_discriminator},
        gan=VelocityGAN, taught=True),
    "displacement": Kind(
        generator=generator.build_generator,
        critics={"discriminator": discriminator.build_discriminator,
                 "reader": discriminator.build_motion_reader},
        gan=DisplacementGAN),
})
