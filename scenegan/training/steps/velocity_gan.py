"""The GAN whose generator gives velocity fields and whose critic is shown fields, too."""

import keras
from keras import ops

from scenegan import velocity_losses
from scenegan.models.layers import Shrink
from scenegan.specs import NOISE_SIZE
from scenegan.training.steps.gan import GAN, in_full

REPEATED = ("photo", "masks", "amount", "direction", "flow", "weight")    # for each noise


class VelocityGAN(GAN):
    """A generator of `scenegan.models.velocity_generator`, taught measured motion.

    A batch holds beside what every one does photo, masks, amount, direction, flow and weight, as
    `scenegan.data.motion_examples.make_example` gives them. The critic, a model of
    `build_velocity_discriminator`, is shown the motion of each example's first noise. Nothing is
    rendered.
    """

    outputs_given = ("fields", "noise", *REPEATED)

    def __init__(self, spec, loss, networks):
        super().__init__(spec, loss, networks)
        self.inputs = [tensor.name for tensor in self.generator.inputs]
        self.fields = keras.Model(self.generator.inputs, self.generator.output["fields"])
        self.shrink = Shrink(spec.height, spec.width)

    def outputs(self, batch, training=True):
        count = batch["noise"].shape[1]
        outputs = {name: ops.repeat(batch[name], count, axis=0) for name in REPEATED}
        noise = ops.reshape(batch["noise"], (-1, NOISE_SIZE))              # (b noises, NOISE_SIZE)
        fields = self._move(outputs | {"noise": noise})
        # Of each example's first noise: (b, h, w, TERMS, 2)
        shown = velocity_losses.velocity_terms(fields[::count], batch["masks"])
        return outputs | {"fields": fields, "noise": batch["noise"], "shown": shown}

    def fake(self, batch, training=True):
        fields = self._move(batch | {"noise": batch["noise"][:, 0]})
        return velocity_losses.velocity_terms(fields, batch["masks"])

    def real(self, batch):
        return velocity_losses.measured_terms(batch["flow"], batch["masks"])

    def score(self, shown, batch, training=True):
        scale, known = velocity_losses.asked_speed(batch["masks"], batch["amount"])
        return in_full(self.discriminator({
            "motion": shown, "scale": scale, "weight": batch["weight"][..., None] * known,
            "masks": batch["masks"], "photo": self.shrink(batch["photo"]),
            "alpha": batch["alpha"]}))

    def _move(self, examples):
        return in_full(self.fields([examples[name] for name in self.inputs]))

    @staticmethod
    def animate(generator, examples):
        return generator({tensor.name: examples[tensor.name]
                          for tensor in generator.inputs})["clip"]
