"""Which groups of videos train, which validate, and which are kept for a last test."""

import hashlib
import itertools


def assign_splits(groups, validation, test=0.0):
    """Say for each group of videos whether it trains, validates or is kept for a last test.

    A group's side follows from its name alone, so videos that are added later never
    move the ones that were there. The one exception: where chance leaves no group to train or
    to validate, the group next to the border crosses over.

    Args:
        groups: Names.
        validation: Share of the groups that validate, 0 to 1. With 0 none does.
        test: Share of the groups that are kept for a test, 0 to 1 with `validation`.

    Returns:
        Dict from the name to "train", "validation" or "test".
    """
    positions = {group: _fraction(group) for group in groups}
    order = sorted(positions, key=positions.get)
    chosen = sum(positions[group] < validation for group in order)
    if validation > 0:                                # a single group trains
        chosen = min(max(chosen, 1), len(order) - 1)
    tested = sum(positions[group] < validation + test for group in order[chosen:])
    tested = min(tested, max(0, len(order) - chosen - 1))
    sides = chosen * ["validation"] + tested * ["test"]
    return dict(itertools.zip_longest(order, sides, fillvalue="train"))


def _fraction(group):
    """A number in [0, 1) that depends on a name only, evenly spread."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:6], "big") / 2**48
