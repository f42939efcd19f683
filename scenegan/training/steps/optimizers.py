"""Learning rates over a training, and the optimizers that follow them."""

import math

import keras
from keras import ops

LOSS_SCALE = 2.0 ** 12     # at the start: float16 gradients below 6e-8 would vanish unscaled


def factor(step, steps, schedule, warmup):
    """What a learning rate is multiplied by in one step.

    It rises in a line over the first `warmup` steps, to 1 at the last of them; then it
    stays, or falls to 0 at step `steps` along a line or half a cosine.

    Args:
        step: Number or tensor, from 0 on.
        steps: Steps of the whole training.
        schedule: "constant", "linear" or "cosine".
        warmup: Steps.

    Returns:
        Float tensor in [0, 1].

    Reference: cosine annealing, Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983
    """
    step = ops.cast(step, "float32")
    rise = ops.minimum((step + 1) / warmup, 1.0) if warmup else 1.0
    share = ops.clip((step - warmup) / max(1, steps - warmup), 0.0, 1.0)
    fall = {"constant": lambda: ops.ones_like(share), "linear": lambda: 1.0 - share,
            "cosine": lambda: 0.5 * (1.0 + ops.cos(math.pi * share))}[schedule]()
    return rise * fall


class Rate(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate of one optimizer, by the number of its updates.

    Args:
        peak: The rate that `factor` is of.
        updates: Updates that the optimizer makes in a step.
        settings: A `Settings`.
    """

    def __init__(self, peak, updates, settings):
        self.peak, self.updates, self.settings = peak, updates, settings

    def __call__(self, update):
        step = ops.floor_divide(update, self.updates)
        return self.peak * factor(step, self.settings.steps, self.settings.schedule,
                                  self.settings.warmup)


def build_optimizer(rate, updates, loss, settings, variables):
    """Adam, or SGD with momentum, as a training asks for it, built for what it updates.

    Args:
        rate: Learning rate.
        updates: Updates that it makes in a step.
        loss: A `LossSpec`.
        settings: A `Settings`; float16 gets a loss scale that adapts.
        variables: List of Keras variables.
    """
    rate = Rate(rate, updates, settings)
    optimizer = (keras.optimizers.SGD(rate, loss.momentum) if loss.optimizer == "sgd" else
                 keras.optimizers.Adam(rate, *loss.betas))
    if settings.precision == "mixed_float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=LOSS_SCALE)
    optimizer.build(variables)
    return optimizer
