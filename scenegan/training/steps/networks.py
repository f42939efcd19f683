"""The kinds of networks that a stage may be trained with: the table NETWORKS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scenegan.models import (
    autoencoder,
    clip_discriminator,
    discriminator,
    generator,
    ivgan,
    scene_reference,
    summary,
    velocity_discriminator,
    velocity_generator,
    vgan,
    vgan_future,
)
from scenegan.training.steps.clip_gan import ClipGAN
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
        noisy: Whether the generator takes noise.
        given_all: Whether it takes the whole clip that it is to give.
    """

    generator: Callable
    critics: Mapping[str, Callable]
    gan: type[GAN]
    taught: bool = False
    noisy: bool = True
    given_all: bool = False


_CLIPS = {"discriminator": clip_discriminator.build_clip_discriminator}
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
    "scene-reference": Kind(
        generator=scene_reference.build_scene_reference_generator,
        critics={"discriminator": scene_reference.build_scene_reference_discriminator},
        gan=ClipGAN, noisy=False),
    "vgan": Kind(generator=vgan.build_vgan_generator, critics=_CLIPS, gan=ClipGAN),
    "vgan-future": Kind(generator=vgan_future.build_future_generator, critics=_CLIPS, gan=ClipGAN,
                        noisy=False),
    "ivgan": Kind(
        generator=ivgan.build_ivgan_generator,
        critics={"discriminator": clip_discriminator.build_critic}, gan=ClipGAN),
    "summary": Kind(generator=summary.build_summary_generator, critics=_CLIPS, gan=ClipGAN,
                    noisy=False),
    "autoencoder": Kind(generator=autoencoder.build_autoencoder, critics={}, gan=ClipGAN,
                        noisy=False, given_all=True),
})
