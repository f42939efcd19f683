"""From the manifest to files: several at once, each whole or not there at all."""

import contextlib
import os
import queue
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from scenegan.data.collect import transfer
from scenegan.data.collect.credits import write_credits
from scenegan.data.collect.download_log import Entry, open_journal, read_journal
from scenegan.data.collect.flickr_api import Flickr
from scenegan.data.collect.flickr_download import fetch_flickr
from scenegan.data.collect.integrity import check_video, sha256
from scenegan.data.collect.manifest import (
    add_videos,
    disk_errors,
    prepare_folder,
    read_manifest,
    video_path,
)
from scenegan.data.collect.retries import Stopped, Trouble
from scenegan.data.collect.web_download import fetch_web
from scenegan.data.collect.web_search import import_yt_dlp

ENLARGED = 2            # the file's shorter side is at least so many times the training's

@dataclass
class Summary:
    """How a download went."""

    present: int = 0                                  # files that were there before
    new: int = 0
    skipped: Counter = field(default_factory=Counter)       # by kind, now and in earlier runs
    retriable: int = 0                                # of these, how many the next run tries


def download(folder, height, *, workers=4, retry=False, limits=None, report=None):
    """Download the videos of a manifest that are not there yet.

    Args:
        folder: Has a manifest.
        height: Pixels of the shorter side of what is trained; renditions of twice that or
            more are preferred.
        workers: Videos at once.
        retry: Whether to try again what was skipped for good.
        limits: `Limits`.
        report: Object with `total(count)`, `bytes(count)`, `video()` and `note(text)`, or None.

    Returns:
        `Summary`.

    Raises:
        InputError: If there is no manifest, the disk is full or cannot be written, or a
            site cannot be asked at all. What is there is kept.
    """
    folder = Path(folder)
    videos = read_manifest(folder)
    with open_journal(prepare_folder(folder)) as add:
        summary, todo = _sort_out(folder, videos.values(), read_journal(folder), retry)
        prepare_folder(folder / "videos")
        _remove_parts(folder / "videos")
        if any(video.site == "web" for video in todo):
            import_yt_dlp()
        needed = any(video.site == "flickr" for video in todo)
        pool = DownloadPool(folder, height * ENLARGED, limits or transfer.Limits(),
                            Flickr.from_environment() if needed else None, report)
        try:
            with contextlib.closing(pool.run(todo, workers)) as entries:
                for entry in entries:
                    add(entry)
                    _count(summary, entry)
        finally:
            _remove_parts(folder / "videos")
            add_videos(folder, pool.described)
            write_credits(folder)
    return summary


def _sort_out(folder, videos, journal, retry):
    """What is there or skipped, as a `Summary`, and the list of the videos to get."""
    summary, todo = Summary(), []
    for video in videos:
        path, entry = video_path(folder, video), journal.get(video.id)
        if video.site == "local":
            exists = path.is_file()
            summary.present += exists
            summary.skipped["gone"] += not exists
        elif entry and entry.status == "done" and transfer.size_of(path) == entry.bytes:
            summary.present += 1
        elif entry and entry.permanent and not retry and not path.exists():
            summary.skipped[_kind(entry)] += 1
        else:
            todo.append(video)
    return summary, todo


def _count(summary, entry):
    if entry.status == "done":
        summary.new += 1
    else:
        summary.skipped[_kind(entry)] += 1
        summary.retriable += not entry.permanent


def _kind(entry):
    return str(entry.reason or "unknown").partition(":")[0]


def _remove_parts(folder, name="*"):
    for part in folder.glob(f"{name}.part*"):
        with contextlib.suppress(OSError):
            part.unlink()


def _wait(results):
    """The next result; a Ctrl-C is heard meanwhile, on every system."""
    while True:
        with contextlib.suppress(queue.Empty):
            return results.get(timeout=0.2)


class DownloadPool:
    """The workers of one download.

    Args:
        folder: Of the manifest.
        least_side: Pixels that a rendition's shorter side should have at least.
        limits: `Limits`.
        flickr: `Flickr`, or None if no video is from there.
        report: As in `download`.
    """

    def __init__(self, folder, least_side, limits, flickr, report):
        self.folder, self.least_side, self.limits, self.report = folder, least_side, limits, report
        self.flickr, self.stop = flickr, threading.Event()
        if flickr:
            flickr.stop = self.stop
            flickr.tell = report.note if report else flickr.tell
        self.described = []                           # videos of which a site told more
        self.session = transfer.open_session()

    def run(self, videos, workers):
        """Get videos, several at once.

        Yields:
            An `Entry` for each, in the order in which they are done.

        Raises:
            InputError: If the disk is full, or a site cannot be asked at all.
        """
        todo, results = queue.SimpleQueue(), queue.SimpleQueue()
        for video in videos:
            todo.put(video)
        if self.report:
            self.report.total(len(videos))
        threads = [threading.Thread(target=self._work, args=(todo, results), daemon=True)
                   for _ in range(min(workers, len(videos)))]
        for thread in threads:
            thread.start()
        try:
            for _ in videos:
                result = _wait(results)
                if isinstance(result, BaseException):
                    raise result
                yield result
                if self.report:
                    self.report.video()
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(timeout=1)

    def _work(self, todo, results):
        with contextlib.suppress(queue.Empty, Stopped):
            while not self.stop.is_set():
                try:
                    results.put(self.get(todo.get_nowait()))
                except (queue.Empty, Stopped):
                    raise
                except BaseException as error:        # it ends the command, in the main thread
                    results.put(error)
                    return

    def get(self, video):
        """Get one video: its `Entry`, whether it could be had or not."""
        path = video_path(self.folder, video)
        part = path.with_name(f"{path.name}.part")
        try:
            if path.exists():                         # a run was killed before it noted the file
                return self._adopt(video, path)
            rendition, seconds = self._fetch(video, part)
            with disk_errors(self.folder):
                os.replace(part, path)
            return self._entry(video, path, seconds, rendition)
        except Trouble as trouble:
            return Entry(id=video.id, status="skipped", reason=str(trouble),
                         permanent=trouble.permanent)
        finally:
            _remove_parts(path.parent, path.name)

    def _adopt(self, video, path):
        try:
            seconds = check_video(path, max_seconds=video.max_seconds, stop=self.stop)
        except Trouble:
            path.unlink()
            return self.get(video)
        return self._entry(video, path, seconds, None)

    def _fetch(self, video, part):
        """Download and check: (label of the rendition, seconds)."""
        report = self.report.bytes if self.report else None
        if video.site == "flickr":
            return fetch_flickr(self.flickr, self.session, video, part, self.least_side,
                                self.limits, self.stop, report)
        rendition, described = fetch_web(video, part, self.least_side, self.limits, self.stop,
                                         report)
        seconds = check_video(part, max_seconds=video.max_seconds, stop=self.stop)
        self.described.append(described)
        return rendition, seconds

    def _entry(self, video, path, seconds, rendition):
        return Entry(id=video.id, status="done", file=path.relative_to(self.folder).as_posix(),
                     bytes=path.stat().st_size, sha256=sha256(path), seconds=seconds,
                     rendition=rendition)
