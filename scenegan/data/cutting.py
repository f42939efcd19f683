"""Cut many videos into one folder of clips."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from scenegan.data.clips import CutVideo, cut_video
from scenegan.data.sources import assign_splits
from scenegan.data.store import INDEX, ClipWriter
from scenegan.errors import InputError


@dataclass(frozen=True)
class CutSummary:
    """What was written, and what was not."""

    videos: int                        # that were looked at
    splits: Counter                    # clips by split
    dropped: Counter                   # clips by the reason
    skipped: dict[str, str]            # videos that gave nothing at all: file and reason

    @property
    def clips(self):
        return sum(self.splits.values())


def cut_videos(sources, out, rules, *, validation=0.1, workers=None, overwrite=False,
               report=lambda source: None):
    """Cut videos into a folder of clips that `ClipStore` opens.

    The result does not depend on the number of workers. The folder appears when it is whole.

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
    out = Path(out)
    check_free(out, overwrite)
    with _new_folder(out) as folder, tempfile.TemporaryDirectory(dir=folder.parent,
                                                                 prefix=".parts-") as parts:
        writer = ClipWriter(folder)
        dropped, skipped = Counter(), {}
        for source, part, result in _cut_all(sources, rules, Path(parts), workers):
            dropped += result.dropped
            if result.skipped:
                skipped[str(source.path)] = result.skipped
            _collect(writer, source, part, result.records, rules)
            report(source)
        if not writer.records:
            raise InputError(_nothing(len(sources), dropped, skipped))
        splits = assign_splits({record["group"] for record in writer.records}, validation)
        for record in writer.records:
            record["split"] = splits[record["group"]]
        writer.close()
    return CutSummary(len(sources), Counter(record["split"] for record in writer.records),
                      dropped, skipped)


def check_free(out, overwrite):
    """Raise InputError unless a folder may be written: only clips are ever replaced."""
    if out.exists() and not out.is_dir():
        raise InputError(f"--out must be a folder. Received: the file '{out}'. Name another.")
    names = [file.name for file in out.iterdir()] if out.exists() else []
    if names and not overwrite:
        raise InputError(f"--out must be a new or empty folder. Received: '{out}', which holds "
                         "files. Name another, or add --overwrite to replace clips.")
    strangers = [name for name in names if name != INDEX and not name.startswith("clips-")]
    if strangers:
        raise InputError(f"--overwrite replaces nothing but clips. Received: '{out}', which holds "
                         f"'{sorted(strangers)[0]}'. Name another folder.")


@contextlib.contextmanager
def _new_folder(out):
    """A folder beside `out` that takes its place at the end, or goes if anything fails."""
    folder = out.resolve().parent / f".{out.resolve().name}-{os.getpid()}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"--out must be a folder that can be written. Received: '{out}' "
                         f"({error.strerror}). Name another.") from error
    try:
        yield folder
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cut_all(sources, rules, parts, workers):
    """Yield `(source, part, CutVideo)` in the order of the sources."""
    jobs = [(source.path, rules, parts / str(number)) for number, source in enumerate(sources)]
    workers = min(workers or os.cpu_count() or 1, len(jobs))
    with contextlib.ExitStack() as stack:
        results = map(_cut_part, jobs)
        if workers > 1:
            pool = ProcessPoolExecutor(workers, initializer=_prepare_worker,
                                       mp_context=multiprocessing.get_context("spawn"))
            stack.callback(pool.shutdown, cancel_futures=True)
            results = pool.map(_cut_part, jobs)
        try:
            for source, (_, _, part), result in zip(sources, jobs, results, strict=True):
                yield source, part, result
        except BrokenProcessPool as error:
            raise InputError("Every worker must live to its end. Received: one that was killed. "
                             "Give fewer --workers if memory is short; --workers 1 shows at "
                             "which video it happens.") from error


def _prepare_worker():
    signal.signal(signal.SIGINT, signal.SIG_IGN)      # the parent says that it was interrupted
    cv2.setNumThreads(1)


def _cut_part(job):
    """Cut one video into a file of raw clips: memory stays flat however long it is."""
    path, rules, part = job
    try:
        with open(part, "wb") as file:
            return cut_video(path, rules, lambda clip: file.write(clip.tobytes()))
    except InputError as error:
        return CutVideo(skipped=str(error))


def _collect(writer, source, part, records, rules):
    """Move the clips of one video to the shards."""
    shape = (rules.frames, rules.height, rules.width, rules.channels)
    with open(part, "rb") as file:
        for record in records:
            clip = np.frombuffer(file.read(int(np.prod(shape))), np.uint8).reshape(shape)
            writer.add(clip, {"video": source.path.name, "group": source.group,
                              "tags": list(source.tags), **record})
    part.unlink()


def _nothing(videos, dropped, skipped):
    """The message for videos that gave no clip."""
    faults = [f"{count} clips dropped: {fault}" for fault, count in dropped.most_common(2)]
    faults += [f"{path}: {reason}" for path, reason in list(skipped.items())[:2]]
    return (f"At least one moving shot is needed. Received: {videos} videos without "
            f"({'; '.join(faults)}). Give other videos or lower --min-motion.")
