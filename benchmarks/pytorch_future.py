"""Time of a training step of vgan-future in Keras' torch backend, against PyTorch by hand.

    pip install -e '.[benchmarks]'
    python benchmarks/pytorch_future.py [--batch-size 4] [--steps 5] [--threads 1] [--profile]

The published networks, of 68.2 and 44.1 M parameters. Both do the same work in one process, a
step at a time in turn, and figures are medians. PyTorch is given our weights, and before anything
is timed clips and terms of both losses must agree, with the statistics that the generator's
batch normalisation has gathered; and after a step of each the terms with those of the batch.
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

from dataclasses import replace
from functools import partial

import click
import numpy as np
import torch
from in_turn import medians_in_turn, show_table, timed
from pytorch_future_networks import Discriminator, Generator, load_weights
from steps import example_batch, in_memory, make_step, one_step
from torch.nn.functional import softplus

from scenegan.presets import stage

PRESET, LOSS = "vgan-future", "cross-entropy"
TOLERANCE = 1e-3


class PytorchStep:
    """The networks with weights of ours, their optimizers and the average of the generator.

    Args:
        spec: The `StageSpec` of vgan-future.
        gan: Our `ClipGAN`.
    """

    def __init__(self, spec, gan):
        self.loss = spec.losses[LOSS]
        self.generator, self.discriminator = Generator(spec.features), Discriminator(spec.features)
        load_weights(self.generator, gan.generator)
        load_weights(self.discriminator, gan.discriminator)
        self.average = [one.detach().clone() for one in self.generator.parameters()]
        rates = {self.generator: self.loss.generator_rate,
                 self.discriminator: self.loss.discriminator_rate}
        self.optimizers = {network: torch.optim.Adam(
            network.parameters(), rate, self.loss.betas, 1e-7, fused=True)
            for network, rate in rates.items()}

    def run(self, clip, photo):
        """One update of the discriminator, one of the generator and one of its average."""
        terms = self.update(self.discriminator, self.discriminator_loss(clip, photo))
        terms |= self.update(self.generator, self.generator_loss(photo))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, list(self.generator.parameters()), 0.001)
        return {name: float(value.detach()) for name, value in terms.items()}

    def update(self, network, terms):
        """Follow the gradient of the first of the terms."""
        optimizer = self.optimizers[network]
        optimizer.zero_grad()
        next(iter(terms.values())).backward(inputs=list(network.parameters()))
        optimizer.step()
        return terms

    def discriminator_loss(self, clip, photo):
        with torch.no_grad():
            fake = self.generator(photo)
        real_scores, fake_scores = self.discriminator(clip), self.discriminator(fake)
        return {"discriminator": softplus(-real_scores).mean() + softplus(fake_scores).mean(),
                "real_score": real_scores.mean(), "fake_score": fake_scores.mean()}

    def generator_loss(self, photo):
        fake = self.generator(photo)
        first, judged = (fake[:, :, 0] - photo).abs().mean(), self.discriminator(fake)
        adversarial = softplus(-judged).mean()
        return {"generator": adversarial + self.loss.weights["first_frame"] * first,
                "first_frame": first, "adversarial": adversarial}

    def evaluate(self, clip, photo):
        """The terms of both losses and the clips, of the generator's gathered statistics."""
        with torch.no_grad():
            self.generator.eval()
            terms = self.discriminator_loss(clip, photo) | self.generator_loss(photo)
            clips = self.generator(photo).movedim(1, -1)
            self.generator.train()
        return terms, clips


def check(what, ours, theirs):
    """Raise SystemExit unless two dicts of numbers agree."""
    far = {name: abs(float(value) - float(ours[name])) / max(1, abs(float(value)))
           for name, value in theirs.items()}
    worst = max(far, key=far.get)
    click.echo(f"{what}: terms of the losses differ by {far[worst]:.1g} at most")
    if far[worst] > TOLERANCE:
        raise SystemExit(f"Both must do the same. Received: a difference of {far[worst]:.2g} in "
                         f"{worst}, {what}.")


def show_profile(name, run):
    """Print where the CPU time of a step goes, by PyTorch's operations."""
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        run()
    click.echo(f"{name}\n{profile.key_averages().table('self_cpu_time_total', row_limit=15)}")


@click.command()
@click.option("--batch-size", default=4, show_default=True)
@click.option("--steps", default=5, show_default=True, help="Timed steps of each.")
@click.option("--threads", default=1, show_default=True)
@click.option("--features", type=int, help="Channels of the finest level. Default: as published.")
@click.option("--profile", is_flag=True, help="Show where the time of a step goes, too.")
def main(batch_size, steps, threads, features, profile):
    torch.set_num_threads(threads)
    spec = stage(1, preset=PRESET)
    spec = replace(spec, features=features or spec.features)
    step = make_step(spec, LOSS)
    arrays = example_batch(spec, batch_size)
    batch, hand = in_memory(arrays), PytorchStep(spec, step.gan)
    given = [torch.tensor(np.moveaxis(arrays[name], -1, 1)) for name in ("clip", "photo")]
    terms, clips = hand.evaluate(*given)
    check("gathered statistics", step.evaluate(batch), terms)
    ours = step.generate({"photo": arrays["photo"], "noise": arrays["noise"][:, 0]})
    click.echo(f"clips differ by {np.abs(ours - clips.numpy()).max():.1g} at most")
    rows = {"PyTorch": lambda: hand.run(*given), "ours, torch": lambda: one_step(step, batch)}
    check("statistics of the batch", *[rows[name]() for name in reversed(rows)])
    for name in rows if profile else ():
        show_profile(name, rows[name])
    figures = medians_in_turn({name: partial(timed, run) for name, run in rows.items()}, steps,
                              warmups=0)                 # `check` took a step of each
    base = figures["PyTorch"]
    show_table(["framework", "CPU seconds a clip", "times PyTorch's", "by wall time"],
               [[name, f"{cpu / batch_size:.3f}", f"{cpu / base[1]:.2f}", f"{wall / base[0]:.2f}"]
                for name, (wall, cpu) in figures.items()])


if __name__ == "__main__":
    main()
