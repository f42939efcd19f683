"""Clips on disk: shards that are mapped into memory, and a line of JSON for each clip.

A folder holds `clips-00000.npy`, `clips-00001.npy`, ... (uint8, `(clip, frame, height,
width, channel)`) and `clips.jsonl` with, for each clip: shard, index (in the shard), video, id (in
the manifest), group, tags, licence, page, start (seconds), shot, fps, motion (mean absolute change
from frame to frame at 80 columns or less, gray levels of 0 to 255), camera_motion (pixels of 80
columns a frame, null where it cannot be told) and split ("train", "validation" to choose by, or
"test", to be measured with once, at the end; folders cut by older versions have no test).
`videos.jsonl` says for each video that was looked at how many shots and clips it gave, and why
others were dropped or all was skipped. `targets/` is what trainings measured: see motion_targets.
"""

from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np

from scenegan.data.shards import INDEX, Shards, damaged, read_lines
from scenegan.errors import InputError
from scenegan.files.atomic import save_array
from scenegan.files.json_lines import to_lines
from scenegan.specs import PUBLISHED

VIDEOS = "videos.jsonl"                # beside it: a line for each video that was looked at
DROPPED, DROPPED_INDEX = "dropped.npy", "dropped.jsonl"      # beside it: see dropped.py
REPORT = "report"                      # beside it: the folder of `scenegan data report`
TARGETS = "targets"                    # beside it: what a training measures of the clips
SHARD = "clips-{:05d}.npy"
CLIPS_PER_SHARD = 256                  # at most: 88 MB of 80x45 RGB clips, ...
SHARD_BYTES = 100_000_000              # ... or 72 of 160x90: a shard is held in memory
LONGEST_NAME = 60                      # letters of a shard's name; a system allows 255 bytes
UNLIKE = 0.05                          # part by which proportions may differ, as 80x45 from 40x23
SPLITS = ("train", "validation", "test")


class ClipWriter:
    """Writes clips and their records in the order in which they are added.

    Args:
        folder: An existing, empty folder.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.records = []
        self._shard = []

    def add(self, clip, record):
        """Add one clip, uint8 `(frames, height, width, channels)`, and its record (a dict)."""
        clips_per_shard = min(CLIPS_PER_SHARD, max(1, SHARD_BYTES // clip.nbytes))
        position = {"shard": SHARD.format(len(self.records) // clips_per_shard),
                 "index": len(self.records) % clips_per_shard}
        self.records.append(position | record)
        self._shard.append(clip)
        if len(self._shard) == clips_per_shard:
            self._flush()

    def close(self):
        """Write what is left, and the records, which may still be changed until here."""
        if self._shard:
            self._flush()
        (self.folder / INDEX).write_text(to_lines(self.records), encoding="utf-8")

    def _flush(self):
        save_array(self.folder / self.records[-1]["shard"], np.stack(self._shard))
        self._shard.clear()


class ClipSource(ABC):
    """Where the clips of a training come from.

    Attributes:
        records: List of dicts, one a clip, as the module describes them.
        shape: Shape of one clip, `(frames, height, width, channels)`.
    """

    def __len__(self):
        return len(self.records)

    def indices(self, split):
        """Indices of the clips of one of `SPLITS`, int64 `(n,)`."""
        return split_indices(self.records, split)

    @abstractmethod
    def clips(self, indices):
        """The clips at `indices`, uint8 `(n, frames, height, width, channels)`."""

    @abstractmethod
    def check(self, spec):
        """Raise InputError unless a stage can be trained on these clips."""


class ClipStore(ClipSource):
    """The clips of one folder. They stay on disk until they are asked for.

    Args:
        folder: A folder that `scenegan data clips` wrote.

    Attributes:
        records: List of dicts, one a clip, as the module describes them.
        shape: Shape of one clip, `(frames, height, width, channels)`.
        shards: Mapping from the name of each shard to its clips, see `Shards`.

    Raises:
        InputError: If the folder is missing, empty or damaged.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.records = _read_records(self.folder)
        self.shards = Shards(self.folder, self.records)
        self.shape = self.shards.shape

    def clips(self, indices):
        """The clips at `indices`, uint8 `(n, frames, height, width, channels)`."""
        clips = np.empty((len(indices), *self.shape), np.uint8)
        for row, index in enumerate(indices):
            record = self.records[index]
            clips[row] = self.shards[record["shard"]][record["index"]]
        return clips

    def check(self, spec):
        """Raise InputError unless a stage can be trained on these clips."""
        check_shape(self.shape, spec, f"'{self.folder}'")


def split_indices(records, split):
    """Indices of the records of one split, int64 `(n,)`.

    Raises:
        InputError: If `split` is none of `SPLITS`.
    """
    if split not in SPLITS:
        raise InputError(f"A split must be one of {', '.join(SPLITS)}. Received: '{split}'.")
    return np.array([index for index, record in enumerate(records) if record["split"] == split],
                    np.int64)


def check_shape(shape, spec, name):
    """Raise InputError unless clips of a shape can be resized and turned to a stage's.

    Args:
        shape: `(frames, height, width, channels)` of the clips.
        spec: A `StageSpec`.
        name: What the clips are called in the message.
    """
    frames, height, width, channels = shape
    advice = "Cut them anew with `scenegan data clips`"
    published = spec.network in PUBLISHED             # these begin with a clip's first frames
    if frames < spec.frames or frames > spec.frames and not published:
        raise InputError(f"Stage {spec.number} needs clips of {spec.frames} frames. Received: "
                         f"{frames} in {name}. {advice} --frames {spec.frames}.")
    if height < spec.height or width < spec.width:
        raise InputError(f"Stage {spec.number} needs clips of at least {spec.size}. Received: "
                         f"{width}x{height} in {name}. {advice} --size {spec.size}.")
    if published and abs(width * spec.height / (height * spec.width) - 1) > UNLIKE:
        raise InputError(f"The preset {spec.preset} needs clips of {spec.size}, or of these "
                         f"proportions. Received: {width}x{height} in {name}. {advice} --size "
                         f"{spec.size}.")
    if channels not in (3, spec.channels):
        raise InputError(f"Stage {spec.number} needs RGB clips. Received: gray ones in {name}. "
                         f"{advice} --channels 3.")


def _read_records(folder):
    path = folder / INDEX
    if not path.is_file():
        raise InputError(f"Clips must be a folder with {INDEX}. Received: '{folder}', without it. "
                         "Write one with `scenegan data clips`.")
    records = read_lines(path, _checked)
    if not records:
        raise damaged(path, "no clips")
    return records


def _checked(record):
    wrong = (type(record.get("index")) is not int or record.get("split") not in SPLITS
             or Path(str(record.get("shard"))).name != record.get("shard")
             or len(record["shard"]) > LONGEST_NAME)
    if wrong:
        raise ValueError("shard, index or split is missing or wrong")
    return record
