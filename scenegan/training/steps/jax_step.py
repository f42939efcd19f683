"""One step of training in JAX, on one device or on all that are there, of several machines too."""

import atexit
import os
import sys
from contextlib import contextmanager
from functools import partial

import jax
import keras
import numpy as np
from jax import numpy as jnp
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from scenegan.errors import InputError
from scenegan.training.steps import cluster
from scenegan.training.steps.step import BaseStep


def choose_devices(name):
    """The devices that train: the first for "one", else all, for "multiworker" of all processes.

    Raises:
        InputError: If they are not there.
    """
    devices = jax.devices()
    if name == "mirrored" and len(devices) < 2:
        raise InputError("--strategy mirrored needs at least two devices, and this machine has "
                         "one. Choose --strategy auto.")
    return devices[:1] if name == "one" else devices


def input_gradient(function, clips):
    """Gradient of the sum of `function(clips)` with respect to `clips`."""
    return jax.grad(lambda values: jnp.sum(function(values)))(clips)


class Step(BaseStep):
    """Updates the networks of a GAN by global batches: see `tensorflow_step.Step`."""

    @staticmethod
    def join(strategy):
        """Meet the other processes of TF_CONFIG, at the first one's address."""
        if strategy == "multiworker":
            places, index = cluster.read_cluster()
            with cluster.waiting(places, index):
                jax.distributed.initialize(places[0], len(places), index)

    def __init__(self, build, settings):
        devices = choose_devices(settings.strategy)
        self.devices = len(devices)
        self.shard = jax.process_index(), jax.process_count()
        self.chief = self.shard[0] == 0
        self.micro_batch = settings.micro_batch
        mesh = Mesh(np.array(devices), ("batch",))
        self.rows = NamedSharding(mesh, PartitionSpec("batch"))
        self.everywhere = NamedSharding(mesh, PartitionSpec())
        self.gan, self.average = build()
        self.build_optimizers(settings)
        gan = self.gan
        self.networks = [variable for network in gan.networks.values()
                         for variable in network.variables]
        self._update_generator = self._compile_update(
            gan.generator_loss, "generator", gan.generator_variables, self.generator_optimizer)
        self._update_discriminator = self._compile_update(
            lambda batch: gan.discriminator_loss(batch, input_gradient), "discriminator",
            gan.discriminator_variables, self.discriminator_optimizer)
        self._terms = jax.jit(self._evaluate, out_shardings=self.everywhere)
        self._generate = jax.jit(self._animate)
        self._sum = jax.jit(jnp.sum, out_shardings=self.everywhere)

    def distribute(self, batch):
        """A numpy batch (see `GAN`), spread over the devices."""
        return {name: jax.make_array_from_process_local_data(
            self.rows, np.asarray(value, keras.config.floatx())) for name, value in batch.items()}

    def update_discriminator(self, batch):
        """One discriminator update; returns the terms of its loss."""
        return self._update_discriminator(batch)

    def update_generator(self, batch):
        """One generator update; returns the terms of its loss."""
        return self._update_generator(batch)

    def evaluate(self, batch):
        """The terms of both losses, without an update, of batch statistics either."""
        return self._terms(self._values(self.networks), batch)

    def sum_over_workers(self, value):
        """The sum of a number over all processes: each learns what the others have seen."""
        if self.shard[1] == 1:
            return value
        here = self.devices // self.shard[1]
        with self._together():
            return float(self._sum(jax.make_array_from_process_local_data(
                self.rows, np.full(here, value / here, np.float32))))

    def update_average(self, momentum):
        """Move the averaged generator towards the trained one."""
        means = self.average.variables
        _assign(means, _move(self._values(means), self._values(self.gan.generator.variables),
                             momentum))

    def generate(self, examples):
        """Clips of the averaged generator; see `GAN.animate`."""
        values = self._values(self.average.variables)
        return self._generate([value.addressable_data(0) for value in values], examples)

    @contextmanager
    def _together(self):
        """Say in one line that another process has gone, instead of JAX's many."""
        try:
            yield
        except (jax.errors.JaxRuntimeError, ValueError) as error:    # Gloo's are ValueErrors
            if self.shard[1] == 1:
                raise
            atexit.register(_leave)                   # runs before what JAX registered
            raise InputError(cluster.GONE) from error

    def _values(self, variables):
        """The values of variables, the same on all devices."""
        values = [variable.value for variable in variables]
        if self.shard[1] == 1:
            return jax.device_put(values, self.everywhere)
        return [value if value.sharding.is_equivalent_to(self.everywhere, value.ndim) else
                jax.make_array_from_process_local_data(self.everywhere, np.asarray(value))
                for value in values]

    def _compile_update(self, loss, name, variables, optimizer):
        """A function that updates variables by a batch and returns the terms of the loss."""
        updated = {id(variable) for variable in variables}
        fixed = [variable for variable in self.networks if id(variable) not in updated]
        statistics = [variable for variable in fixed if not variable.trainable]   # batch statistics

        scaled = _pure(loss, [*variables, *optimizer.variables, *fixed], statistics, optimizer)

        @partial(jax.jit, donate_argnums=(0, 1), out_shardings=self.everywhere)
        def update(trained, memory, fixed_values, batch):
            def differentiate(part):
                return jax.grad(scaled, has_aux=True)(trained, memory, fixed_values, part)

            gradients, (terms, scale, changed) = self._over_parts(batch, differentiate)
            norm = jnp.sqrt(sum(jnp.sum(jnp.square(gradient)) for gradient in gradients)) / scale
            trained, memory = optimizer.stateless_apply(memory, gradients, trained)
            return trained, memory, changed, {**terms, f"{name}_gradient": norm}

        def run(batch):
            trained, memory, changed, terms = update(*map(
                self._values, (variables, optimizer.variables, fixed)), batch)
            _assign(variables, trained)
            _assign(optimizer.variables, memory)
            _assign(statistics, changed)
            return terms

        return run

    def _animate(self, values, examples):
        with keras.StatelessScope(zip(self.average.variables, values, strict=True)):
            return self.gan.animate(self.average, examples)

    def _evaluate(self, values, batch):
        def losses(part):
            with keras.StatelessScope(zip(self.networks, values, strict=True)):
                return self.gan.losses(part, input_gradient)

        return self._over_parts(batch, losses)

    def _over_parts(self, batch, function):
        """Mean of a function's arrays over micro-batches, one after the other."""
        size = len(batch["noise"])
        micro = min((self.micro_batch or size) * self.devices, size)
        if micro == size:
            return function(batch)
        # every micro-batch takes its rows from every device
        parts = {name: jnp.swapaxes(
            value.reshape(self.devices, size // micro, micro // self.devices, *value.shape[1:]),
            0, 1).reshape(size // micro, micro, *value.shape[1:])
            for name, value in batch.items()}

        def add(total, part):
            return jax.tree.map(jnp.add, total, function(part)), None

        first = function({name: value[0] for name, value in parts.items()})
        total, _ = jax.lax.scan(add, first, {name: value[1:] for name, value in parts.items()})
        return jax.tree.map(lambda value: value * (micro / size), total)


def _leave():
    """End this process now: JAX would wait for the dead one and then abort."""
    sys.stdout.flush()
    os._exit(1)


@partial(jax.jit, donate_argnums=0)
def _move(means, values, momentum):
    return [momentum * mean + (1 - momentum) * value
            for mean, value in zip(means, values, strict=True)]


def _pure(loss, variables, statistics, optimizer):
    """A loss as a pure function of the values of variables and a batch, to differentiate.

    Args:
        loss: Function of a batch that gives its total and a dict of its terms.
        variables: Of the networks and of the optimizer, in the order of their values.
        statistics: Those that the loss itself changes, such as means of batches.
        optimizer: It scales the loss.

    Returns:
        Function `(trained, memory, fixed, batch)` of lists of values that gives the scaled total,
        and beside it the terms, the scale and the changed statistics.
    """
    def scaled(trained, memory, fixed, batch):
        state = zip(variables, [*trained, *memory, *fixed], strict=True)
        with keras.StatelessScope(state_mapping=state) as scope:
            total, terms = loss(batch)
            changed = [scope.get_current_value(variable) for variable in statistics]
            return optimizer.scale_loss(total), (terms, optimizer.scale_loss(1.0), changed)
    return scaled


def _assign(variables, values):
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
