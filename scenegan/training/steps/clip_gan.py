"""The GAN whose generator gives clips and whose critic is shown them: the published networks."""

from keras import ops

from scenegan.errors import InputError
from scenegan.losses import one_score
from scenegan.models.blocks import LEVELS
from scenegan.training.steps.gan import GAN, in_full

FLAT = ("scene-reference",)            # networks whose frames do not halve level by level


class ClipGAN(GAN):
    """A generator of a clip, from noise, a photo or the clip's beginning, and a discriminator.

    A batch holds beside what every one does photo `(batch, height, width, channels)` and clip
    `(batch, frames, height, width, channels)`. Of them the generator is given what its inputs are
    called: noise, photo, given (the clip's first frames), alpha or real (the whole clip, of an
    autoencoder). Its outputs are a dict of clip and what else it has, such as mask.

    In a step batch normalisation takes the statistics of the batch, real and generated clips
    apart; in `losses` and `animate` it takes those that it has gathered.

    Raises:
        InputError: If the settings do not suit each other; see `check_pair`.
    """

    def __init__(self, spec, loss, networks):
        check_pair(spec, loss)
        generator = networks["generator"]
        self.inputs = [tensor.name for tensor in generator.inputs]
        sources = {"photo": "photo", "real": "source"}
        self.outputs_given = (*generator.output, *(
            output for name, output in sources.items() if name in self.inputs))
        self.training = True
        super().__init__(spec, loss, networks)

    def outputs(self, batch):
        generated = {name: in_full(value) for name, value in self._generate(batch).items()}
        return generated | {"photo": batch["photo"], "source": batch["clip"],
                            "shown": generated["clip"]}

    def fake(self, batch):
        return in_full(self._generate(batch)["clip"])

    def real(self, batch):
        return batch["clip"]

    def score(self, shown, batch):
        inputs = batch | {"clip": shown}
        return one_score(in_full(_call(self.discriminator, inputs, self.training)))

    def losses(self, batch, input_gradient):
        self.training = False
        try:
            return super().losses(batch, input_gradient)
        finally:
            self.training = True

    def _generate(self, batch):
        sources = batch | {"noise": batch["noise"][:, 0], "real": batch["clip"],
                           "given": batch["clip"][:, :self.spec.given]}
        return _call(self.generator, sources, self.training)

    @staticmethod
    def animate(generator, examples):
        sources = {"alpha": ops.ones_like(examples["noise"][:, :1])} | examples
        return _call(generator, sources, training=False)["clip"]


def _call(network, sources, training):
    """What a network gives for those of some arrays that it is an input for."""
    inputs = [sources[tensor.name] for tensor in network.inputs]
    return network(inputs if len(inputs) > 1 else inputs[0], training=training)


def check_pair(spec, loss):
    """Check that a stage's network, its sizes and a loss make sense together.

    Args:
        spec: A `StageSpec`.
        loss: Name of a loss of the spec.

    Raises:
        InputError: If not; it gives the reason.
    """
    chosen = spec.losses[loss]
    if chosen.gradient_penalty and spec.critic_norm == "batch":
        raise InputError("A gradient penalty is of each clip's own score, which batch "
                         "normalisation mixes with those of others. Received: gradient_penalty = "
                         f"{chosen.gradient_penalty:g} with critic_norm = batch. Choose "
                         "critic_norm = layer or none in [stage].")
    if loss == "wasserstein" and not chosen.gradient_penalty:
        raise InputError("A Wasserstein critic must be held to a slope of one, or its scores run "
                         "away. Received: gradient_penalty = 0. Choose 10 in [loss].")
    if spec.network not in FLAT and any(side % (1 << LEVELS) for side in spec.shape[:3]):
        raise InputError(f"{spec.network} halves frames, height and width {LEVELS} times, so they "
                         f"must be multiples of {1 << LEVELS}. Received: {spec.frames} frames of "
                         f"{spec.size}. Correct [stage].")
    if (spec.network == "summary") != (0 < spec.given < spec.frames):
        raise InputError("given, the first frames that a generator is given, must be from 1 to "
                         f"{spec.frames - 1} for the network summary, and 0 for others. Received: "
                         f"{spec.given} for {spec.network}. Correct [stage].")
