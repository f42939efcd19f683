"""Whatever a path may lead to: regular files are read, anything else is one clear line."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scenegan.errors import InputError
from scenegan.files.inputs import regular_file

READERS = {                                           # a line of Python that reads `path`
    "photo": "from scenegan.media.photos import read_photo; read_photo(path)",
    "video": "from scenegan.media.videos import iterate_frames; next(iterate_frames(path))",
    "network": "from scenegan.checkpoints import check_file; check_file(path)",
    "config": "from scenegan.training.run.config import read; read(path)",
    "manifest": "from scenegan.data.collect.sources import read_manifest; read_manifest(path)",
    "videos": "from scenegan.data.collect.manifest import read_manifest; read_manifest(folder)",
    "journal": "from scenegan.data.collect.download_log import read_journal; read_journal(folder)",
    "clips": "from scenegan.data.store import ClipStore; ClipStore(folder)",
    "list": "from scenegan.data.collect.local_videos import find_local; "
            "find_local([path.with_suffix('.txt')])"}
NAMES = {"videos": "manifest.jsonl", "journal": "downloads.jsonl", "clips": "clips.jsonl",
         "list": "a.txt"}


def make(kind, path):
    """Put something that is no regular file at a path."""
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "dangling":
        path.symlink_to("nothing")
    elif kind == "socket":
        socket.socket(socket.AF_UNIX).bind(str(path))


@pytest.mark.parametrize("kind, said", [
    ("missing", "must exist"), ("dangling", "must exist"), ("folder", "the folder"),
    ("pipe", "the pipe"), ("device", "the device"), ("socket", "the socket"),
    ("loop", "symbolic links")])
def test_what_is_no_regular_file_is_called_what_it_is(tmp_path, monkeypatch, kind, said):
    monkeypatch.chdir(tmp_path)                       # the name of a socket must be short
    make(kind, Path("x"))
    with pytest.raises(InputError, match=said) as error:
        regular_file("x", "A photo")
    assert "A photo must" in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("path, said", [
    ("", "is empty"), ("a\0b", "null"), ("x" * 999, "long")])
def test_a_path_that_cannot_be_followed_is_one_line(path, said):
    with pytest.raises(InputError, match=said) as error:
        regular_file(path)
    assert str(error.value).isprintable()


def test_a_file_and_a_link_to_it_are_taken(tmp_path):
    (tmp_path / "a").write_text("")
    (tmp_path / "b").symlink_to("a")
    assert regular_file(tmp_path / "a") == tmp_path / "a"
    assert regular_file(str(tmp_path / "b")) == tmp_path / "b"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("reader", READERS)
def test_no_reader_waits_for_a_pipe_or_reads_a_device(tmp_path, kind, reader):
    make(kind, tmp_path / NAMES.get(reader, "a"))
    code = (f"from pathlib import Path\nfrom scenegan.errors import InputError\n"
            f"folder = Path({str(tmp_path)!r}); path = folder / 'a'\n"
            f"try:\n    {READERS[reader]}\nexcept InputError as error:\n    print(error)\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) in done.stdout and done.stdout.count("\n") == 1
