"""Locks between processes: one is refused or waits while another holds, and none is left over."""

import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from scenegan.errors import InputError
from scenegan.files import locks

pytest.importorskip("fcntl")
HOLD = """
import sys
from scenegan.files.locks import locked_folder
print("asks", flush=True)
with locked_folder(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held(folder):
    """Another process, which asks for a folder's lock and holds it until it is told or killed."""
    with subprocess.Popen([sys.executable, "-c", HOLD, folder], text=True, bufsize=0,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == "asks\n"
        try:
            yield child
        finally:
            child.kill()


@pytest.fixture
def holder(tmp_path):
    with held(tmp_path) as child:
        assert child.stdout.readline() == "held\n"
        yield child


def test_a_lock_that_is_held_is_refused_in_the_callers_words(holder, tmp_path):
    with pytest.raises(InputError, match="^Not now.$"), locks.locked_folder(tmp_path, "Not now."):
        pytest.fail("held twice")


def test_without_a_refusal_it_is_waited_for(holder, tmp_path):
    with held(tmp_path) as waiting:
        assert select.select([waiting.stdout], [], [], 0.5)[0] == []
        holder.communicate("\n")
        assert waiting.communicate("\n", timeout=20)[0] == "held\n"


def test_the_lock_of_a_process_that_was_killed_is_free(holder, tmp_path):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with locks.locked_folder(tmp_path, "Not now."):
        pass


def test_a_file_is_locked_until_it_is_closed(tmp_path):
    with open(tmp_path / "a", "w") as first, open(tmp_path / "a", "a") as second:
        locks.lock(first, "Not now.")
        with pytest.raises(InputError):
            locks.lock(second, "Not now.")
        first.close()
        locks.lock(second, "Not now.")


def test_where_there_are_no_locks_nothing_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(locks, "fcntl", None)
    with locks.locked_folder(tmp_path, "Not now."), locks.locked_folder(tmp_path, "Not now."):
        pass
