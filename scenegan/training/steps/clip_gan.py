"""The GAN whose generator gives clips and whose critic is shown them: the published networks."""

from keras import ops

from scenegan.losses import one_score
from scenegan.training.steps.gan import GAN, in_full


class ClipGAN(GAN):
    """A generator of a clip, from noise, a photo or the clip's beginning, and a discriminator.

    A batch holds beside what every one does photo `(batch, height, width, channels)` and clip
    `(batch, frames, height, width, channels)`. Of them the generator is given what its inputs are
    called: noise, photo, given (the clip's first frames), alpha or real (the whole clip, of an
    autoencoder). Its outputs are a dict of clip and what else it has, such as mask.

    Batch normalisation takes the statistics of the batch, real and generated clips apart; only
    the generator, in `losses` and `animate`, takes those that it has gathered.
    """

    def __init__(self, spec, loss, networks):
        generator = networks["generator"]
        self.inputs = [tensor.name for tensor in generator.inputs]
        sources = {"photo": "photo", "real": "source"}
        self.outputs_given = (*generator.output, *(
            output for name, output in sources.items() if name in self.inputs))
        super().__init__(spec, loss, networks)

    def outputs(self, batch, training=True):
        generated = {name: in_full(value)
                     for name, value in self._generate(batch, training).items()}
        return generated | {"photo": batch["photo"], "source": batch["clip"],
                            "shown": generated["clip"]}

    def fake(self, batch, training=True):
        return in_full(self._generate(batch, training)["clip"])

    def real(self, batch):
        return batch["clip"]

    def score(self, shown, batch):
        inputs = batch | {"clip": shown}
        return one_score(in_full(_call(self.discriminator, inputs, training=True)))

    def _generate(self, batch, training):
        sources = batch | {"noise": batch["noise"][:, 0], "real": batch["clip"],
                           "given": batch["clip"][:, :self.spec.given]}
        return _call(self.generator, sources, training)

    @staticmethod
    def animate(generator, examples):
        sources = {"alpha": ops.ones_like(examples["noise"][:, :1])} | examples
        return _call(generator, sources, training=False)["clip"]


def _call(network, sources, training):
    """What a network gives for those of some arrays that it is an input for."""
    inputs = [sources[tensor.name] for tensor in network.inputs]
    return network(inputs if len(inputs) > 1 else inputs[0], training=training)
