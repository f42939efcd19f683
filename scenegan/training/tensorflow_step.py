"""One step of training in TensorFlow, on one device or on all of a strategy's."""

import keras
import tensorflow as tf


def choose_strategy():
    """All visible GPUs, or the default device."""
    gpus = tf.config.list_logical_devices("GPU")
    return tf.distribute.MirroredStrategy() if len(gpus) > 1 else tf.distribute.get_strategy()


def slope(function, clips):
    """Gradient of the sum of `function(clips)` with respect to `clips`."""
    with tf.GradientTape() as tape:
        tape.watch(clips)
        values = function(clips)
    return tape.gradient(values, clips)


class TensorFlowStep:
    """Updates the networks of a GAN by global batches.

    Args:
        build: Function without arguments that makes (GAN, average), average being a
            generator of the same shape; called inside the strategy's scope.
        strategy: A `tf.distribute.Strategy`.
    """

    def __init__(self, build, strategy=None):
        self.strategy = strategy or choose_strategy()
        with self.strategy.scope():
            self.gan, self.average = build()
            loss = self.gan.loss
            beta_1, beta_2 = loss.betas
            self.generator_optimizer = keras.optimizers.Adam(loss.generator_rate, beta_1, beta_2)
            self.discriminator_optimizer = keras.optimizers.Adam(
                loss.discriminator_rate, beta_1, beta_2)
            self.generator_optimizer.build(self.gan.generator_variables)
            self.discriminator_optimizer.build(self.gan.discriminator_variables)

    def batches(self, feed):
        """Turn an iterable of numpy batches (see `GAN`) into batches spread over the devices."""
        first = next(feed)

        def all_batches():
            yield first
            yield from feed

        signature = {name: tf.TensorSpec(value.shape, value.dtype)
                     for name, value in first.items()}
        dataset = tf.data.Dataset.from_generator(all_batches, output_signature=signature)
        return iter(self.strategy.experimental_distribute_dataset(dataset.prefetch(2)))

    @tf.function
    def update_discriminator(self, batch):
        """One discriminator update; returns the terms of its loss."""
        return self._sum(self.strategy.run(self._update_discriminator, args=(batch,)))

    @tf.function
    def update_generator(self, batch):
        """One generator update; returns the terms of its loss."""
        return self._sum(self.strategy.run(self._update_generator, args=(batch,)))

    @tf.function
    def update_average(self, momentum):
        """Move the averaged generator towards the trained one."""
        for mean, now in zip(self.average.variables, self.gan.generator.variables, strict=True):
            mean.assign(momentum * mean + (1 - momentum) * now)

    def _update_discriminator(self, batch):
        with tf.GradientTape() as tape:
            total, terms = self._share(*self.gan.discriminator_loss(batch, slope))
        variables = self.gan.discriminator_variables
        self.discriminator_optimizer.apply(tape.gradient(total, variables), variables)
        return terms

    def _update_generator(self, batch):
        with tf.GradientTape() as tape:
            total, terms = self._share(*self.gan.generator_loss(batch))
        variables = self.gan.generator_variables
        self.generator_optimizer.apply(tape.gradient(total, variables), variables)
        return terms

    def _share(self, total, terms):
        """A replica's part of a mean over the global batch: optimizers sum over replicas."""
        replicas = self.strategy.num_replicas_in_sync
        return total / replicas, {name: term / replicas for name, term in terms.items()}

    def _sum(self, terms):
        return {name: self.strategy.reduce("SUM", term, axis=None)
                for name, term in terms.items()}
