"""Which clips recognition learns from and is tested with."""

from collections import Counter

import numpy as np
import pytest

from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError
from scenegan.evaluation.tagged_clips import Subset, choose

# Tag, groups to train on, groups that validate, groups that test; two clips each.
PLAN = [("sea", 4, 1, 1), ("sky", 3, 1, 1), ("rare", 1, 1, 1), ("unseen", 5, 0, 1)]


@pytest.fixture
def store():
    clips = ProceduralClips(count=40, height=4, width=4, frames=2)
    clips.records = [
        {"tags": [tag, "water"], "group": f"{tag} {split} {group}", "split": split}
        for tag, *counts in PLAN
        for split, count in zip(("train", "validation", "test"), counts, strict=True)
        for group in range(count) for _ in range(2)]
    return clips


def test_tags_need_videos_to_learn_from_and_to_be_tested_with(store):
    tagged = choose(store, "validation", 3)
    assert tagged.names == ("sea", "sky")
    assert {store.records[index]["split"] for index in tagged.tested} == {"validation"}
    assert len(tagged.training) == 2 * (4 + 3) and len(tagged.tested) == 4
    assert choose(store, "both", 1).names == ("rare", "sea", "sky", "unseen")
    assert tagged.most_frequent() == 0.5


def test_no_group_teaches_and_tests(store):
    tagged = choose(store, "both", 1)
    assert not set(tagged.groups[tagged.training]) & set(tagged.groups[tagged.tested])


def test_few_videos_are_drawn_of_each_tag_by_chance(store):
    tagged = choose(store, "validation", 3)
    drawn = [tagged.draw(2, np.random.default_rng(seed)) for seed in range(5)]
    for indices in drawn:
        names = Counter(tagged.groups[indices])
        assert set(names.values()) == {2}                   # whole groups
        assert Counter(name.split()[0] for name in names) == {"sea": 2, "sky": 2}
    assert len({tuple(indices) for indices in drawn}) > 1
    np.testing.assert_array_equal(tagged.draw(None, None), tagged.training)


@pytest.mark.parametrize(("least", "asked", "says"), [
    (4, (), "two tags at least.*Received: sea"), (3, ("sea", "rare"), "Received: rare, with 1"),
    (1, ("sea", "lava"), "Received: lava, with 0 and 0")])
def test_too_few_videos_are_told(store, least, asked, says):
    with pytest.raises(InputError, match=says):
        choose(store, "validation", least, asked)


def test_a_subset_gives_its_clips_alone(store):
    subset = Subset(store, [5, 2])
    np.testing.assert_array_equal(subset.clips([1, 0]), store.clips([2, 5]))
    assert list(subset.indices("train")) == [0, 1]
