"""What a step is given: batches, noise, how far a stage has faded in."""

import numpy as np
import pytest
from tiny_stages import tiny_stage

from scenegan.presets import stage
from scenegan.training.steps.inputs import fade_alpha, feed

pytestmark = pytest.mark.slow          # Keras


def test_alpha_rises_from_0_to_1_over_the_first_part():
    assert [fade_alpha(stage(2), step, 4) for step in (0, 1, 2, 4, 8)] == [0, 0.25, 0.5, 1, 1]
    assert fade_alpha(stage(2), 0, 0) == fade_alpha(stage(1), 0, 8) == 1


class Blank:
    """Batches of two blank clips."""

    batch_size = 2

    def __init__(self, spec, rows=slice(0, 2)):
        self.spec = spec
        self.clip, self.rows = np.zeros((2, *spec.shape), np.float32)[rows], rows

    def __getitem__(self, draw):
        return {"photo": self.clip[:, 0], "clip": self.clip}


def test_a_batch_depends_on_its_number_alone():
    spec = tiny_stage(2)
    loss = spec.losses["wasserstein"]
    whole = list(feed(Blank(spec), loss, 3, 0, 4, lambda step: step / 4))
    later = list(feed(Blank(spec), loss, 3, 2, 4, lambda step: step / 4))
    assert len(whole) == 4 * (loss.discriminator_steps + loss.generator_steps)
    for before, after in zip(whole[-len(later):], later, strict=True):
        for name in before:
            np.testing.assert_array_equal(before[name], after[name])
    assert not np.array_equal(whole[0]["noise"], whole[1]["noise"])


def test_a_rolled_back_training_draws_anew():
    spec = tiny_stage(1)
    first, second = (next(feed(Blank(spec), spec.losses["mse"], 3, 0, 1, lambda step: 1.0,
                               rollbacks=rollbacks)) for rollbacks in (0, 1))
    assert not np.array_equal(first["noise"], second["noise"])


def test_the_rows_of_all_workers_are_the_batch_of_one():
    spec = tiny_stage(1)
    whole, *parts = (next(feed(Blank(spec, rows), spec.losses["mse"], 3, 0, 1, lambda step: 1.0))
                     for rows in (slice(0, 2), slice(0, 1), slice(1, 2)))
    for name, value in whole.items():
        np.testing.assert_array_equal(np.concatenate([part[name] for part in parts]), value)
