"""One step of training in TensorFlow, on one device or on all of a strategy's."""

from contextlib import contextmanager

import keras
import tensorflow as tf

from scenegan.errors import InputError
from scenegan.training.steps import cluster
from scenegan.training.steps.step import BaseStep

GONE = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError,
        tf.errors.DeadlineExceededError, tf.errors.InternalError)


def choose_strategy(name):
    """The devices that train.

    Args:
        name: "auto" for all visible GPUs or else the CPU, "one" for the first device,
            "mirrored" for all devices of this machine, "multiworker" for those of all
            machines in the environment variable TF_CONFIG.

    Raises:
        InputError: If they are not there.
    """
    gpus = tf.config.list_logical_devices("GPU") if name != "multiworker" else []
    if name == "multiworker":
        with cluster.waiting(*cluster.read_cluster()):
            return tf.distribute.MultiWorkerMirroredStrategy()
    if name == "mirrored":
        devices = gpus or tf.config.list_logical_devices("CPU")
        if len(devices) < 2:
            raise InputError("--strategy mirrored needs at least two devices. Received: "
                             f"{len(gpus) or 'no'} GPU. Choose --strategy auto.")
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    return (tf.distribute.MirroredStrategy() if name == "auto" and len(gpus) > 1 else
            tf.distribute.get_strategy())


def input_gradient(function, clips):
    """Gradient of the sum of `function(clips)` with respect to `clips`."""
    with tf.GradientTape() as tape:
        tape.watch(clips)
        values = function(clips)
    return tape.gradient(values, clips)


def synchronise(networks):
    """Have batch normalisation take the statistics of the whole batch, not of a device's part."""
    for network in networks:
        for layer in network._flatten_layers():
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = True


class Step(BaseStep):
    """Updates the networks of a GAN by global batches.

    Args:
        build: Function without arguments that makes (GAN, average), average being a
            generator of the same shape; called inside the strategy's scope.
        settings: A `Settings`.

    Attributes:
        devices: Devices that share a batch.
        shard: (index, count): which of as many parts of each batch this process reads.
        chief: Whether this process is the one that writes.

    Raises:
        InputError: If the devices are not there.
    """

    def __init__(self, build, settings):
        self.strategy = choose_strategy(settings.strategy)
        self.devices = self.strategy.num_replicas_in_sync
        self.micro_batch = settings.micro_batch
        resolver = self.strategy.cluster_resolver
        several = settings.strategy == "multiworker"
        workers = len(resolver.cluster_spec().as_dict()["worker"]) if several else 1
        self.shard = (resolver.task_id if several else 0, workers)
        self.chief = self.shard[0] == 0
        with self.strategy.scope():
            self.gan, self.average = build()
            if self.devices > 1:
                synchronise(self.gan.networks.values())
            self.build_optimizers(settings)

    def distribute(self, batch):
        """This process' part of a numpy batch (see `GAN`), spread over its devices."""
        local = self.devices // self.shard[1]
        size = len(batch["noise"]) // local

        def rows(context):
            first = context.replica_id_in_sync_group % local * size
            return {name: tf.constant(value[first:first + size], keras.config.floatx())
                    for name, value in batch.items()}

        if self.devices == 1:
            return rows(tf.distribute.get_replica_context())
        return self.strategy.experimental_distribute_values_from_function(rows)

    def update_discriminator(self, batch):
        """One discriminator update; returns the terms of its loss."""
        with self._together():
            return self._update_discriminator(batch)

    def update_generator(self, batch):
        """One generator update; returns the terms of its loss."""
        with self._together():
            return self._update_generator(batch)

    def evaluate(self, batch):
        """The terms of both losses, without an update, of batch statistics either."""
        with self._together():
            return self._evaluate(batch)

    def sum_over_workers(self, value):
        """The sum of a number over all processes: each learns what the others have seen."""
        if self.shard[1] == 1:
            return value
        with self._together():
            return float(self._sum_over_workers(tf.constant(float(value))))

    @tf.function
    def update_average(self, momentum):
        """Move the averaged generator towards the trained one."""
        for mean, value in zip(self.average.variables, self.gan.generator.variables, strict=True):
            share = tf.cast(momentum, mean.dtype)
            mean.assign(share * mean + (1 - share) * value)

    @tf.function
    def generate(self, examples):
        """Clips of the averaged generator; see `GAN.animate`."""
        return self.gan.animate(self.average, examples)

    @contextmanager
    def _together(self):
        """Say in one line that another process has gone, instead of TensorFlow's many."""
        try:
            yield
        except GONE as error:
            if self.shard[1] == 1:
                raise
            raise InputError(cluster.GONE) from error

    @tf.function
    def _update_discriminator(self, batch):
        return self._run(batch, lambda part: self.gan.discriminator_loss(part, input_gradient),
                         "discriminator", self.gan.discriminator_variables,
                         self.discriminator_optimizer)

    @tf.function
    def _update_generator(self, batch):
        return self._run(batch, self.gan.generator_loss, "generator",
                         self.gan.generator_variables, self.generator_optimizer)

    @tf.function
    def _evaluate(self, batch):
        def losses(part):
            with keras.StatelessScope():
                return self.gan.losses(part, input_gradient)

        return self._mean(self.strategy.run(
            lambda rows: self._over_parts(rows, losses), args=(batch,)))

    @tf.function
    def _sum_over_workers(self, value):
        local = self.devices // self.shard[1]
        return self.strategy.reduce("SUM", self.strategy.run(lambda: value / local), axis=None)

    def _run(self, batch, loss, name, variables, optimizer):
        """Update variables by a batch on every device; returns the terms of the loss."""
        def differentiate(part):
            with tf.GradientTape() as tape:
                total, terms = loss(part)
                scaled = optimizer.scale_loss(total)
            return tape.gradient(scaled, variables), terms

        def update(rows):
            gradients, terms = self._over_parts(rows, differentiate)
            norm = tf.linalg.global_norm(gradients) / optimizer.scale_loss(1.0)
            # optimizers sum over devices, and the loss is a mean
            optimizer.apply([gradient / self.devices for gradient in gradients], variables)
            return {**terms, f"{name}_gradient": norm}

        return self._mean(self.strategy.run(update, args=(batch,)))

    def _over_parts(self, batch, function):
        """Mean of a function's tensors over micro-batches, one after the other."""
        size = batch["noise"].shape[0]
        micro = min(self.micro_batch or size, size)
        if micro == size:
            return function(batch)
        parts = {name: tf.reshape(value, (size // micro, micro, *value.shape[1:]))
                 for name, value in batch.items()}

        def add(total, part):
            return tf.nest.map_structure(tf.add, total, function(part))

        first = function({name: value[0] for name, value in parts.items()})
        total = tf.foldl(add, {name: value[1:] for name, value in parts.items()}, first,
                         parallel_iterations=1)
        return tf.nest.map_structure(lambda value: value * (micro / size), total)

    def _mean(self, terms):
        return {name: self.strategy.reduce("MEAN", term, axis=None)
                for name, term in terms.items()}
