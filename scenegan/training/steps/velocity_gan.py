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
    rendered. What it is shown is kept in units of how fast pixels are asked to be: in frame widths,
    thousandths, a gradient penalty would ask for a critic that tells nothing apart.
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
        shown = self._relative(fields[::count], batch)                     # of the first noises
        return outputs | {"fields": fields, "noise": batch["noise"], "shown": shown}

    def fake(self, batch, training=True):
        return self._relative(self._move(batch | {"noise": batch["noise"][:, 0]}), batch)

    def real(self, batch):
        motion = velocity_losses.measured_terms(batch["flow"], batch["masks"])
        return motion / self._asked(batch)[0][..., None]

    def score(self, shown, batch):
        scale, known = self._asked(batch)
        return in_full(self.discriminator({
            "motion": shown * scale[..., None], "scale": scale,
            "weight": batch["weight"][..., None] * known,
            "masks": batch["masks"], "photo": self.shrink(batch["photo"]),
            "alpha": batch["alpha"]}))

    def _relative(self, fields, batch):
        """The motion of fields in units of the asked speed, `(batch, height, width, TERMS, 2)`."""
        motion = velocity_losses.velocity_terms(fields, batch["masks"])
        return motion / self._asked(batch)[0][..., None]

    @staticmethod
    def _asked(batch):
        return velocity_losses.asked_speed(batch["masks"], batch["amount"])

    def _move(self, examples):
        return in_full(self.fields([examples[name] for name in self.inputs]))

    @staticmethod
    def animate(generator, examples):
        return generator({tensor.name: examples[tensor.name]
                          for tensor in generator.inputs})["clip"]
