"""The loss of one step, for any backend: what a GAN of one stage is and what it minimises."""

import keras
from keras import ops

from scenegan import losses
from scenegan.models.generator import fading_generator
from scenegan.training.steps.terms import TERMS, check_terms

STEEPNESS = 1024.0     # gradients are taken of scores times this: those of float16 would vanish

# What `GAN.outputs` adds to the generator's outputs.
ENCODED = ("real", "encoded", "noise", "mean", "log_variance", "read_back")


class GAN:
    """The networks of one stage in training.

    A batch is a dict of float tensors: `photo` (batch, height, width, channels), `clip`
    (batch, frames, height, width, channels), `noise` (batch, NOISE_SIZE), `posterior`
    (batch,), 1 where an example's noise is read from its real clip and 0 where it is drawn
    from N(0, 1), `share` (batch, 1, 1, 1, 1) in [0, 1] and `alpha`
    (batch, 1). All that is random is in the batch, so a step is a pure function of the
    batch and the weights.

    Args:
        spec: A `StageSpec`.
        loss: Name of a loss family of the spec, "mse" or "wasserstein".
        generator: A model of `build_generator`.
        discriminator: A model of `build_discriminator`.
        reader: A model of `build_motion_reader`, trained along with the generator.
    """

    def __init__(self, spec, loss, generator, discriminator, reader):
        self.spec = spec
        self.loss = spec.losses[loss]
        self.family = losses.FAMILIES[loss]
        self.generator = generator
        self.discriminator = discriminator
        self.reader = reader
        self.fading = fading_generator(generator)
        check_terms(self.loss.weights, [*self.fading.output, *ENCODED])

    @property
    def generator_variables(self):
        """What the generator's step updates: the generator and the reader of motion."""
        return self.generator.trainable_variables + self.reader.trainable_variables

    @property
    def discriminator_variables(self):
        return self.discriminator.trainable_variables

    def draw_noise(self, batch):
        """The noise of each example, from its posterior where the batch says so.

        Returns:
            (noise, mean, log_variance), each `(batch, NOISE_SIZE)`.
        """
        mean, log_variance = map(_full, self.reader([batch["clip"], batch["photo"]]))
        read = mean + ops.exp(0.5 * log_variance) * batch["noise"]
        chosen = batch["posterior"][:, None]
        return chosen * read + (1 - chosen) * batch["noise"], mean, log_variance

    def score(self, clip, batch):
        """The discriminator's scores of clips as continuations of a batch's photos."""
        return _full(self.discriminator([clip, batch["photo"], batch["alpha"]]))

    def outputs(self, batch):
        """What the terms of the generator's loss read, by name; see `terms.TERMS`."""
        noise, mean, log_variance = self.draw_noise(batch)
        generated = self.fading([batch["photo"], noise, batch["alpha"]])
        outputs = generated | {
            "gate": _full(generated["gate"]), "real": batch["clip"],
            "encoded": batch["posterior"], "noise": noise, "mean": mean,
            "log_variance": log_variance}
        if any("read_back" in TERMS[name].needs for name in self.loss.weights):
            outputs["read_back"] = _full(self.reader([generated["clip"], batch["photo"]])[0])
        return outputs

    def generator_loss(self, batch):
        """Weighted sum of the generator's terms; and it and the terms, unweighted, by name."""
        outputs = self.outputs(batch)
        scores = self.score(outputs["clip"], batch)
        terms = {name: TERMS[name].loss(outputs) for name in self.loss.weights}
        total = sum(self.loss.weights[name] * term for name, term in terms.items())
        terms["adversarial"] = self.family.generator(scores)
        terms["generator"] = total + self.loss.adversarial * terms["adversarial"]
        return terms["generator"], terms

    def discriminator_loss(self, batch, input_gradient):
        """Loss of the discriminator on real clips and on generated ones.

        Args:
            batch: See the class.
            input_gradient: Function `(function, clips) -> gradients` that differentiates the sum of
                a function's outputs with respect to its input; each backend has its own.

        Returns:
            The weighted sum and a dict of its terms.
        """
        noise, _, _ = self.draw_noise(batch)
        photo, real, alpha = batch["photo"], batch["clip"], batch["alpha"]
        fake = ops.stop_gradient(self.fading([photo, noise, alpha])["clip"])
        real_scores, fake_scores = self.score(real, batch), self.score(fake, batch)
        terms = {"discriminator": self.family.discriminator(real_scores, fake_scores),
                 "real_score": ops.mean(real_scores), "fake_score": ops.mean(fake_scores)}
        total = terms["discriminator"]
        if self.loss.gradient_penalty:
            between = batch["share"] * real + (1 - batch["share"]) * fake
            gradients = input_gradient(
                lambda clip: STEEPNESS * ops.mean(self.score(clip, batch), axis=1), between)
            terms["gradient_penalty"] = losses.gradient_penalty(gradients / STEEPNESS)
            total = total + self.loss.gradient_penalty * terms["gradient_penalty"]
        return total, terms


def _full(x):
    """What a network of whatever precision says, in the full one that the losses want."""
    return ops.cast(x, keras.config.floatx())
