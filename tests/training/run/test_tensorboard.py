"""Events that TensorBoard reads."""

import time

import numpy as np
import pytest

from scenegan.training.run.tensorboard import Events


def test_tensorboard_reads_what_is_written(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    events = Events(tmp_path)
    events.numbers("log", {"step": 20, "adversarial": 0.5, "discriminator": 0.25})
    clips = np.zeros((2, 8, 12, 20, 3), np.uint8)
    events.picture(20, clips, clips)
    read = EventAccumulator(str(tmp_path)).Reload()
    assert {tag: read.Scalars(tag)[0].value for tag in read.Tags()["scalars"]} == {
        "log/adversarial": 0.5, "log/discriminator": 0.25, "log/generator_ratio": 2.0}
    assert read.Images("samples")[0].step == 20


def test_tensorboard_forgets_the_steps_that_are_done_again(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    first = Events(tmp_path)
    for step in (20, 40):
        first.numbers("log", {"step": step, "adversarial": 0.5})
    time.sleep(1.1)                                  # files are read in the order of their seconds
    Events(tmp_path, 20).numbers("log", {"step": 40, "adversarial": 0.25})
    read = EventAccumulator(str(tmp_path)).Reload().Scalars("log/adversarial")
    assert [(event.step, event.value) for event in read] == [(20, 0.5), (40, 0.25)]
