"""The interface of a backend's step: what a training asks of TensorFlow or JAX."""

from abc import ABC, abstractmethod

from scenegan.training.steps.optimizers import build_optimizer


class BaseStep(ABC):
    """Updates the networks of a GAN by global batches.

    Attributes:
        gan: `GAN`: the networks in training.
        average: Generator of averaged weights, which is saved and shown.
        generator_optimizer, discriminator_optimizer: Keras optimizers; the second is None where
            there is no discriminator.
        devices: Devices that share a batch.
        shard: (worker, workers): which of as many parts of each batch this process reads.
        chief: Whether this process is the one that writes.
    """

    shard, chief = (0, 1), True        # a single process reads and writes all

    @staticmethod                      # noqa: B027 (most backends have nothing to do)
    def join(strategy):
        """Meet the other processes, where that must come before anything is computed.

        Raises:
            InputError: If they are not named.
        """

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
        """The terms of both losses, without an update, of batch statistics either."""

    @abstractmethod
    def generate(self, examples):
        """Clips of the averaged generator; see `GAN.animate`."""

    @abstractmethod
    def sum_over_workers(self, value):
        """The sum of a number over all processes."""

    def build_optimizers(self, settings):
        """Make the optimizers of the GAN's networks."""
        loss, gan = self.gan.loss, self.gan
        self.generator_optimizer = build_optimizer(
            loss.generator_rate, loss.generator_steps, loss, settings, gan.generator_variables)
        self.discriminator_optimizer = gan.discriminator and build_optimizer(
            loss.discriminator_rate, loss.discriminator_steps, loss, settings,
            gan.discriminator_variables)

    def optimizers(self):
        """The optimizers that there are, by name."""
        optimizers = {"generator": self.generator_optimizer,
                      "discriminator": self.discriminator_optimizer}
        return {name: optimizer for name, optimizer in optimizers.items() if optimizer is not None}

    def rates(self):
        """The learning rates by name."""
        return {f"{name}_rate": float(optimizer.learning_rate)
                for name, optimizer in self.optimizers().items()}
