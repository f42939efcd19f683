"""What the benchmarks share: a stage's networks with first weights, one step, a batch of noise."""

import numpy as np
from keras import ops

from scenegan.presets import stage
from scenegan.scenery import MOVING, TERMS
from scenegan.training.run.settings import Settings
from scenegan.training.steps.backend import load_step
from scenegan.training.steps.networks import NETWORKS


def build(spec, loss="mse"):
    """(GAN, averaged generator) of a stage with first weights, grown as far as need be."""
    def grown(build_network, spec):
        if spec.starts_from is None:
            return build_network(spec)
        below = stage(spec.starts_from, spec.channels, spec.preset)
        return build_network(spec, grown(build_network, below))

    kind = NETWORKS[spec.network]
    critics = kind.critics if spec.losses[loss].has_critic else {}
    networks = {"generator": grown(kind.generator, spec)} | {
        name: grown(build_critic, spec) for name, build_critic in critics.items()}
    return kind.gan(spec, loss, networks), grown(kind.generator, spec)


def make_step(spec, loss="mse", **settings):
    """A `Step` of a stage, on one device where the settings do not say otherwise."""
    settings = Settings(**{"loss": loss, "strategy": "one"} | settings)
    return load_step()(lambda: build(spec, loss), settings)


def example_batch(spec, size=None):
    """A numpy batch as `GAN` describes it, of random numbers, half faded in."""
    random, size = np.random.default_rng(0), size or spec.batch_size
    noises = max(loss.noises for loss in spec.losses.values())
    shown = SHOWN.get(spec.network, _clips)
    return shown(random, size, spec) | {
        "noise": random.standard_normal((size, noises, spec.noise_size), np.float32),
        "posterior": np.arange(size, dtype=np.float32) % 2,
        "share": random.random((size, 1, 1, 1, 1), np.float32),
        "alpha": np.full((size, 1), 0.5, np.float32)}


def _clips(random, size, spec):
    clip = random.uniform(-1, 1, (size, *spec.shape)).astype(np.float32)
    return {"clip": clip, "photo": clip[:, 0]}


def _motion(random, size, spec):
    def draw(*shape):
        return random.uniform(0, 1, (size, *shape)).astype(np.float32)

    sides = spec.height, spec.width
    return {"photo": 2 * draw(2 * spec.height, 2 * spec.width, spec.channels) - 1,
            "masks": draw(*sides, len(MOVING)) / len(MOVING), "amount": 0.005 * draw(len(MOVING)),
            "direction": np.zeros((size, len(MOVING), 2), np.float32),
            "flow": 0.01 * draw(*sides, TERMS, 2) - 0.005, "weight": draw(*sides)}


SHOWN = {"velocity": _motion}          # what a batch holds beside draws, if not clips


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
    return {name: ops.convert_to_tensor(value) for name, value in batch.items()}
