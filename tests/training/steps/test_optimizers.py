"""Learning rates over a training."""

import numpy as np
import pytest

from scenegan.training.run.settings import Settings
from scenegan.training.steps.optimizers import Rate, factor

pytestmark = pytest.mark.slow          # Keras


@pytest.mark.parametrize(("schedule", "warmup", "expected"), [
    ("constant", 0, [1, 1, 1, 1]),
    ("constant", 4, [0.25, 0.75, 1, 1]),
    ("linear", 0, [1, 0.75, 0.5, 0]),
    ("cosine", 0, [1, 0.853553, 0.5, 0]),
    ("linear", 4, [0.25, 0.75, 1, 0]),
])
def test_rates_rise_and_fall(schedule, warmup, expected):
    factors = [float(factor(step, 8, schedule, warmup)) for step in (0, 2, 4, 8)]
    np.testing.assert_allclose(factors, expected, atol=1e-6)


def test_a_rate_counts_steps_not_updates():
    rate = Rate(2e-4, 3, Settings(steps=4, schedule="linear"))
    np.testing.assert_allclose([float(rate(update)) for update in (0, 2, 3, 5, 6)],
                               [2e-4, 2e-4, 1.5e-4, 1.5e-4, 1e-4], rtol=1e-5)
