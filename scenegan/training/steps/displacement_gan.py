"""The GAN whose generator gives each frame's displacement and whose critic is shown clips."""

from keras import ops

from scenegan.models.generator import fading_generator
from scenegan.training.steps.gan import GAN, in_full
from scenegan.training.steps.terms import TERMS


class DisplacementGAN(GAN):
    """A generator of `scenegan.models.generator`, with a critic of clips and a noise encoder.

    A batch holds beside what every one does photo `(batch, height, width, channels)`, clip
    `(batch, frames, height, width, channels)` and posterior `(batch,)`, 1 where an example's
    noise is read from its real clip and 0 where it is drawn from N(0, 1). One noise an example.

    The networks are generator, discriminator and reader, a model of `build_motion_reader` that
    is trained along with the generator.
    """

    outputs_given = ("clip", "displacement", "mask", "gate", "real", "encoded", "noise", "mean",
                     "log_variance", "read_back")

    def __init__(self, spec, loss, networks):
        super().__init__(spec, loss, networks)
        self.reader = networks["reader"]
        self.fading = fading_generator(self.generator)

    @property
    def generator_variables(self):
        """What the generator's step updates: the generator and the reader of motion."""
        return self.generator.trainable_variables + self.reader.trainable_variables

    def draw_noise(self, batch):
        """The noise of each example, from its posterior where the batch says so.

        Returns:
            (noise, mean, log_variance), each `(batch, NOISE_SIZE)`.
        """
        drawn = batch["noise"][:, 0]                                       # (b, NOISE_SIZE)
        mean, log_variance = map(in_full, self.reader([batch["clip"], batch["photo"]]))
        read = mean + ops.exp(0.5 * log_variance) * drawn
        chosen = batch["posterior"][:, None]                               # (b, 1)
        return chosen * read + (1 - chosen) * drawn, mean, log_variance

    def outputs(self, batch, training=True):
        noise, mean, log_variance = self.draw_noise(batch)
        generated = self.fading([batch["photo"], noise, batch["alpha"]])
        outputs = generated | {
            "shown": generated["clip"], "gate": in_full(generated["gate"]),
            "real": batch["clip"], "encoded": batch["posterior"], "noise": noise, "mean": mean,
            "log_variance": log_variance}
        if any("read_back" in TERMS[name].needs for name in self.loss.weights):
            outputs["read_back"] = in_full(self.reader([generated["clip"], batch["photo"]])[0])
        return outputs

    def fake(self, batch, training=True):
        noise, _, _ = self.draw_noise(batch)
        return self.fading([batch["photo"], noise, batch["alpha"]])["clip"]

    def real(self, batch):
        return batch["clip"]

    def score(self, shown, batch):
        return in_full(self.discriminator([shown, batch["photo"], batch["alpha"]]))

    @staticmethod
    def animate(generator, examples):
        return generator([examples["photo"], examples["noise"]])
