"""The journal of a folder's downloads: one line for each video that came or was skipped.

Lines are only ever added, so that a killed run loses at most the line that it was writing; of
several lines on a video the last one holds.
"""

import contextlib
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from scenegan.data.collect.manifest import disk_errors, now
from scenegan.errors import InputError
from scenegan.files.inputs import regular_file
from scenegan.files.json_lines import DamagedLine, read_objects, to_lines
from scenegan.files.locks import lock

FILE = "downloads.jsonl"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What became of one video."""

    id: str
    status: str                                       # "done" or "skipped"
    file: str | None = None                           # relative to the folder
    bytes: int | None = None
    sha256: str | None = None
    seconds: float | None = None                      # as decoded
    rendition: str | None = None                      # the site's label
    reason: str | None = None                         # "kind: details", if skipped
    permanent: bool = False                           # whether trying again is of no use
    when: str = field(default_factory=now)


def read_journal(folder):
    """The last entry of each video.

    Returns:
        Dict from id to `Entry`; empty without a journal.

    Raises:
        InputError: If a line that was written whole is damaged.
    """
    path = Path(folder) / FILE
    if not path.exists():
        return {}
    try:
        entries = read_objects(regular_file(path, "A journal"), _from_record, torn_last=True)
    except DamagedLine as error:
        raise InputError(f"'{path}' holds no record of a download in line {error.number}. Remove "
                         "that line, or the file: videos that are there are not downloaded again."
                         ) from error
    return {entry.id: entry for entry in entries}


def _from_record(record):
    """The entry of a line; ValueError or TypeError if it is none that a download wrote."""
    known = {field.name for field in fields(Entry)}
    entry = Entry(**{key: value for key, value in record.items() if key in known})
    if not isinstance(entry.id, str) or entry.status not in ("done", "skipped"):
        raise ValueError("'id' or 'status' is wrong")
    return entry


@contextlib.contextmanager
def open_journal(folder):
    """Open a journal for one writer; gives a function that adds an `Entry`.

    Raises:
        InputError: If another process writes it, or it cannot be written.
    """
    with contextlib.ExitStack() as stack:
        with disk_errors(folder):
            file = stack.enter_context(open(Path(folder) / FILE, "ab+"))
        lock(file, f"Another download is filling '{folder}'. Wait for it or end it.")
        with disk_errors(folder):
            _drop_torn_line(file)

        def add(entry):
            with disk_errors(folder):
                file.write(to_lines([asdict(entry)]).encode())
                file.flush()
        yield add


def _drop_torn_line(file):
    """Remove what a killed writer left after the last whole line."""
    file.seek(0)
    file.truncate(file.read().rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)
