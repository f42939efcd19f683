"""Files that are there whole or not at all, and what is said if they cannot be."""

import errno
import os

import pytest

from scenegan.errors import InputError
from scenegan.files.atomic import replacing, replacing_any, writable_folder


def write(path, text="new"):
    with replacing(path) as part:
        part.write_text(text)


def test_a_file_is_replaced_when_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as part:
        part.write_text("new")
        assert path.read_text() == "old" and part.suffix == ".txt"
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "no space")])
def test_what_was_there_stays_if_writing_fails(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises((KeyboardInterrupt, InputError)), replacing(path) as part:
        part.write_text("ne")
        raise error
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place, said", [
    ("gone/a.txt", errno.ENOENT), ("file/a.txt", errno.ENOTDIR), ("folder", errno.EISDIR)])
def test_a_place_that_cannot_be_written(tmp_path, place, said):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as told:
        write(tmp_path / place)
    assert str(told.value) == (
        "A file must be in a folder that exists and can be written. Received: "
        f"'{tmp_path / place}' ({os.strerror(said)}). Correct that or choose another place.")


@pytest.mark.parametrize("number, rule", [
    (errno.ENOSPC, "find room"), (errno.EDQUOT, "find room"), (errno.EFBIG, "find room"),
    (errno.EACCES, "can be written"), (errno.EROFS, "can be written")])
def test_an_error_of_the_system_is_told_as_what_it_is(tmp_path, number, rule):
    with pytest.raises(InputError, match=rf"{rule}.*{os.strerror(number)}"), replacing(
            tmp_path / "a.txt"):
        raise OSError(number, os.strerror(number))


def test_a_folder_is_replaced_when_the_new_one_is_whole(tmp_path):
    path = tmp_path / "frames"
    for name in ("old.png", "new.png"):
        with replacing_any(path) as folder:
            folder.mkdir()
            (folder / name).touch()
    assert sorted(tmp_path.rglob("*")) == [path, path / "new.png"]
    with pytest.raises(KeyboardInterrupt), replacing_any(path) as folder:
        folder.mkdir()
        raise KeyboardInterrupt
    assert sorted(tmp_path.rglob("*")) == [path, path / "new.png"]


@pytest.mark.parametrize("error, raised", [
    (KeyboardInterrupt(), KeyboardInterrupt), (OSError(errno.EBUSY, "busy"), InputError)])
def test_a_folder_stays_if_it_cannot_be_replaced(tmp_path, monkeypatch, error, raised):
    path = tmp_path / "frames"
    path.mkdir()
    (path / "old.png").touch()

    def fail(*_):
        raise error

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(raised), replacing_any(path) as folder:
        folder.mkdir()
    assert sorted(tmp_path.rglob("*")) == [path, path / "old.png"]


def test_several_at_once_do_not_meet(tmp_path):
    with replacing_any(tmp_path / "a.txt") as first, replacing_any(tmp_path / "a.txt") as second:
        first.write_text("first")
        second.write_text("second")
    assert (tmp_path / "a.txt").read_text() == "first"


def test_a_folder_has_to_be_somewhere(tmp_path):
    with pytest.raises(InputError, match="a folder that exists.*gone/frames"), replacing_any(
            tmp_path / "gone" / "frames"):
        pass


def test_a_writable_folder_is_made_and_left_empty(tmp_path):
    folder = writable_folder(tmp_path / "a" / "b")
    assert folder == tmp_path / "a" / "b" and list(folder.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "file/folder"])
def test_a_file_is_no_writable_folder(tmp_path, place):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=f"can be written.*{place}'"):
        writable_folder(tmp_path / place)
