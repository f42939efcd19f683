"""What the benchmarks share: a stage's networks with first weights, one step, a batch of noise."""

import numpy as np
import tensorflow as tf

from scenegan.models.discriminator import build_discriminator, build_motion_reader
from scenegan.models.generator import build_generator
from scenegan.presets import stage
from scenegan.specs import NOISE_SIZE
from scenegan.training.run.settings import Settings
from scenegan.training.steps.gan import GAN
from scenegan.training.steps.tensorflow_step import Step


def build(spec, loss="mse"):
    """(GAN, averaged generator) of a stage with first weights, grown as far as need be."""
    def grown(build_network, spec):
        if spec.starts_from is None:
            return build_network(spec)
        return build_network(spec, grown(build_network, stage(spec.starts_from)))

    gan = GAN(spec, loss, *(grown(build_network, spec) for build_network in (
        build_generator, build_discriminator, build_motion_reader)))
    return gan, grown(build_generator, spec)


def make_step(spec, loss="mse", **settings):
    """A `Step` of a stage, on one device where the settings do not say otherwise."""
    settings = Settings(**{"loss": loss, "strategy": "one"} | settings)
    return Step(lambda: build(spec, loss), settings)


def example_batch(spec, size=None):
    """A numpy batch as `GAN` describes it, of random pixels, half faded in."""
    random, size = np.random.default_rng(0), size or spec.batch_size
    clip = random.uniform(-1, 1, (size, *spec.shape)).astype(np.float32)
    return {
        "clip": clip, "photo": clip[:, 0],
        "noise": random.standard_normal((size, NOISE_SIZE), np.float32),
        "posterior": np.arange(size, dtype=np.float32) % 2,
        "share": random.random((size, 1, 1, 1, 1), np.float32),
        "alpha": np.full((size, 1), 0.5, np.float32)}


def one_step(step, batch):
    """A step of a training, on a batch that is already in memory; returns the terms."""
    terms = {}
    for _ in range(step.gan.loss.discriminator_steps):
        terms |= step.update_discriminator(batch)
    for _ in range(step.gan.loss.generator_steps):
        terms |= step.update_generator(batch)
    step.update_average(np.float32(0.999))
    return {name: float(value) for name, value in terms.items()}


def in_memory(batch):
    """A numpy batch as tensors."""
    return {name: tf.constant(value) for name, value in batch.items()}
