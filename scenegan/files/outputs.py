"""What an output may take the place of: nothing but an older one of its kind."""

import re
from dataclasses import dataclass
from pathlib import Path

from scenegan.errors import InputError

BEGINNING = 1000         # bytes of a file in which its mark is looked for


@dataclass(frozen=True, kw_only=True)
class OutputFolder:
    """A kind of folder that scenegan writes, and all that it may hold."""

    what: str                            # what messages call it, such as "a report"
    names: str                           # regular expression of the paths in it; folders end in /
    mark: tuple[str, str] | None = None  # a file that must be there, and a text near its beginning

    def check(self, folder):
        """Raise InputError unless a folder is new, empty or such an output."""
        check_folder(folder)
        stranger = self.find_stranger(folder)
        if stranger:
            raise InputError(f"--out must be a new or empty folder, or one with {self.what}. "
                             f"Received: '{folder}', which holds '{stranger}'. Name another.")

    def find_stranger(self, folder):
        """The first path in a folder that is not of such an output, or None.

        Without its mark no file is taken for the output's own.
        """
        folder = Path(folder)
        paths = sorted(folder.iterdir()) if folder.exists() else []
        stranger = next(self._strangers(paths, ""), None)
        if stranger is None and paths and not self._is_marked(folder):
            return paths[0].name
        return stranger

    def _strangers(self, paths, parent):
        for path in paths:
            name = f"{parent}{path.name}/" if path.is_dir() else f"{parent}{path.name}"
            if not re.fullmatch(self.names, name):
                yield name.rstrip("/")
            elif path.is_dir():
                yield from self._strangers(sorted(path.iterdir()), name)

    def _is_marked(self, folder):
        if self.mark is None:
            return True
        name, text = self.mark
        path = folder / name
        return path.is_file() and text.encode() in path.read_bytes()[:BEGINNING]


def check_folder(path):
    """Raise InputError if something else than a folder is at an output's path."""
    path = Path(path)
    if path.exists() and not path.is_dir():
        kind = "the file " if path.is_file() else "the special file "
        raise InputError(f"--out must be a folder. Received: {kind}'{path}'. Name another.")
