"""The clips of one video each, kept in a folder until all videos are cut.

A part is two files of raw clips, the kept ones and a few of the dropped, and, written last, one of
JSON. Its name follows from the video, its
size and date, and the rules, so that a cutting that was stopped goes on, and never takes up what
was cut by other rules.
"""

import contextlib
import hashlib
import json
import os
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from scenegan.data.clips.cut_video import ClipRules, CutVideo, cut_video
from scenegan.data.clips.duplicates import Signatures
from scenegan.errors import InputError
from scenegan.files.addresses import RemoteFile, local_copy
from scenegan.files.atomic import replacing

VERSION = 3                # to be raised when the same rules would give other clips

KEPT, MISSED = ".raw", ".missed"       # suffixes of a part's clips


@dataclass(frozen=True)
class Part:
    """One video to cut, and where to."""

    path: Path | RemoteFile
    rules: ClipRules
    stem: Path                         # of the part's files, without a suffix

    @classmethod
    def within(cls, folder, path, rules):
        """The part of a video in a folder."""
        if isinstance(path, RemoteFile):
            key = [VERSION, asdict(path), asdict(rules)]
        else:
            key = [VERSION, os.path.realpath(path), asdict(rules)]
            with contextlib.suppress(OSError):
                state = path.stat()
                key += [state.st_size, state.st_mtime_ns]
        return cls(path, rules,
                   folder / hashlib.sha256(json.dumps(key).encode()).hexdigest()[:32])

    @property
    def shape(self):
        rules = self.rules
        return rules.frames, rules.height, rules.width, rules.channels

    def clip(self, row, suffix=KEPT):
        """One of the part's clips, kept or missed, uint8 of `shape`."""
        size = int(np.prod(self.shape))
        with open(self.stem.with_suffix(suffix), "rb") as file:
            file.seek(row * size)
            return np.frombuffer(file.read(size), np.uint8).reshape(self.shape)

    def is_whole(self, result):
        """Whether the files hold all clips that a `CutVideo` tells of."""
        counts = {KEPT: len(result.records), MISSED: len(result.misses)}
        return all(_size(self.stem.with_suffix(suffix)) >= count * int(np.prod(self.shape))
                   for suffix, count in counts.items())


def cut_part(part):
    """Cut one video into its part, unless that was done before.

    Memory stays flat however long the video is. A video that cannot be used is a
    result as well: `CutVideo.skipped` says why. Two processes may cut the same part, as happens
    when a cluster takes one for lost.

    Returns:
        `CutVideo`.

    Raises:
        InputError: If a video at an address cannot be fetched.
    """
    stem = part.stem
    done = stem.with_suffix(".json")
    if done.exists() and part.is_whole(result := _from_json(done.read_text())):
        return result
    own = stem.with_name(f".{stem.name}-{uuid.uuid4().hex[:8]}")      # of this process alone
    with local_copy(part.path) as path:
        result = _cut_to(own, path, part)
    for suffix in (KEPT, MISSED):
        os.replace(own.with_suffix(suffix), stem.with_suffix(suffix))
    with replacing(own.with_suffix(".json")) as whole:
        whole.write_text(_to_json(result))
    os.replace(own.with_suffix(".json"), done)
    return result


def _cut_to(stem, path, part):
    """Cut a video, which is at `path` for now, into two files."""
    with open(stem.with_suffix(KEPT), "wb") as kept, \
            open(stem.with_suffix(MISSED), "wb") as missed:
        try:
            _check_name(part.path)
            return cut_video(path, part.rules, lambda clip: kept.write(clip.tobytes()),
                             lambda clip: missed.write(clip.tobytes()))
        except InputError as error:
            return CutVideo(skipped=str(error).replace(str(path), str(part.path)))


def _size(path):
    return path.stat().st_size if path.exists() else 0


def _check_name(path):
    try:
        str(path).encode()
    except UnicodeEncodeError as error:               # OpenCV crashes with it
        raise InputError("a video's name must be UTF-8: rename it") from error


def _to_json(result):
    marks = result.signatures
    columns = marks and [column.tolist() for column in (marks.frames, marks.views, marks.moments)]
    return json.dumps({"records": result.records, "dropped": result.dropped, "shots": result.shots,
                       "skipped": result.skipped, "signatures": columns,
                       "misses": result.misses})


def _from_json(text):
    values = json.loads(text)
    columns = values.pop("signatures")
    marks = columns and Signatures(*(np.array(column, kind) for column, kind in
                                     zip(columns, (np.int64, np.uint64, np.uint64), strict=True)))
    return CutVideo(**values | {"dropped": Counter(values["dropped"]), "signatures": marks})
