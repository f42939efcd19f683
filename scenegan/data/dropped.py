"""Of the clips that were dropped, a few to look at: those that came nearest to being kept.

A folder of clips holds them as `dropped.npy` (uint8, as a shard) and `dropped.jsonl`, with a line
for each: what `clips.jsonl` says of a clip, and the reason, the limit that it broke, if one can be
named, and which video it repeats.
"""

import itertools
from pathlib import Path

import numpy as np

from scenegan.data.shards import open_shard, read_lines
from scenegan.data.store import DROPPED, DROPPED_INDEX
from scenegan.errors import InputError
from scenegan.files.atomic import save_array
from scenegan.files.json_lines import to_lines

MOST = 24                  # clips of a folder that are kept to look at ...
MOST_BYTES = 50_000_000    # ... or so many bytes of larger ones
LIMITS = {"still": ("motion", "min_motion"), "jumps": ("motion", "max_motion"),
          "camera": ("camera_motion", "max_camera_motion")}      # measure, and its `ClipRules`


class NearMisses:
    """Of one video's dropped clips, for each reason the one nearest to being kept.

    Args:
        rules: `ClipRules`.
    """

    def __init__(self, rules):
        self.rules, self._nearest = rules, {}

    def add(self, reason, record, clip):
        """Take note of a dropped clip, uint8 `(frames, height, width, channels)`."""
        record = describe(reason, record, self.rules)
        nearest = self._nearest.get(reason)
        if nearest is None or distance(record) < distance(nearest[0]):
            self._nearest[reason] = record, clip

    def __iter__(self):
        """Iterate `(record, clip)`, in the order in which the reasons came up."""
        return iter(self._nearest.values())


def describe(reason, record, rules):
    """The record of a dropped clip: with the reason and, where there is one, the limit."""
    limit = {"limit": getattr(rules, LIMITS[reason][1])} if reason in LIMITS else {}
    return {**record, "reason": reason, **limit}


def distance(record):
    """How far a dropped clip is from being kept; of those without a measure, none is farther."""
    measure = LIMITS.get(record["reason"], (None,))[0]
    value = record.get(measure)
    return 0.0 if value is None else abs(value - record["limit"])


def choose_misses(misses, count):
    """Choose among `(record, ...)`: of each reason in turn the one nearest to being kept.

    Args:
        misses: List of tuples that begin with a record.
        count: How many, at most.

    Returns:
        List of tuples, by reason.
    """
    by_reason = {}
    for miss in sorted(misses, key=lambda miss: distance(miss[0])):
        by_reason.setdefault(miss[0]["reason"], []).append(miss)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*by_reason.values()))
    chosen = list(itertools.islice((miss for miss in turns if miss is not None), count))
    return sorted(chosen, key=lambda miss: miss[0]["reason"])


def write_dropped(folder, misses, clip_bytes):
    """Write the chosen ones of `(record, function that gives the clip)` to a folder of clips."""
    chosen = choose_misses(misses, max(1, min(MOST, MOST_BYTES // clip_bytes)))
    if not chosen:
        return
    save_array(Path(folder) / DROPPED, np.stack([read() for _, read in chosen]))
    lines = to_lines(record for record, _ in chosen)
    (Path(folder) / DROPPED_INDEX).write_text(lines, encoding="utf-8")


class DroppedClips:
    """The dropped clips of a folder, as a `ClipStore` has those that were kept.

    Args:
        folder: A folder that `scenegan data clips` wrote; an older version wrote none of these.

    Attributes:
        records: List of dicts, one a clip.
        shape: Shape of one clip, `(frames, height, width, channels)`, or None if there is none.

    Raises:
        InputError: If they are damaged.
    """

    def __init__(self, folder):
        self.folder, self.records, self.shape = Path(folder), [], None
        if not (self.folder / DROPPED_INDEX).exists():
            return
        self.records = read_lines(self.folder / DROPPED_INDEX)
        self._shard = open_shard(self.folder / DROPPED)
        self.shape = self._shard.shape[1:]
        if len(self.records) != len(self._shard):
            raise InputError(f"Every dropped clip must have a line. Received: '{self.folder}' with "
                             f"{len(self._shard)} in {DROPPED}, {len(self.records)} in "
                             f"{DROPPED_INDEX}. Cut the clips anew with `scenegan data clips`.")

    def __len__(self):
        return len(self.records)

    def clips(self, indices):
        """The clips at `indices`, uint8 `(n, frames, height, width, channels)`."""
        return np.stack([self._shard[index] for index in indices])
