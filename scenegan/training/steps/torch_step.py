"""One step of training in PyTorch, on one device."""

import keras
import numpy as np
import torch

from scenegan.errors import InputError
from scenegan.training.steps.step import BaseStep

FORMATS = {4: torch.channels_last, 5: torch.channels_last_3d}     # of kernels, by their rank


def check_strategy(name):
    """Raise InputError unless one device is what is asked for."""
    if name in ("mirrored", "multiworker"):
        raise InputError(f"--strategy {name} needs Keras' TensorFlow or JAX backend. Received: "
                         "KERAS_BACKEND=torch. Choose --strategy auto.")


def input_gradient(function, clips):
    """Gradient of the sum of `function(clips)` with respect to `clips`."""
    with torch.enable_grad():
        clips = clips.detach().requires_grad_()
        gradient, = torch.autograd.grad(function(clips).sum(), clips, create_graph=True)
    return gradient


def lay_out(variables):
    """Store kernels of convolutions in the order in which PyTorch reads them, without a copy.

    That is out, then the sides, then in. Their shape stays Keras', `(..., in, out)`.

    Args:
        variables: Keras variables, of networks or of their optimizers; those of other ranks stay
            as they are.
    """
    for variable in variables:
        value = variable.value
        if value.dim() in FORMATS:
            kernel = value.detach().permute(-1, -2, *range(value.dim() - 2))
            # of one output PyTorch differentiates no other layout, in a batch of one small clip
            order = torch.contiguous_format if len(kernel) == 1 else FORMATS[value.dim()]
            kernel = kernel.contiguous(memory_format=order)
            value.data = kernel.permute(*range(2, value.dim()), 1, 0)


class Step(BaseStep):
    """Updates the networks of a GAN by batches: see `tensorflow_step.Step`."""

    devices = 1

    def __init__(self, build, settings):
        check_strategy(settings.strategy)
        self.micro_batch = settings.micro_batch
        self.gan, self.average = build()
        self.build_optimizers(settings)
        for holder in (*self.gan.networks.values(), self.average, *self.optimizers().values()):
            lay_out(holder.variables)

    def distribute(self, batch):
        """A numpy batch (see `GAN`) on Keras' device."""
        return {name: keras.ops.convert_to_tensor(np.asarray(value, keras.config.floatx()))
                for name, value in batch.items()}

    def update_discriminator(self, batch):
        """One discriminator update; returns the terms of its loss."""
        return self._update(batch, lambda part: self.gan.discriminator_loss(part, input_gradient),
                            "discriminator", self.gan.discriminator_variables,
                            self.discriminator_optimizer)

    def update_generator(self, batch):
        """One generator update; returns the terms of its loss."""
        return self._update(batch, self.gan.generator_loss, "generator",
                            self.gan.generator_variables, self.generator_optimizer)

    def evaluate(self, batch):
        """The terms of both losses, without an update, of batch statistics either."""
        with torch.no_grad(), keras.StatelessScope():
            terms = [self.gan.losses(part, input_gradient) for part in self._parts(batch)]
        return _mean(terms)

    def sum_over_workers(self, value):
        """The sum of a number over all processes, of which there is one."""
        return value

    @torch.no_grad()
    def update_average(self, momentum):
        """Move the averaged generator towards the trained one."""
        for mean, value in zip(self.average.variables, self.gan.generator.variables, strict=True):
            mean.value.lerp_(value.value.to(mean.value.dtype), 1 - float(momentum))

    @torch.no_grad()
    def generate(self, examples):
        """Clips of the averaged generator; see `GAN.animate`. A NumPy array."""
        return keras.ops.convert_to_numpy(
            self.gan.animate(self.average, self.distribute(examples)))

    def _update(self, batch, loss, name, variables, optimizer):
        """Update variables by a batch; returns the terms of the loss."""
        weights, parts = [variable.value for variable in variables], self._parts(batch)
        gradients, terms = None, []
        for part in parts:
            total, part_terms = loss(part)
            new = torch.autograd.grad(optimizer.scale_loss(total), weights, allow_unused=True)
            new = [torch.zeros_like(weight) if gradient is None else gradient
                   for gradient, weight in zip(new, weights, strict=True)]
            gradients = new if gradients is None else torch._foreach_add(gradients, new)
            terms.append(part_terms)
        with torch.no_grad():
            if len(parts) > 1:
                gradients = torch._foreach_div(gradients, len(parts))
            norm = torch.nn.utils.get_total_norm(gradients) / optimizer.scale_loss(1.0)
            optimizer.apply(gradients, variables)
        return _mean(terms) | {f"{name}_gradient": norm}

    def _parts(self, batch):
        """The micro-batches of a batch."""
        size = len(batch["noise"])
        micro = min(self.micro_batch or size, size)
        return [{name: value[start:start + micro] for name, value in batch.items()}
                for start in range(0, size, micro)]


def _mean(terms):
    """Mean of each of several dicts' terms, detached."""
    return {name: torch.stack([part[name].detach() for part in terms]).mean() for name in terms[0]}
