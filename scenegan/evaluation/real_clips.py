"""The real clips of an evaluation: from videos that were never trained on, and some that were."""

from dataclasses import dataclass

import numpy as np

from scenegan.data.augmentation import Augmentation
from scenegan.data.batches import to_stage
from scenegan.errors import InputError
from scenegan.pixels import to_uint8
from scenegan.text import clean_text

NO_TAG = "untagged"


@dataclass(frozen=True, kw_only=True)
class RealClips:
    """Real clips at the size of a stage."""

    clips: np.ndarray        # uint8 (n, frames, height, width, channels)
    groups: list[str]        # n texts: clips of one group show one place
    tags: list[str]          # n texts: the first tag of each
    large: list[np.ndarray]  # n first frames as they are stored, uint8 (rows, columns, channels)

    @property
    def photos(self):
        return self.clips[:, 0]

    def __len__(self):
        return len(self.clips)


def choose_clips(store, spec, split, count, seed):
    """Choose clips of a split, as evenly over the groups as there are clips.

    Args:
        store: `ClipStore` or `ProceduralClips`.
        spec: `StageSpec` whose size and channels they get.
        split: "train", "validation" or "test".
        count: Clips at most.
        seed: Whole number from 0.

    Returns:
        `RealClips`, the first of them of different groups.

    Raises:
        InputError: If the clips do not suit the stage or the split has none.
    """
    store.check(spec)
    indices = np.random.default_rng((seed, 2)).permutation(store.indices(split))
    if not len(indices):
        raise InputError(f"At least one clip must be in the split '{split}'. Received: none of "
                         f"{len(store)}. Cut more videos or change --validation.")
    groups = [group_of(store.records[index]) for index in indices]
    counts, turns = {}, []
    for group in groups:
        turns.append(counts.setdefault(group, 0))
        counts[group] += 1
    chosen = [indices[position] for position in np.argsort(turns, kind="stable")[:count]]
    clips = np.empty((len(chosen), *spec.shape), np.uint8)
    large = []
    for clip, index in zip(clips, chosen, strict=True):
        clip[:], photo = _at_stage(store, spec, index)
        large.append(photo)
    records = [store.records[index] for index in chosen]
    return RealClips(clips=clips, groups=[group_of(record) for record in records],
                     tags=[tag_of(record) for record in records], large=large)


def _at_stage(store, spec, index):
    """A clip at a stage's size, and its first frame as it is stored."""
    _, height, width, _ = store.shape
    view = Augmentation(flip=False).draw(np.random.default_rng(0),
                                         (height, width, spec.channels), 1.0)
    stored = store.clips([index])[0]
    photo = stored[0, view.top:view.top + view.height, view.left:view.left + view.width]
    return to_uint8(to_stage(stored, spec, view)), photo


def group_of(record):
    """The group of a clip, or its video where it has none."""
    return clean_text(record.get("group") or record.get("video"))


def tag_of(record):
    """The first tag of a clip, its main one; NO_TAG where it has none."""
    tags = record.get("tags")
    return clean_text(tags[0]) or NO_TAG if tags and isinstance(tags, list) else NO_TAG
