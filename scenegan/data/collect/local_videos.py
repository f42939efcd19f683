"""Videos that are on the disk already: they join a manifest, and stay where they are."""

import contextlib
import hashlib
import itertools
import os
import re
from pathlib import Path

from scenegan.data.collect.licences import NAMES, UNKNOWN
from scenegan.data.collect.manifest import Video
from scenegan.data.collect.sources import find_sources
from scenegan.errors import InputError
from scenegan.files.addresses import is_address
from scenegan.files.paths import resolve
from scenegan.media.videos import iterate_frames
from scenegan.text import clean_text

LONGEST_PATH = 4096        # characters that are shown


def find_local(paths, *, tags=(), manifest=None, licence=UNKNOWN):
    """Describe videos on the disk.

    Args:
        paths: Folders, files, and lists (.txt) with one path a line.
        tags: Added to those that a manifest names.
        manifest: CSV as for `find_sources`.
        licence: A name of a licence.

    Returns:
        List of `Video`.

    Raises:
        InputError: If a path does not exist, a manifest cannot be read, or the name of the
            licence or a tag is none.
    """
    if licence not in (*NAMES, UNKNOWN):
        raise InputError(f"A licence must be one of {', '.join((*NAMES, UNKNOWN))}. "
                         f"Received: {licence}. Choose from these.")
    tags = tuple(clean_text(tag) for tag in tags)
    if not all(tags):
        raise InputError("A tag is empty. Name one, such as '--tag sea'.")
    named = [file for path in paths
             for file in (_read_list(Path(path)) if _is_list(Path(path)) else [path])]
    far = next(filter(is_address, named), None)
    if far:
        raise InputError(f"Only videos on the disk can be added. Received: '{far}'. Give the "
                         "address to `scenegan data clips` itself.")
    sources = find_sources(named, manifest)
    if any(source.id for source in sources):
        raise InputError("A folder with a manifest of its own cannot be added. Give both folders "
                         "to `scenegan data clips`.")
    return [_to_video(source, tags, licence) for source in sources]


def split_usable(videos, report=lambda video: None):
    """Tell the files that are videos from those that are none, by their first two frames.

    Args:
        videos: List of `Video` on the disk.
        report: Called with each that was looked at.

    Returns:
        List of those that are, and a list of the path and the reason of each other.

    Raises:
        InputError: If none is.
    """
    usable, refused = [], []
    for video in videos:
        reason = _fault(video.file)
        if reason:
            refused.append((clean_text(video.file, LONGEST_PATH), reason))
        else:
            usable.append(video)
        report(video)
    if not usable:
        named = ", ".join(f"'{path}' ({reason})" for path, reason in refused[:3])
        more = f" and {len(refused) - 3} more" if refused[3:] else ""
        raise InputError(f"No file is a video: {named}{more}. Name others.")
    return usable, refused


def _fault(path):
    """Why a file is no video, or None."""
    try:
        if not os.path.getsize(path):
            return "empty"
        with contextlib.closing(iterate_frames(path)) as frames:
            count = len(list(itertools.islice(frames, 2)))
    except InputError:
        return "no video"
    except OSError as error:
        return error.strerror or str(error)
    return None if count == 2 else "a single frame"


def _is_list(path):
    return path.suffix.lower() == ".txt" and path.is_file()


def _read_list(path):
    """The paths that a list names, each as seen from here or from the list's folder."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The list of videos '{path}' cannot be read. Write a text with one path "
                         "a line.") from error
    return [_of_list(path, line.strip()) for line in lines if line.strip()]


def _of_list(path, line):
    """What a line of a list names: an address, or a path as seen from here or from the list."""
    if is_address(line):
        return line
    found = next(filter(Path.exists, (Path(line), path.parent / line)), None)
    if found is None:
        raise InputError(f"A list of videos must name files that exist. Received: '{line}' in "
                         f"'{path}'. Correct that line.")
    return found


def _to_video(source, tags, licence):
    path = resolve(source.path)
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise InputError("A video's path must be text in UTF-8. Received: "
                         f"{str(path)!r}. Rename it.") from error
    stem = re.sub(r"[^A-Za-z0-9]+", "-", path.stem)[:40].strip("-")
    digits = hashlib.sha256(str(path).encode()).hexdigest()[:10]
    return Video(
        id="-".join(filter(None, ("local", stem, digits))), site="local",
        title=clean_text(path.stem), group=clean_text(source.group), file=str(path),
        tags=tuple(dict.fromkeys((*source.tags, *tags))),
        licence={"name": licence, "url": None})
