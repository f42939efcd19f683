"""The losses of one step, for any backend: what a GAN of one stage is and what it minimises."""

from abc import ABC, abstractmethod

import keras
from keras import ops

from scenegan import losses
from scenegan.training.steps.terms import TERMS, check_terms

STEEPNESS = 1024.0     # gradients are taken of scores times this: those of float16 would vanish


class GAN(ABC):
    """The networks of one stage in training.

    A batch is a dict of float tensors with a row for each example. All that is random is in it,
    so a step is a pure function of the batch and the weights. Of every kind of GAN it holds noise
    `(batch, noises, NOISE_SIZE)`, share `(batch, 1, 1, 1, 1)` in [0, 1] and alpha `(batch, 1)`;
    the subclasses say what else.

    Args:
        spec: A `StageSpec`.
        loss: Name of a loss of the spec.
        networks: Dict of Keras models: "generator", where the loss has an adversarial term
            "discriminator", and what else the subclass trains.

    Attributes:
        networks: That dict.
        outputs_given: Names of what `outputs` gives.

    Raises:
        InputError: If a term of the loss needs what the networks do not give.
    """

    outputs_given: tuple[str, ...]

    def __init__(self, spec, loss, networks):
        self.spec = spec
        self.loss = spec.losses[loss]
        self.networks = networks
        self.generator = networks["generator"]
        self.discriminator = networks.get("discriminator")
        self.family = losses.FAMILIES[loss] if self.discriminator is not None else None
        check_terms(self.loss.weights, self.outputs_given)

    @property
    def generator_variables(self):
        """What the generator's step updates."""
        return self.generator.trainable_variables

    @property
    def discriminator_variables(self):
        return self.discriminator.trainable_variables if self.discriminator is not None else []

    @abstractmethod
    def outputs(self, batch, training=True):
        """What the terms of the generator's loss read, by name (see `terms.TERMS`).

        Beside it "shown": what the discriminator is shown, of rank 5. `training`, here and below:
        whether the generator's batch normalisation takes the statistics of the batch.
        """

    @abstractmethod
    def fake(self, batch, training=True):
        """What the discriminator is shown of generated examples."""

    @abstractmethod
    def real(self, batch):
        """What it is shown of real ones."""

    @abstractmethod
    def score(self, shown, batch):
        """The discriminator's scores `(batch, positions)` of what it is shown.

        Always by the statistics of the batch: those that its batch normalisation gathers are of
        real and generated examples together, which describes neither.
        """

    @staticmethod
    @abstractmethod
    def animate(generator, examples):
        """Clips `(batch, frames, height, width, channels)` of a generator.

        Args:
            generator: One of this kind.
            examples: Dict of what it takes, by name, with noise `(batch, NOISE_SIZE)`.
        """

    def generator_loss(self, batch, training=True):
        """Weighted sum of the generator's terms; and it and the terms, unweighted, by name."""
        outputs = self.outputs(batch, training)
        terms = {name: TERMS[name].loss(outputs) for name in self.loss.weights}
        total = sum(self.loss.weights[name] * term for name, term in terms.items())
        if self.discriminator is not None:
            scores = self.score(outputs["shown"], batch)
            terms["adversarial"] = self.family.generator(scores)
            total = total + self.loss.adversarial * terms["adversarial"]
        terms["generator"] = total
        return total, terms

    def discriminator_loss(self, batch, input_gradient, training=True):
        """Loss of the discriminator on real examples and on generated ones.

        Args:
            batch: See the class.
            input_gradient: Function `(function, shown) -> gradients` that differentiates the sum of
                a function's outputs with respect to its input; each backend has its own.
            training: See `outputs`.

        Returns:
            The weighted sum and a dict of its terms.
        """
        real, fake = self.real(batch), ops.stop_gradient(self.fake(batch, training))
        real_scores, fake_scores = (self.score(shown, batch) for shown in (real, fake))
        terms = {"discriminator": self.family.discriminator(real_scores, fake_scores),
                 "real_score": ops.mean(real_scores), "fake_score": ops.mean(fake_scores)}
        total = terms["discriminator"]
        if self.loss.gradient_penalty:
            between = batch["share"] * real + (1 - batch["share"]) * fake
            gradients = input_gradient(
                lambda shown: STEEPNESS * ops.mean(self.score(shown, batch), axis=1),
                between)
            terms["gradient_penalty"] = losses.gradient_penalty(gradients / STEEPNESS)
            total = total + self.loss.gradient_penalty * terms["gradient_penalty"]
        return total, terms

    def losses(self, batch, input_gradient):
        """The terms of both losses, by name, as no step trains them."""
        terms = {}
        if self.discriminator is not None:
            terms = self.discriminator_loss(batch, input_gradient, training=False)[1]
        return terms | self.generator_loss(batch, training=False)[1]


def in_full(x):
    """What a network of whatever precision gives, in the full one that the losses want."""
    return ops.cast(x, keras.config.floatx())
