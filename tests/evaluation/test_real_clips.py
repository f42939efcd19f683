"""Which real clips are compared with."""

import numpy as np
import pytest
from procedural_clips import SHAPE

from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError
from scenegan.evaluation import generators
from scenegan.evaluation.real_clips import choose_clips

pytestmark = pytest.mark.slow          # Keras


class Records:
    """A store of black clips with given groups and splits."""

    shape = SHAPE

    def __init__(self, groups, split="validation"):
        self.records = [{"group": group, "split": split, "tags": []} for group in groups]

    def __len__(self):
        return len(self.records)

    indices = ProceduralClips.indices

    def clips(self, indices):
        return np.zeros((len(indices), *self.shape), np.uint8)

    def check(self, spec):
        pass


def test_clips_are_chosen_evenly_over_the_groups(grown):
    spec = generators.stage_of(grown[0])
    assert spec.shape == SHAPE
    real = choose_clips(Records("aaaaaaaabbc"), spec, "validation", 5, seed=0)
    assert sorted(real.groups) == ["a", "a", "b", "b", "c"] and set(real.groups[:3]) == set("abc")
    assert real.tags == ["untagged"] * 5 and real.clips.shape == (5, *SHAPE)


def test_a_split_without_clips_is_refused(grown):
    with pytest.raises(InputError, match="in the split 'validation'. Received: none of 2"):
        choose_clips(Records("ab", "train"), generators.stage_of(grown[0]), "validation", 5, 0)
