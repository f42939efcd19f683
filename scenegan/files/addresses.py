"""Files at an address, such as s3://bucket/sea/1.mp4, by fsspec."""

import contextlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scenegan.errors import InputError

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")     # two letters at least: C:// is a disk


@dataclass(frozen=True)
class RemoteFile:
    """A file at an address, as its server described it."""

    address: str
    size: int                          # bytes
    version: str                       # changes with the content, where the server tells that

    @property
    def name(self):
        return PurePosixPath(self.address).name

    @property
    def stem(self):
        return PurePosixPath(self.address).stem

    def __str__(self):
        return self.address


def is_address(path):
    """Whether a path is an address for fsspec."""
    return isinstance(path, str) and ADDRESS.match(path) is not None


def find_remote(address, suffixes):
    """Find the files below an address; a file stands for itself.

    Args:
        address: Of a folder or a file, with a protocol of fsspec.
        suffixes: Of the files of a folder that are wanted, in small letters.

    Returns:
        List of `RemoteFile`, sorted by address.

    Raises:
        InputError: If fsspec or what it needs for the protocol is not installed, or nothing can
            be read there.
    """
    with _errors(address):
        system, path = _open_system(address)
        files = system.find(path, detail=True)
        if not files:
            raise FileNotFoundError(2, "nothing is there")
        alone = list(files) == [system._strip_protocol(path)]
        return [RemoteFile(system.unstrip_protocol(name), int(about.get("size") or 0),
                           _version(about))
                for name, about in sorted(files.items())
                if alone or (PurePosixPath(name).suffix.lower() in suffixes
                             and not PurePosixPath(name).name.startswith("."))]


@contextlib.contextmanager
def local_copy(file):
    """The path of a file on this machine: a path itself, of a `RemoteFile` a copy for a while.

    Raises:
        InputError: If it cannot be fetched.
    """
    if not isinstance(file, RemoteFile):
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="scenegan-") as folder:
        copy = Path(folder) / f"copy{PurePosixPath(file.name).suffix}"
        with _errors(file.address):
            system, path = _open_system(file.address)
            system.get_file(path, os.fspath(copy))
            if file.size and copy.stat().st_size != file.size:
                raise OSError(None, f"{copy.stat().st_size} of {file.size} bytes came")
        yield copy


def _open_system(address):
    from fsspec.core import url_to_fs
    return url_to_fs(address)


def _version(about):
    """What a server says of a file's content: its hash, or when it was written."""
    names = ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "mtime", "created")
    return str(next((about[name] for name in names if about.get(name)), ""))


@contextlib.contextmanager
def _errors(address):
    """Say in one line what a server, or the library that asks it, says; each has its own errors."""
    try:
        yield
    except ImportError as error:
        raise InputError(f"'{address}' needs a library that is not installed ({_line(error)}). "
                         "Run: pip install 'scenegan[remote]' (in a clone: pip install -e "
                         "'.[remote]'), which serves s3://") from error
    except Exception as error:
        raise InputError(f"'{address}' cannot be read ({_line(error)}). Check the address, the "
                         "keys and the network; what is done is kept.") from error


def _line(error):
    """An error's text, or its type, in one line."""
    text = " ".join(str(getattr(error, "strerror", None) or error).split())
    return text or type(error).__name__
