"""The interface of a backend's step: what a training asks of TensorFlow or JAX."""

from abc import ABC, abstractmethod


class BaseStep(ABC):
    """Updates the networks of a GAN by global batches.

    Attributes:
        gan: `GAN`: the networks in training.
        average: Generator of averaged weights, which is saved and shown.
        generator_optimizer, discriminator_optimizer: Keras optimizers.
        devices: Devices that share a batch.
        shard: (worker, workers): which of as many parts of each batch this process reads.
        chief: Whether this process is the one that writes.
    """

    shard, chief = (0, 1), True        # a single process reads and writes all

    @abstractmethod
    def distribute(self, batch):
        """This process' part of a numpy batch (see `GAN`), spread over its devices."""

    @abstractmethod
    def update_discriminator(self, batch):
        """One discriminator update; returns the terms of its loss."""

    @abstractmethod
    def update_generator(self, batch):
        """One generator update; returns the terms of its loss."""

    @abstractmethod
    def update_average(self, momentum):
        """Move the averaged generator towards the trained one."""

    @abstractmethod
    def evaluate(self, batch):
        """The terms of both losses, without an update."""

    @abstractmethod
    def generate(self, inputs):
        """Clips of the averaged generator for [photos, noise]."""

    @abstractmethod
    def sum_over_workers(self, value):
        """The sum of a number over all processes."""

    def rates(self):
        """The learning rates by name."""
        return {f"{name}_rate": float(optimizer.learning_rate) for name, optimizer in (
            ("generator", self.generator_optimizer),
            ("discriminator", self.discriminator_optimizer))}
