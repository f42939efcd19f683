"""The loss of the segmenter, and the optimizer that follows it."""

import keras
import numpy as np
from keras import ops

from scenegan.data.labels import CLASSES as LABELS
from scenegan.evaluation.segmentation import TRUE_CLASS
from scenegan.models.segmenter import CLASSES

# In the order of CLASSES. Water is the rarest of what moves, and what is taken for it would flow;
# objects are few and small.
CLASS_WEIGHTS = np.array([1.0, 2.0, 1.0, 1.2, 1.5], np.float32)
SKY = CLASSES.index("sky")
RATE = 1.5e-3                # largest learning rate, of the pyramid
ENCODER_RATE = 2e-4          # of the encoder, which has learnt from ImageNet already
WEIGHT_DECAY = 1e-4
LARGEST_GRADIENT = 1.0       # norm of all gradients, above which they are scaled down
MOMENTUM = 0.999             # of the averaged weights

# From shares of the labels' classes to shares of the segmenter's, (labels, classes).
MERGE = (TRUE_CLASS[:, None] == np.arange(len(CLASSES))).astype(np.float32)


def targets(shares, partial):
    """What the segmenter has to say, and where it only must not say sky.

    Args:
        shares: float32 `(batch, height, width, len(labels.CLASSES))`.
        partial: bool `(batch,)`, whether unknown means "anything but sky".

    Returns:
        float32 `(batch, height, width, len(CLASSES) + 1)`: shares of CLASSES, then that of "not
        sky". What is unknown elsewhere is in none, so a sum below 1 is a weight.
    """
    not_sky = shares[..., LABELS.index("unknown")] * np.asarray(partial)[:, None, None]
    return np.concatenate([shares @ MERGE, not_sky[..., None]], axis=-1, dtype=np.float32)


def segmentation_loss(target, logits):
    """Cross-entropy of each photo, weighted by class.

    Args:
        target: As `targets` gives it.
        logits: `(batch, height, width, len(CLASSES))`.

    Returns:
        `(batch,)`, means over the labelled parts of a photo; 0 for one that has none.
    """
    log = ops.log_softmax(logits)
    known = target[..., :-1] * CLASS_WEIGHTS
    not_sky = target[..., -1]
    entropy = (-ops.sum(log * known, axis=-1)
               - ops.log(1 - ops.exp(log[..., SKY]) + 1e-4) * not_sky)
    weight = ops.sum(known, axis=-1) + not_sky
    return ops.sum(entropy, axis=(1, 2)) / (ops.sum(weight, axis=(1, 2)) + 1)


class AveragingAdamW(keras.optimizers.AdamW):
    """AdamW with a learning rate for each variable, and the running mean of the variables.

    Args:
        rate: Learning rate, a number or a schedule.
        variables: List of Keras variables.
        factors: What the rate is multiplied by for each of them.

    Attributes:
        means: Averaged variables, in the same order.

    Reference: Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101
    """

    def __init__(self, rate, variables, factors):
        super().__init__(rate, weight_decay=WEIGHT_DECAY, global_clipnorm=LARGEST_GRADIENT)
        self.factors = factors
        self.build(variables)
        self.means = [self.add_variable_from_reference(variable, name="mean")
                      for variable in variables]
        for mean, variable in zip(self.means, variables, strict=True):
            mean.assign(ops.convert_to_numpy(variable))      # JAX would share the memory

    def update_step(self, gradient, variable, learning_rate):
        factor = self.factors[self._get_variable_index(variable)]
        super().update_step(gradient, variable, factor * learning_rate)

    def apply(self, grads, trainable_variables=None):
        super().apply(grads, trainable_variables)
        count = ops.cast(self.iterations, "float32")
        momentum = ops.minimum(MOMENTUM, count / (9 + count))
        for mean, variable in zip(self.means, self._trainable_variables, strict=True):
            mean.assign(momentum * mean + (1 - momentum) * variable)


def build_optimizer(network, rate):
    """The optimizer of a segmenter, whose encoder learns more slowly.

    Args:
        network: The segmenter.
        rate: Schedule of the pyramid's learning rate, which rises to `RATE`.
    """
    encoder = {id(variable) for variable in network.get_layer("encoder").trainable_variables}
    return AveragingAdamW(rate, network.trainable_variables, [
        ENCODER_RATE / RATE if id(variable) in encoder else 1.0
        for variable in network.trainable_variables])
