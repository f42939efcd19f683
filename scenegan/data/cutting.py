"""Cut many videos into one folder of clips."""

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import cv2

from scenegan.data.parts import Part, cut_part
from scenegan.data.repeats import Repeats
from scenegan.data.sources import assign_splits
from scenegan.data.store import INDEX, REPORT, VIDEOS, ClipWriter
from scenegan.errors import InputError

HALF = 0.5                 # of a video's clips: if more repeat another video's, none is kept


@dataclass(frozen=True)
class CutSummary:
    """What was written, and what was not."""

    videos: int                        # that were looked at
    shots: int
    splits: Counter                    # clips by split
    dropped: Counter                   # clips by the reason
    skipped: dict[str, str]            # videos that gave nothing at all: file and reason

    @property
    def clips(self):
        return sum(self.splits.values())


def cut_videos(sources, out, rules, *, validation=0.1, workers=None, overwrite=False,
               report=lambda source: None):
    """Cut videos into a folder of clips that `ClipStore` opens.

    The result does not depend on the number of workers. The folder appears when it is whole;
    until then the clips of each video are kept in a hidden folder beside it, and a call that
    was stopped goes on with the videos that were not done.

    Args:
        sources: List of `Source`.
        out: Folder to write. It must be empty or not exist, unless `overwrite`.
        rules: `ClipRules`.
        validation: Share of the groups of videos that validate.
        workers: Processes; by default one for each CPU.
        overwrite: Replace the clips that `out` holds.
        report: Called with each `Source` that is done, in order.

    Returns:
        `CutSummary`.

    Raises:
        InputError: If `out` is not free or nothing usable is found.
    """
    check_free(out, overwrite)
    out = Path(out).resolve()
    with _work_beside(out) as work:
        writer = Collector(work / "whole", rules)
        for source, part, result in _cut_all(sources, rules, work, workers):
            writer.add(source, part, result)
            report(source)
        if not writer.records:
            shutil.rmtree(work)
            raise InputError(_nothing(writer))
        writer.close(validation)
        _put_in_place(work, out)
    return writer.summary()


def check_free(out, overwrite):
    """Raise InputError unless a folder may be written: only clips are ever replaced."""
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise InputError(f"--out must be a folder. Received: the file '{out}'. Name another.")
    names = [file.name for file in out.iterdir()] if out.exists() else []
    if names and not overwrite:
        raise InputError(f"--out must be a new or empty folder. Received: '{out}', which holds "
                         "files. Name another, or add --overwrite to replace clips.")
    strangers = [name for name in names
                 if name not in (INDEX, VIDEOS, REPORT) and not name.startswith("clips-")]
    if strangers:
        raise InputError(f"--overwrite replaces nothing but clips. Received: '{out}', which holds "
                         f"'{sorted(strangers)[0]}'. Name another folder.")


@contextlib.contextmanager
def _work_beside(out):
    """The hidden folder beside `out`, with what a call that was stopped left in it."""
    work = out.parent / f".{out.name}.parts"
    try:
        work.mkdir(parents=True, exist_ok=True)
        with _locked(work, out):
            if (work / "replaced").exists() and not out.exists():
                (work / "replaced").rename(out)       # a kill came between
            for name in ("whole", "replaced"):
                shutil.rmtree(work / name, ignore_errors=True)
            (work / "whole").mkdir()
            yield work
    except OSError as error:
        raise InputError("--out must be a folder with room that can be written. Received: "
                         f"'{out}' ({error.strerror or error}). Make room or name another."
                         ) from error


