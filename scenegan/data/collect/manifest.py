"""The manifest of a folder of videos: which there are, where they are from, who made them.

    manifest.jsonl      one `Video` a line, replaced as a whole
    downloads.jsonl     what became of each, one line an event (see download_log.py)
    videos/<id>.mp4     the files; `local` videos stay where they are
    CREDITS.md          titles, owners and licences of the files
"""

import contextlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timezone
from pathlib import Path

from scenegan.data.collect.licences import UNKNOWN
from scenegan.errors import InputError
from scenegan.files.atomic import replacing, writable_folder
from scenegan.files.json_lines import DamagedLine, read_objects, to_lines
from scenegan.files.locks import locked_folder

FILE = "manifest.jsonl"
SITES = ("flickr", "web", "local")
SAFE = re.compile(r"[A-Za-z0-9_-]{1,80}")
HALF = re.compile("[\ud800-\udfff]")                  # JSON can name what no file in UTF-8 can hold


def now():
    """This moment, ISO 8601 in UTC, to the second."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


@dataclass(frozen=True, kw_only=True)
class Video:
    """One video, as a line of the manifest holds it."""

    id: str                                           # a safe name of a file, such as "flickr-123"
    site: str                                         # "flickr", "web" or "local"
    title: str
    group: str                                        # all of one train, or all validate
    owner: str = ""                                   # name as the site shows it
    tags: tuple[str, ...] = ()
    licence: Mapping = field(default_factory=lambda: {"name": UNKNOWN, "url": None})
    page: str | None = None                           # address that a person can visit
    found: str = field(default_factory=now)
    searched: tuple[str, ...] = ()                    # the tags or texts that found it
    file: str | None = None                           # absolute path of a local video
    seconds: float | None = None
    max_seconds: float | None = None                  # a longer file is not kept
    extra: Mapping = field(default_factory=dict)      # keys of newer versions, kept as they are

    def __post_init__(self):
        if not isinstance(self.id, str) or not SAFE.fullmatch(self.id):
            raise ValueError("'id' must be 1 to 80 letters, digits, '_' and '-'")
        if self.site not in SITES:
            raise ValueError(f"'site' must be one of {', '.join(SITES)}")
        for name in ("title", "group", "owner"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"'{name}' must be text")
        for name in ("tags", "searched"):
            value = getattr(self, name)
            if isinstance(value, str) or not all(isinstance(item, str) for item in value):
                raise ValueError(f"'{name}' must be a list of texts")
            object.__setattr__(self, name, tuple(value))
        if not isinstance(self.licence, Mapping) or not isinstance(self.licence.get("name"), str):
            raise ValueError("'licence' must have a 'name'")
        for name, check in (("page", _is_text), ("file", _is_text), ("seconds", _is_number),
                            ("max_seconds", _is_number)):
            value = getattr(self, name)
            if value is not None and not check(value):
                raise ValueError(f"'{name}' is of the wrong kind")
        if self.site == "local" and not isinstance(self.file, str):
            raise ValueError("'file' must be a path")


def _is_text(value):
    return isinstance(value, str) and "\0" not in value


def _is_number(value):
    return isinstance(value, (int, float)) and -math.inf < value < math.inf


def to_record(video):
    """A video as the dict that a line of the manifest holds."""
    record = {field.name: getattr(video, field.name) for field in fields(video)
              if field.name != "extra"}
    return {**record, **video.extra}


def from_record(record):
    """The video that a line of the manifest describes.

    Raises:
        ValueError: If it describes none.
    """
    if HALF.search(json.dumps(record, ensure_ascii=False)):
        raise ValueError("it holds half a character")
    known = {field.name for field in fields(Video)} - {"extra"}
    missing = {"id", "site", "title", "group"} - set(record)
    if missing:
        raise ValueError(f"{', '.join(map(repr, sorted(missing)))} is missing")
    return Video(**{key: value for key, value in record.items() if key in known},
                 extra={key: value for key, value in record.items() if key not in known})


def is_dataset(folder):
    """Whether a folder has a manifest."""
    return (Path(folder) / FILE).is_file()


def read_manifest(folder):
    """The videos of a manifest, in its order.

    Returns:
        Dict from id to `Video`.

    Raises:
        InputError: If there is no manifest, or a line of it is damaged.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        raise InputError(f"'{folder}' has no {FILE}. Make it with 'scenegan data search' or "
                         "'scenegan data add'.")
    try:
        return {video.id: video for video in read_objects(path, from_record)}
    except DamagedLine as error:
        raise InputError(f"'{path}' does not describe a video in line {error.number} "
                         f"({error.reason}). Repair or remove it.") from error


def merge(old, new):
    """One video of two records: the newer facts, and every tag, search and key of both."""
    if old is None:
        return new
    return replace(
        new, found=old.found, seconds=new.seconds or old.seconds,
        max_seconds=new.max_seconds or old.max_seconds, extra={**old.extra, **new.extra},
        tags=tuple(dict.fromkeys((*old.tags, *new.tags))),
        searched=tuple(dict.fromkeys((*old.searched, *new.searched))))


def add_videos(folder, videos):
    """Merge videos into a folder's manifest, which is replaced in one step.

    Returns:
        (number of videos that are new, number in the manifest).

    Raises:
        InputError: If the manifest there is damaged, or the folder cannot be written.
    """
    folder = prepare_folder(folder)
    with locked_folder(folder), disk_errors(folder):
        known = read_manifest(folder) if is_dataset(folder) else {}
        merged = dict(known)
        for video in videos:
            merged[video.id] = merge(merged.get(video.id), video)
        if merged != known:
            text = to_lines(map(to_record, merged.values()))
            with replacing(folder / FILE) as part:
                part.write_text(text, encoding="utf-8", newline="\n")
    return len(merged) - len(known), len(merged)


def video_path(folder, video):
    """Where a video's file is, or will be."""
    if video.site == "local":
        return Path(video.file)
    return Path(folder) / "videos" / f"{video.id}.mp4"


def open_videos(folder):
    """The videos of a manifest whose files are there, checked and whole.

    Returns:
        List of `(Video, Path)` in the manifest's order.

    Raises:
        InputError: If there is no manifest, or a line of it is damaged.
    """
    pairs = ((video, video_path(folder, video)) for video in read_manifest(folder).values())
    return [(video, path) for video, path in pairs if path.is_file()]


def prepare_folder(folder):
    """Make a folder if need be, and check that it can be written.

    Raises:
        InputError: If not.
    """
    if not str(folder).strip():
        raise InputError("A folder must have a name, and this one is empty. Name it.")
    return writable_folder(folder)


@contextlib.contextmanager
def disk_errors(path):
    """Say in one line that files cannot be written to a path.

    Raises:
        InputError: In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"'{path}' cannot be written ({error.strerror or error}). Make room or "
                         "choose another folder.") from error
