"""Clips by the main tag of their video: what recognition is trained on and tested with."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from scenegan.data.store import ClipSource
from scenegan.errors import InputError
from scenegan.evaluation.real_clips import NO_TAG, group_of, tag_of

TESTED = {"validation": ("validation",), "test": ("test",), "both": ("validation", "test")}


class Subset(ClipSource):
    """Some clips of a source, all of them to train on.

    Args:
        store: `ClipSource`.
        indices: Of the clips in it.
    """

    def __init__(self, store, indices):
        self.store, self._indices = store, np.asarray(indices)
        self.records = [store.records[index] | {"split": "train"} for index in indices]
        self.shape = store.shape

    def clips(self, indices):
        """The clips at `indices`, uint8 `(n, frames, height, width, channels)`."""
        return self.store.clips(self._indices[np.asarray(indices)])

    def check(self, spec):
        """Raise InputError unless a stage can be trained on these clips."""
        self.store.check(spec)


@dataclass(frozen=True, kw_only=True)
class TaggedClips:
    """The clips of some tags.

    No group of videos has clips both to train and to be tested with.
    """

    names: tuple[str, ...]   # of the tags
    answers: np.ndarray      # int64 (clips of the store,): place of its tag in `names`, or -1
    groups: np.ndarray       # texts (clips of the store,)
    training: np.ndarray     # indices of the clips to train on
    tested: np.ndarray       # indices of those to test with

    def draw(self, count, random):
        """Indices of the clips to train on, of `count` groups of each tag; None takes all."""
        if count is None:
            return self.training
        chosen = [self.training[np.isin(self.groups[self.training], random.choice(
            groups, count, replace=False)) & (self.answers[self.training] == tag)]
            for tag, groups in enumerate(self._groups())]
        return np.sort(np.concatenate(chosen))

    def most_frequent(self):
        """Share of the tested clips that have the commonest tag of those to train on."""
        common = np.bincount(self.answers[self.training]).argmax()
        return float(np.mean(self.answers[self.tested] == common))

    def _groups(self):
        return [np.unique(self.groups[self.training][self.answers[self.training] == tag])
                for tag in range(len(self.names))]


def choose(store, tested, least, asked=()):
    """Choose the tags that can be learnt and tested.

    Args:
        store: `ClipSource`.
        tested: Key of `TESTED`.
        least: Groups of videos that a tag needs to train on.
        asked: Tags; empty for all that have enough.

    Returns:
        `TaggedClips`.

    Raises:
        InputError: If there are fewer than two such tags, or one that is asked for is not.
    """
    tags = [tag_of(record) for record in store.records]
    groups = [group_of(record) for record in store.records]
    splits = [record["split"] for record in store.records]
    seen = {"train": defaultdict(set), "tested": defaultdict(set)}
    for tag, group, split in zip(tags, groups, splits, strict=True):
        if split == "train" or split in TESTED[tested]:
            seen["train" if split == "train" else "tested"][tag].add(group)
    good = sorted(tag for tag in seen["train"] if tag != NO_TAG and seen["tested"][tag]
                  and len(seen["train"][tag]) >= least)
    _check(good, asked, seen, least, tested)
    names = tuple(sorted(asked) or good)
    answers = np.array([names.index(tag) if tag in names else -1 for tag in tags])
    chosen = np.array([split == "train" for split in splits])
    held_out = np.array([split in TESTED[tested] for split in splits])
    return TaggedClips(names=names, answers=answers, groups=np.array(groups),
                       training=np.flatnonzero(chosen & (answers >= 0)),
                       tested=np.flatnonzero(held_out & (answers >= 0)))


def _check(good, asked, seen, least, tested):
    rule = (f"videos of {least} groups to train on and one of the split {tested} to test with")
    for tag in asked:
        if tag not in good:
            raise InputError(f"A tag needs {rule}. Received: {tag}, with "
                             f"{len(seen['train'][tag])} and {len(seen['tested'][tag])}. Choose "
                             "others, or fewer --videos.")
    if len(asked or good) < 2:
        raise InputError(f"Recognition needs two tags at least, each with {rule}. Received: "
                         f"{', '.join(asked or good) or 'none'}. Tag the videos in the manifest, "
                         "or choose fewer --videos or another --split.")
