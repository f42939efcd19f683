"""Cut many videos into one folder of clips."""

import contextlib
import os
import shutil
from pathlib import Path

from scenegan.data.clips.clip_collector import Collector
from scenegan.data.clips.worker_pool import cut_all
from scenegan.data.outputs import CLIPS_FOLDER, REPORT_FOLDER
from scenegan.data.store import REPORT
from scenegan.errors import InputError
from scenegan.files.addresses import RemoteFile
from scenegan.files.locks import locked_folder
from scenegan.files.outputs import check_folder
from scenegan.files.paths import resolve
from scenegan.text import counted


def cut_videos(sources, out, rules, *, validation=0.1, test=0.1, workers=None,
               cluster=None, overwrite=False, report=lambda source: None):
    """Cut videos into a folder of clips that `ClipStore` opens.

    The result does not depend on the number of workers, nor on where they are. The
    folder appears when it is whole; until then the clips of each video are kept in a hidden
    folder beside it, and a call that was stopped goes on with the videos that were not done.

    Args:
        sources: List of `Source`.
        out: Folder to write. It must be empty or not exist, unless `overwrite`.
        rules: `ClipRules`.
        validation: Share of the groups of videos that validate.
        test: Share of the groups that are kept for a last test.
        workers: Processes; by default one for each CPU.
        cluster: Address of a Dask scheduler whose workers cut in their place. They must see `out`
            and the videos by the same paths; videos at an address they fetch.
        overwrite: Replace the clips that `out` holds.
        report: Called with each `Source` that is done, in order.

    Returns:
        `CutSummary`.

    Raises:
        InputError: If `out` is not free, nothing usable is found, or a cluster does not answer.
    """
    out = resolve(out)
    with _work_beside(out, overwrite) as work:
        _check_outside(sources, out)
        writer = Collector(work / "whole", rules)
        cut = cut_all(sources, rules, work, workers=workers, cluster=cluster)
        with contextlib.closing(cut):
            for source, part, result in cut:
                writer.add(source, part, result)
                report(source)
        if not writer.records:
            shutil.rmtree(work)
            raise InputError(_nothing_cut(writer))
        writer.close(validation, test)
        check_free(out, overwrite)                    # what came meanwhile stays
        _put_in_place(work, out)
    return writer.summary()


def check_free(out, overwrite):
    """Raise InputError unless a folder may be written: only clips are ever replaced."""
    out = Path(out)
    check_folder(out)
    if not overwrite and out.exists() and any(out.iterdir()):
        raise InputError(f"'{out}' holds files. Name another --out, or add --overwrite to replace "
                         "clips.")
    if out.is_mount():
        raise InputError(f"A disk is mounted at '{out}', which cannot be replaced. Name a folder "
                         "in it.")
    if (out / REPORT).exists():
        REPORT_FOLDER.check(out / REPORT)
    stranger = CLIPS_FOLDER.find_stranger(out)
    if stranger:
        raise InputError(f"--overwrite replaces nothing but clips, and '{out}' holds "
                         f"'{stranger}'. Name another folder.")


def _check_outside(sources, out):
    """Raise InputError if a video lies in the folder that is replaced."""
    for source in sources:
        if isinstance(source.path, RemoteFile):
            continue
        if out in Path(os.path.realpath(source.path)).parents:
            raise InputError(f"'{out}' holds '{source.path.name}', one of the videos. Name "
                             "another --out.")


@contextlib.contextmanager
def _work_beside(out, overwrite):
    """The hidden folder beside `out`, with what a call that was stopped left in it."""
    work = out.parent / f".{out.name}.parts"
    if not (work / "replaced").exists():
        check_free(out, overwrite)                    # before anything is touched
    try:
        work.mkdir(parents=True, exist_ok=True)
        with locked_folder(work, f"Another command is writing clips to '{out}'. Wait for it or "
                                 "name another --out."):
            if (work / "replaced").exists() and not out.exists():
                (work / "replaced").rename(out)       # a kill came between
            check_free(out, overwrite)
            for name in ("whole", "replaced"):
                shutil.rmtree(work / name, ignore_errors=True)
            (work / "whole").mkdir()
            yield work
    except OSError as error:
        raise InputError(f"--out cannot be written: '{out}' ({error.strerror or error}). Make "
                         "room or name another.") from error


def _put_in_place(work, out):
    if out.exists():
        out.rename(work / "replaced")
    (work / "whole").rename(out)
    shutil.rmtree(work)


def _nothing_cut(summary):
    """The message for videos that gave no clip."""
    faults = [f"{counted(count, 'clip')} dropped: {fault}"
              for fault, count in summary.dropped.most_common(2)]
    faults += [f"{path}: {reason}" for path, reason in list(summary.skipped.items())[:2]]
    return (f"No moving shot was found in {counted(len(summary.videos), 'video')} "
            f"({'; '.join(faults)}). Give other videos, or lower --min-motion or raise "
            "--max-camera-motion.")
