"""Train the original Scene GAN's networks, `scene-reference`, on this project's clips.

    python benchmarks/reference_training.py 1 --data data/clips --run runs/reference --steps 2348
    python benchmarks/reference_training.py 2 --data data/clips --run runs/reference --steps 1800
    scenegan evaluate --reference runs/reference/reference2.keras

The original's settings: gray, mean squared error, Adam (5e-4, 0.5, 0.9), one update of each network
a step, 5 clips a step, no noise and no other loss. The second stage's critic is both stages', their
scores mixed by alpha, which here rises from 0 to 1 over the first 30 % of the steps (there: always
0.75). What is written is the generator of the last step, as a model from the photo alone. Called
again, it goes on from the last saved state.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import time
from pathlib import Path

import click
import keras
import numpy as np
import tensorflow as tf
from keras import ops

from scenegan import checkpoints, losses
from scenegan.data.batches import Batches
from scenegan.data.prefetch import prefetch
from scenegan.data.store import ClipStore
from scenegan.models import scene_reference
from scenegan.presets import stage
from scenegan.training.run.states import States

BATCH = 5
FADE = 0.3           # share of the steps
SAVE_EVERY = 100     # steps


class Reference:
    """One stage of the reference: its networks, their optimizers and one step of both.

    Clips are `(batch, height, width, frames, 1)` here.
    """

    def __init__(self, number):
        self.number = number
        self.generators = [scene_reference.build_reference_generator_1()]
        self.critics = [scene_reference.build_reference_discriminator(1)]
        if number == 2:
            self.generators.append(scene_reference.build_reference_generator_2())
            self.critics.append(scene_reference.build_reference_discriminator(2))
        self.optimizers = [keras.optimizers.Adam(5e-4, 0.5, 0.9) for _ in range(2)]
        for optimizer, network in zip(self.optimizers, self.trained(), strict=True):
            optimizer.build(network.trainable_variables)

    def trained(self):
        """(generator, critic) that this stage trains; the first stage's stay as they are."""
        return self.generators[-1], self.critics[-1]

    def groups(self):
        """All variables, as `checkpoints.save_state` takes them."""
        parts = {"generator": self.generators, "critic": self.critics}
        return {f"{name}{number}": network.variables for name, networks in parts.items()
                for number, network in enumerate(networks, 1)} | {
            f"optimizer{number}": optimizer.variables
            for number, optimizer in enumerate(self.optimizers)}

    def make(self, photo, alpha, training=True):
        """Clips of photos `(batch, height, width, 1, 1)`."""
        if self.number == 1:
            return self.generators[0](photo, training=training)
        coarse = self.generators[0](photo[:, ::2, ::2], training=False)
        return self.generators[1]([photo, coarse, alpha], training=training)

    def score(self, clip, alpha):
        """The critics' scores, mixed by alpha."""
        if self.number == 1:
            return self.critics[0](clip, training=True)
        old = self.critics[0](clip[:, ::2, ::2], training=False)
        return alpha * self.critics[1](clip, training=True) + (1 - alpha) * old

    @tf.function
    def step(self, clip, alpha):
        """One update of the critic, then one of the generator: their losses."""
        photo = clip[:, :, :, :1]
        generator, critic = self.trained()
        judged = self._update(self.optimizers[1], critic, lambda: (
            losses.least_squares_discriminator(self.score(clip, alpha),
                                               self.score(self.make(photo, alpha), alpha))))
        made = self._update(self.optimizers[0], generator, lambda: losses.least_squares_generator(
            self.score(self.make(photo, alpha), alpha)))
        return made, judged

    def whole(self):
        """A model from the photo alone to the clip of a stage that has faded in."""
        if self.number == 1:
            return self.generators[0]
        photo = keras.Input(self.generators[-1].inputs[0].shape[1:])
        alpha = ops.ones_like(photo[:, 0, 0, 0])
        coarse = self.generators[0](photo[:, ::2, ::2])
        return keras.Model(photo, self.generators[1]([photo, coarse, alpha]))

    @staticmethod
    def _update(optimizer, network, loss):
        with tf.GradientTape() as tape:
            value = loss()
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(value, variables), variables)
        return value


@click.command()
@click.argument("number", type=click.IntRange(1, 2))
@click.option("--data", required=True, help="Folder of clips.")
@click.option("--run", required=True, type=click.Path(path_type=Path), help="Folder to write to.")
@click.option("--steps", default=1800, show_default=True)
def main(number, data, run, steps):
    """Train stage NUMBER."""
    keras.utils.set_random_seed(0)
    trained = Reference(number)
    states = States(run / f"stage{number}", SAVE_EVERY)
    states.folder.mkdir(parents=True, exist_ok=True)
    notes = states.load(trained.groups(), click.echo)
    done = 0 if notes is None else int(notes["step"])
    if number == 2 and notes is None:
        first = Reference(1)
        if States(run / "stage1").load(first.groups(), click.echo) is None:
            raise click.UsageError(f"Stage 2 needs stage 1 in '{run}'. Received: none. Train it.")
        for network, source in ((trained.generators, first.generators),
                                (trained.critics, first.critics)):
            network[0].set_weights(source[0].get_weights())
    batches = Batches(ClipStore(data), stage(number, 1, "displacement"), "train", BATCH, seed=0)
    since = time.perf_counter()
    for step, batch in enumerate(prefetch(map(batches.__getitem__, range(done, steps))), done):
        alpha = np.full((BATCH, 1), min(1.0, step / (FADE * steps)), np.float32)
        clip = tf.constant(np.moveaxis(batch["clip"], 1, 3))
        made, judged = trained.step(clip, tf.constant(alpha))
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == steps:
            states.save(step + 1, trained.groups())
            checkpoints.save_model(trained.whole(), run / f"reference{number}.keras")
            speed = (step + 1 - done) * BATCH / (time.perf_counter() - since)
            click.echo(f"step {step + 1}/{steps}  {speed:.1f} clips/s  G {float(made):.3f}  "
                       f"D {float(judged):.3f}")


if __name__ == "__main__":
    main()