@contextlib.contextmanager
def _locked(work, out):
    """Let one process at a time write, where the system can."""
    try:
        import fcntl
    except ImportError:                               # Windows has no such lock
        yield
        return
    handle = os.open(work, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise InputError("One command at a time may write clips to a folder. Received: "
                         f"'{out}', which another one is writing. Wait for it or name another."
                         ) from error
    finally:
        os.close(handle)


def _put_in_place(work, out):
    if out.exists():
        out.rename(work / "replaced")
    (work / "whole").rename(out)
    shutil.rmtree(work)


def _cut_all(sources, rules, work, workers):
    """Yield `(source, part, CutVideo)` in the order of the sources."""
    parts = [Part(source.path, rules, work) for source in sources]
    workers = min(workers or os.cpu_count() or 1, len(parts))
    with contextlib.ExitStack() as stack:
        results = map(cut_part, parts)
        if workers > 1:
            pool = ProcessPoolExecutor(workers, initializer=_prepare_worker,
                                       mp_context=multiprocessing.get_context("spawn"))
            stack.callback(pool.shutdown, cancel_futures=True)
            results = pool.map(cut_part, parts)
        try:
            yield from zip(sources, parts, results, strict=True)
        except BrokenProcessPool as error:
            raise InputError("Every worker must live to its end. Received: one that was killed. "
                             "Give fewer --workers if memory is short; --workers 1 shows at "
                             "which video it happens.") from error


def _prepare_worker():
    signal.signal(signal.SIGINT, signal.SIG_IGN)      # the parent says that it was interrupted
    cv2.setNumThreads(1)


class Collector:
    """Moves the clips of one video after the other into a folder, but for repeated ones.

    Args:
        folder: An existing, empty folder.
        rules: `ClipRules`.
    """

    def __init__(self, folder, rules):
        self.folder, self.rules = folder, rules
        self.videos = []                               # a line of videos.jsonl each
        self.dropped, self.skipped = Counter(), {}
        self._writer = ClipWriter(folder)
        self._repeats = Repeats(rules.frames)
        self._names = []                               # of the videos that `_repeats` knows

    @property
    def records(self):
        return self._writer.records

    def add(self, source, part, result):
        """Take one video's clips over."""
        repeated = self._find_repeats(source, result)
        about = {"video": source.path.name, "id": source.id, "group": source.group,
                 "tags": list(source.tags), "licence": source.licence, "page": source.page}
        kept = 0
        for record, clip, known in zip(result.records, part.clips(len(result.records)), repeated,
                                       strict=True):
            if known is None:
                place = {key: value for key, value in record.items() if key != "place"}
                self._writer.add(clip, about | place)
                kept += 1
        dropped = result.dropped + Counter(repeated=len(repeated) - kept)
        skipped = result.skipped
        if repeated and not kept:
            skipped = f"the same as '{repeated[0]}'"
        self.dropped += dropped
        if skipped:
            self.skipped[str(source.path)] = skipped
        self.videos.append(about | {"shots": result.shots, "clips": kept, "dropped": dict(dropped),
                                    "skipped": skipped})

    def _find_repeats(self, source, result):
        """For each clip of a video None, or the video that it repeats."""
        if self.rules.keep_repeats or result.signatures is None:
            return [None] * len(result.records)
        starts = [record["place"] for record in result.records]
        numbers = self._repeats.add(result.signatures, starts, source.group)
        self._names.append(source.path.name)
        names = [None if number is None else self._names[number] for number in numbers]
        others = Counter(name for name in names if name not in (None, source.path.name))
        if sum(others.values()) > HALF * len(names):
            return [others.most_common(1)[0][0]] * len(names)
        return names

    def close(self, validation):
        """Write the lists of clips and of videos, each with its side of the split."""
        groups = self._repeats.groups()
        for line in (*self.records, *self.videos):
            line["group"] = groups.get(line["group"], line["group"])
        splits = assign_splits({record["group"] for record in self.records}, validation)
        for record in self.records:
            record["split"] = splits[record["group"]]
        self._writer.close()
        lines = (json.dumps(video, ensure_ascii=False) + "\n" for video in self.videos)
        (self.folder / VIDEOS).write_text("".join(lines), encoding="utf-8")

    def summary(self):
        return CutSummary(len(self.videos), sum(video["shots"] for video in self.videos),
                          Counter(record["split"] for record in self.records), self.dropped,
                          self.skipped)


def _nothing(found):
    """The message for videos that gave no clip."""
    faults = [f"{count} clips dropped: {fault}" for fault, count in found.dropped.most_common(2)]
    faults += [f"{path}: {reason}" for path, reason in list(found.skipped.items())[:2]]
    return (f"At least one moving shot is needed. Received: {len(found.videos)} videos without "
            f"({'; '.join(faults)}). Give other videos, or lower --min-motion or raise "
            "--max-camera-motion.")
