"""A training that is stopped, killed, damaged or out of room goes on as if nothing had been."""

import csv
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest
from tiny_stages import tiny_stage, train_tiny

from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError
from scenegan.training.run.folder import RunFolder, fingerprint
from scenegan.training.run.lock import locked
from scenegan.training.session import Session
from scenegan.training.start.start import half_trained

pytestmark = pytest.mark.slow          # Keras

PLAN = {"steps": 30, "save_every": 4, "validate_every": 15}
SCRIPT = """
import sys
sys.path[:0] = ["tests/helpers", "tests/training"]
from tiny_stages import train_tiny
from test_resume import PLAN, painted
print(*train_tiny(1, sys.argv[1], painted(), **PLAN))
"""


def painted(count=40):
    return ProceduralClips(count=count, seed=0, height=23, width=40, frames=8)


def states(run):
    return sorted(path.name for path in (run / "stage1").glob("state-*.npz"))


def arrays(path):
    with np.load(path) as file:
        return dict(file)


def rows(path):
    """A log without the column that tells how fast the machine was."""
    with open(path, newline="") as file:
        return [{name: value for name, value in row.items() if name != "seconds_per_step"}
                for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of PLAN that was never stopped."""
    run = tmp_path_factory.mktemp("whole")
    train_tiny(1, run, painted(), **PLAN)
    return run


@pytest.fixture
def run(whole, tmp_path):
    """A copy of that run, for one test."""
    return shutil.copytree(whole, tmp_path / "run")


@contextmanager
def started(run, root):
    """A training in a process of its own, past its first saved state."""
    child = subprocess.Popen([sys.executable, "-c", SCRIPT, run], cwd=root, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while not (run / "stage1" / "state-000004.npz").exists():
            assert child.poll() is None and time.monotonic() < until
            time.sleep(0.01)
        yield child
    finally:
        child.kill()
        child.communicate()


def check_same(run, whole):
    """Whether a run ended with the very weights and logs of another."""
    last = arrays(whole / "stage1" / "state-000030.npz")
    for name, value in arrays(run / "stage1" / "state-000030.npz").items():
        np.testing.assert_array_equal(value, last[name], err_msg=name)
    for log in ("log.csv", "validation.csv"):
        assert rows(run / "stage1" / log) == rows(whole / "stage1" / log)


def test_a_killed_training_ends_as_one_that_was_not(whole, tmp_path, request):
    with started(tmp_path, request.config.rootpath) as child:
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    assert "state-000030.npz" not in states(tmp_path)
    train_tiny(1, tmp_path, painted(), **PLAN)
    check_same(tmp_path, whole)


def test_sigterm_saves_the_step_that_it_came_in(whole, tmp_path, request):
    with started(tmp_path, request.config.rootpath) as child:
        child.send_signal(signal.SIGTERM)
        output, _ = child.communicate(timeout=120)
    path, done = output.split()[-2:]
    assert states(tmp_path)[-1] == f"state-{int(done):06d}.npz" and 4 <= int(done) < 30
    assert os.path.exists(path)
    train_tiny(1, tmp_path, painted(), **PLAN)
    check_same(tmp_path, whole)


def test_the_last_two_states_are_kept_and_the_last_two_that_were_due(whole):
    assert states(whole) == [f"state-0000{step}.npz" for step in (24, 28, 30)]


def test_other_pixels_are_other_clips(tmp_path):
    stores = [painted(), ProceduralClips(count=40, seed=1, height=23, width=40, frames=8)]
    stores[1].records = stores[0].records
    assert fingerprint(stores[0]) == fingerprint(painted()) != fingerprint(stores[1])


def test_a_training_goes_on_from_the_state_before_a_damaged_one(run, whole, capsys):
    (run / "stage1" / "state-000030.npz").write_bytes(b"PK")
    train_tiny(1, run, painted(), **PLAN)
    assert f"WARNING: '{run}/stage1/state-000030.npz' is damaged" in capsys.readouterr().err
    check_same(run, whole)


def test_a_full_disk_leaves_the_old_state_whole(run):
    """The kernel refuses to write beyond a limit, as it would without room."""
    before = {path: path.read_bytes() for path in [*run.rglob("*.npz"), *run.rglob("*.keras")]}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(InputError, match="room on the disk"):
            train_tiny(1, run, painted(), **PLAN | {"steps": 31, "validate_every": 40})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path: path.read_bytes() for path in before} == before
    assert list(run.rglob("*.part*")) == []


def test_two_trainings_in_one_run_are_refused(tmp_path):
    with locked(tmp_path), pytest.raises(InputError) as error:
        train_tiny(1, tmp_path, painted())
    assert f"process {os.getpid()} on {socket.gethostname()} since " in str(error.value)


def test_the_lock_of_a_process_that_died_is_free(tmp_path):
    hold = ("import os, signal, sys; from scenegan.training.run.lock import locked\n"
            "with locked(sys.argv[1]): os.kill(os.getpid(), signal.SIGKILL)")
    died = subprocess.run([sys.executable, "-c", hold, tmp_path], check=False)
    assert died.returncode == -signal.SIGKILL
    with locked(tmp_path):
        assert str(os.getpid()) in (tmp_path / ".lock").read_text()


def test_other_clips_are_refused(run):
    with pytest.raises(InputError, match="data folder that changed since"):
        train_tiny(1, run, painted(count=50), **PLAN)


def test_a_run_of_an_older_version_is_refused(tmp_path):
    (tmp_path / "stage1").mkdir()
    (tmp_path / "stage1" / "state.npz").write_bytes(b"")
    with pytest.raises(InputError, match=r"needs its config\.ini.*--fresh"):
        train_tiny(1, tmp_path, painted())


def test_a_stage_that_was_stopped_early_is_told_of(run):
    folder = RunFolder(run, tiny_stage(1))
    assert half_trained(folder) is None
    for name in states(run):
        (run / "stage1" / name).rename(run / "stage1" / name.replace("0000", "0010"))
    (run / "stage1" / "state-001030.npz").unlink()
    folder.config.write_text(folder.config.read_text().replace("steps = 30", "steps = 4000"))
    assert "has done 1028 of its 4000 steps" in half_trained(folder)


def poison(monkeypatch, times):
    """Put a NaN into the discriminator after the first `times` steps from here."""
    update, left = Session.update, list(range(times))

    def poisoned(session, batches):
        terms = update(session, batches)
        if left and left.pop() is not None:
            variable = session.step.gan.discriminator.trainable_variables[0]
            variable.assign(variable * np.nan)
        return terms

    monkeypatch.setattr(Session, "update", poisoned)


def test_weights_that_are_not_finite_are_rolled_back(run, monkeypatch, capsys):
    poison(monkeypatch, times=1)
    assert train_tiny(1, run, painted(), **PLAN | {"steps": 32, "save_every": 1})[1] == 32
    told = ("step 31: weights must stay finite, but the discriminator holds NaN or infinity. "
            "Going back to step 30, to continue with other draws.\n")
    assert f"WARNING: {told}" in capsys.readouterr().err
    date, time_of_day, event = (run / "stage1" / "events.log").read_text().split(" ", 2)
    assert event == told
    state = arrays(run / "stage1" / "state-000032.npz")
    assert state["course"] == 1
    assert all(np.isfinite(value).all() for value in state.values())


def test_a_training_that_collapses_again_and_again_gives_up(run, monkeypatch):
    poison(monkeypatch, times=100)
    before = arrays(run / "stage1" / "state-000030.npz")
    with pytest.raises(InputError, match="finite.*after 3 rollbacks.*step 30 is kept"):
        train_tiny(1, run, painted(), **PLAN | {"steps": 32, "save_every": 1})
    for name, value in arrays(run / "stage1" / "state-000030.npz").items():
        np.testing.assert_array_equal(value, before[name])
