"""Which videos there are, and which belong together."""

import csv
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from scenegan.data.collect.manifest import is_dataset, video_path
from scenegan.data.collect.manifest import read_manifest as read_dataset
from scenegan.errors import InputError
from scenegan.files.addresses import RemoteFile, find_remote, is_address
from scenegan.files.inputs import regular_file
from scenegan.files.paths import resolve

SUFFIXES = frozenset({".mp4", ".mov", ".webm", ".mkv", ".avi", ".m4v"})
MANIFEST = "manifest.csv"


@dataclass(frozen=True)
class Source:
    """One video, with what is known of it."""

    path: Path | RemoteFile
    group: str                         # videos of one group show the same place
    tags: tuple[str, ...] = ()
    id: str | None = None              # of its line in a manifest.jsonl
    licence: str | None = None         # by name, such as "cc-by"
    page: str | None = None            # address that a person can visit


def find_sources(paths, manifest=None):
    """Find videos, and what a manifest says of them.

    Args:
        paths: Folders (searched with their subfolders) and files, here or at an address. Of a
            folder that `scenegan data search` or `add` wrote, the videos in its manifest.jsonl.
        manifest: CSV with a column `file` and, where known, `group` and `tags`
            (separated by commas). By default the `manifest.csv` in a folder of
            `paths` or in its parent, if there is one.

    Returns:
        List of `Source`, sorted within each folder, each file once. A video that no
        manifest names a group for is a group of its own.

    Raises:
        InputError: If a path does not exist, no video is found, or the manifest
            cannot be read.
    """
    sources = {}
    for name in paths:
        for source in _find(name, manifest):
            remote = isinstance(source.path, RemoteFile)
            sources.setdefault(source.path.address if remote else os.path.realpath(source.path),
                               source)
    if not sources:
        raise InputError(f"No video ({', '.join(sorted(SUFFIXES))}) was found in "
                         f"{', '.join(map(str, paths))}. Name another folder or file.")
    return list(sources.values())


def _find(name, manifest):
    if is_address(name):
        return _from_files(name, manifest)
    resolve(name)                                     # refuses what leads nowhere
    path = Path(name)
    listed = path.is_dir() and is_dataset(path)
    return _from_dataset(path) if listed else _from_files(path, manifest)


def _from_dataset(folder):
    for video in read_dataset(folder).values():
        path = video_path(folder, video)
        if path.is_file() or video.site == "local":   # one of those that is gone is to be told
            yield Source(path, video.group, video.tags, video.id, video.licence["name"], video.page)


def _from_files(path, manifest):
    remote = is_address(path)
    manifest_path = manifest or (None if remote else nearby_manifest(path))
    rows = read_manifest(manifest_path) if manifest_path else {}
    for video in find_remote(path, SUFFIXES) if remote else find_videos(path):
        row = (None if remote else rows.get(resolve(video))) or rows.get(video.name, {})
        tags = [tag.strip() for tag in (row.get("tags") or "").split(",")]
        yield Source(video, row.get("group") or video.stem, tuple(filter(None, tags)))


def find_videos(path):
    """The video files in a folder, sorted; a file stands for itself.

    Raises:
        InputError: If `path` does not exist.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        if path.exists():
            regular_file(path, "A video", "Name a file or a folder.")
        raise InputError(f"Videos must be an existing folder or file. Received: '{path}'. "
                         "Check the path.")
    return sorted(file for file in path.rglob("*")
                  if file.suffix.lower() in SUFFIXES and file.is_file()
                  and not file.name.startswith("."))


def nearby_manifest(path):
    """The `manifest.csv` in a folder (or a file's folder) or in its parent, or None."""
    folder = resolve(path.parent if path.is_file() else path)
    return next((file for file in (folder / MANIFEST, folder.parent / MANIFEST)
                 if file.is_file()), None)


def read_manifest(path):
    """A manifest's rows by the path of their video file, and by its name where only one has it.

    Raises:
        InputError: If it is no CSV with a column `file`.
    """
    try:
        with open(regular_file(path, "A manifest"), newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"A manifest must be a readable CSV. Received: '{path}' ({error}). "
                         "Check the file or name another with --manifest.") from error
    if any(not row.get("file") for row in rows):
        raise InputError(f"Every row of a manifest needs a value in the column 'file'. "
                         f"Received: '{path}'. Add it or name another with --manifest.")
    names = Counter(Path(row["file"]).name for row in rows)
    return {resolve(Path(path).parent / row["file"]): row for row in rows} | {
        name: row for row in rows if names[name := Path(row["file"]).name] == 1}
