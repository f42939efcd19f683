"""Videos that are on the disk already: they join a manifest, and stay where they are."""

import hashlib
import re
from pathlib import Path

from scenegan.data.licences import NAMES, UNKNOWN
from scenegan.data.manifest import Video, clean_text
from scenegan.data.sources import find_sources
from scenegan.errors import InputError
from scenegan.paths import resolve


def find_local(paths, tags=(), manifest=None, licence=UNKNOWN):
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
        raise InputError("A tag must have letters. Received: an empty one. Name one, such as "
                         "'--tag sea'.")
    named = [file for path in paths
             for file in (_read_list(Path(path)) if _is_list(Path(path)) else [path])]
    sources = find_sources(named, manifest)
    if any(source.id for source in sources):
        raise InputError("Videos to add must be files or folders of files. Received: a folder "
                         "with a manifest of its own. Give both folders to `scenegan data clips`.")
    return [_to_video(source, tags, licence) for source in sources]


def _is_list(path):
    return path.suffix.lower() == ".txt" and path.is_file()


def _read_list(path):
    """The paths that a list names, each as seen from here or from the list's folder."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"A list of videos must be a text with one path a line. Received: "
                         f"'{path}', which cannot be read. Check the file.") from error
    named = [Path(line.strip()) for line in lines if line.strip()]
    return [file if file.exists() or not (path.parent / file).exists() else path.parent / file
            for file in named]


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
