"""Which groups train, and which validate or test."""

from collections import Counter

import pytest

from scenegan.data.clips.splits import assign_splits


def test_split_stays_when_groups_are_added():
    few = assign_splits([f"group {number}" for number in range(200)], 0.1, 0.2)
    more = assign_splits([f"group {number}" for number in range(-300, 500)], 0.1, 0.2)
    assert few == {group: more[group] for group in few}
    assert 10 <= Counter(few.values())["validation"] <= 30
    assert 25 <= Counter(few.values())["test"] <= 55


def test_a_test_split_leaves_those_that_validate_as_they_were():
    groups = [f"group {number}" for number in range(200)]
    before, after = assign_splits(groups, 0.1), assign_splits(groups, 0.1, 0.1)
    assert {group for group in groups if before[group] != after[group]} == {
        group for group in groups if after[group] == "test"}
    assert all(before[group] == "train" for group in groups if after[group] == "test")


@pytest.mark.parametrize(("count", "expected"), [(1, ["train"]), (2, ["train", "validation"]),
                                                 (3, ["test", "train", "validation"])])
def test_a_large_test_split_leaves_one_to_train_and_one_to_validate(count, expected):
    assert sorted(assign_splits("abc"[:count], 0.0001, 0.9999).values()) == expected


@pytest.mark.parametrize(("groups", "validation", "expected"), [
    (["a", "b"], 0.0001, 1), (["a", "b"], 0.9999, 1), (["a"], 0.1, 0), (["a"], 0.9999, 0),
    (["a", "b"], 0, 0)])
def test_neither_split_is_empty_if_it_can_be_helped(groups, validation, expected):
    assert Counter(assign_splits(groups, validation).values())["validation"] == expected
