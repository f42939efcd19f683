"""What the trainings under Keras' other backends share: settings, clips, an example."""

import numpy as np
from tiny_stages import examples, tiny_stage

from scenegan import checkpoints
from scenegan.data.procedural import ProceduralClips

PLAN = {"loss": "wasserstein", "batch_size": 4, "save_every": 2, "validate_every": 4}


def painted():
    """Clips to train on."""
    return ProceduralClips(count=40, seed=0, height=23, width=40, frames=8)


def example():
    """Photos and noises for a generator of stage 1."""
    return list(examples(tiny_stage(1)))


def assert_logs_alike(runs):
    """The runs "whole" and "tensorflow" of a folder log the same columns."""
    for log in ("log.csv", "validation.csv"):
        headers = {(runs / run / "stage1" / log).read_text().splitlines()[0]
                   for run in ("whole", "tensorflow")}
        assert len(headers) == 1


def assert_checkpoints_move(runs):
    """Each of both backends loads the other's generator; "clip.npy" is of TensorFlow's, there."""
    there = checkpoints.load_generator(runs / "tensorflow" / "stage1.keras")
    np.testing.assert_allclose(np.load(runs / "clip.npy"), there(example()), atol=1e-4)
    assert checkpoints.load_generator(runs / "whole" / "stage1.keras")(example()).shape[0] == 2
