"""Reads what a folder of clips holds: shards, mapped into memory, and lines of JSON."""

import functools
import warnings
from collections import Counter
from collections.abc import Mapping

import numpy as np

from scenegan.errors import InputError
from scenegan.files.inputs import regular_file
from scenegan.files.json_lines import DamagedLine, read_objects
from scenegan.text import counted

INDEX = "clips.jsonl"
OPEN_SHARDS = 256                      # at most: a process may map some 65,000 files


class Shards(Mapping):
    """The shards of a folder by name, mapped into memory when one is asked for.

    The lengths of all files are checked at once, the headers when a shard is opened; the last
    `OPEN_SHARDS` stay open.

    Args:
        folder: A folder of clips.
        records: Of its clips.

    Attributes:
        shape: Shape of one clip, `(frames, height, width, channels)`.

    Raises:
        InputError: If a shard is missing or damaged; from a look-up, too.
    """

    def __init__(self, folder, records):
        self.folder = folder
        self.counts = dict(sorted(Counter(record["shard"] for record in records).items()))
        self._open = functools.lru_cache(OPEN_SHARDS)(self._map)
        self._check_indices(records)
        first = open_shard(folder / next(iter(self.counts)))
        self.shape, self._header = first.shape[1:], first.offset
        for name, count in self.counts.items():
            if self._size(name) != self._header + count * int(np.prod(self.shape)):
                self._map(name)                       # says what is wrong

    def __getitem__(self, name):
        if name not in self.counts:
            raise KeyError(name)
        return self._open(name)

    def __iter__(self):
        return iter(self.counts)

    def __len__(self):
        return len(self.counts)

    def _map(self, name):
        shard, path = open_shard(self.folder / name), self.folder / name
        if shard.shape[1:] != self.shape:
            raise damaged(path, f"clips of shape {shard.shape[1:]} beside {self.shape}")
        if len(shard) != self.counts[name]:
            lines = counted(self.counts[name], "line")
            raise damaged(path, f"{counted(len(shard), 'clip')} but {lines} in {INDEX}")
        return shard

    def _size(self, name):
        path = self.folder / name
        return path.stat().st_size if path.is_file() else None

    def _check_indices(self, records):
        for record in records:
            if not 0 <= record["index"] < self.counts[record["shard"]]:
                raise damaged(self.folder / INDEX, f"clip {record['index']} of "
                                                   f"{record['shard']}, which is not there")


def read_lines(path, parse=dict):
    """The lines of a file of JSON objects beside the clips, a list of dicts; see `read_objects`.

    Raises:
        InputError: If it is damaged.
    """
    try:
        return read_objects(path, parse)
    except DamagedLine as error:
        raise damaged(path, error) from error


def open_shard(path):
    """Map a shard into memory, uint8 `(clips, frames, height, width, channels)`.

    Raises:
        InputError: If it is damaged.
    """
    if path.exists():
        regular_file(path, "A file of clips", "Write them anew with `scenegan data clips`.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")           # of sizes that overflow
            shard = np.lib.format.open_memmap(path, mode="r")
    except Exception as error:                        # the header is evaluated as Python
        raise damaged(path, str(error) or type(error).__name__) from error
    if shard.dtype != np.uint8 or shard.ndim != 5 or shard.shape[4] not in (1, 3) or not shard.size:
        raise damaged(path, f"{shard.dtype} {shard.shape}")
    return shard


def damaged(path, received):
    """The InputError of a file of clips that is not whole.

    Args:
        path: The file.
        received: What is wrong with it: text, or an error.
    """
    text = " ".join(str(received).split())
    return InputError(f"Clips must be whole. Received: '{path}' with {text}. "
                      "Write them anew with `scenegan data clips`.")
