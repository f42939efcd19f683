"""Several devices and several processes train like one, and none of them waits for the dead."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tiny_stages import train_tiny

from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError

pytestmark = pytest.mark.slow          # Keras

PLAN = {"steps": 20, "batch_size": 4, "save_every": 5, "validate_every": 20}
# In float64, as another order of a sum's terms is a difference that Adam makes much of: in
# float32, twenty steps make 1e-4 to 4e-4 of the last digits.
SUPERVISOR = ("bash", "-c", 'until "$@"; do sleep 1; done', "until")     # as docs/distributed.md
SCRIPT = """
import sys
sys.path[:0] = ["tests/helpers", "tests/training/steps"]
import tensorflow as tf
if sys.argv[3] == "mirrored":
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
keras.config.set_floatx("float64")
from tiny_stages import train_tiny
from scenegan.commands.cli import one_line_errors
from test_distribution import PLAN, painted
with one_line_errors():
    train_tiny(1, sys.argv[1], painted(), **PLAN | {
        "loss": sys.argv[2], "strategy": sys.argv[3], "steps": int(sys.argv[4])})
"""


def painted():
    return ProceduralClips(count=40, seed=0, height=23, width=40, frames=8)


def final(run):
    """The weights after PLAN, and what the optimizers remember, by name."""
    with np.load(run / "stage1" / "state-000020.npz") as file:
        return {name: file[name] for name in file.files if "/" in name}


def check_near(run, other):
    others = final(other)
    for name, value in final(run).items():
        np.testing.assert_allclose(value, others[name], atol=1e-9, err_msg=name)


@pytest.fixture(scope="module", params=["mse", "wasserstein"])
def one(request, tmp_path_factory):
    """A run on one device, and its loss."""
    run = tmp_path_factory.mktemp("one")
    finish(start(request.config.rootpath, run, request.param, "one"))
    return run, request.param


def finish(child):
    _, errors = child.communicate(timeout=400)
    assert child.returncode == 0, errors[-2000:]


def start(root, run, loss, strategy, steps=20, before=(), **environment):
    return subprocess.Popen(
        [*before, sys.executable, "-c", SCRIPT, run, loss, strategy, str(steps)], cwd=root,
        text=True, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=bool(before))


def start_workers(root, run, losses, steps=20, before=()):
    """As many workers of two on this machine as there are losses, the chief first.

    Args:
        root: Folder of the project.
        run: The run's folder.
        losses: Of each worker.
        steps: To train.
        before: Words of a command that starts each.
    """
    with socket.socket() as first, socket.socket() as second:
        for one in (first, second):
            one.bind(("127.0.0.1", 0))
        places = [f"127.0.0.1:{one.getsockname()[1]}" for one in (first, second)]
    return [start(root, run, loss, "multiworker", steps, before, TF_CONFIG=json.dumps(
        {"cluster": {"worker": places}, "task": {"type": "worker", "index": index}}))
        for index, loss in enumerate(losses)]


def test_two_devices_train_like_one(one, tmp_path, request):
    finish(start(request.config.rootpath, tmp_path, one[1], "mirrored"))
    check_near(tmp_path, one[0])


BATCH_NORMS = """
import json, sys, zipfile
sys.path[:0] = ["tests/helpers"]
import tensorflow as tf
cpu, = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
keras.config.set_floatx("float64")
from dataclasses import replace
from pathlib import Path
from tiny_stages import train_tiny
from scenegan.data.procedural import ProceduralClips
from scenegan.presets import stage
spec = replace(stage(1, preset="vgan"), frames=16, height=16, width=16, features=2)
clips = ProceduralClips(count=12, height=16, width=16, frames=16)
for strategy in ("one", "mirrored"):
    train_tiny(1, Path(sys.argv[1], strategy), clips, spec=spec, batch_size=4, strategy=strategy)
with zipfile.ZipFile(Path(sys.argv[1], "mirrored", "stage1", "discriminator.keras")) as file:
    assert '"synchronized": true' not in file.read("config.json").decode()
"""


def test_batch_normalisation_on_two_devices_is_that_of_one(tmp_path, request):
    """Of the whole batch; the saved networks do not ask for that, or no other backend took them."""
    finish(subprocess.Popen([sys.executable, "-c", BATCH_NORMS, tmp_path],
                            cwd=request.config.rootpath, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE))
    one, two = ({name: value for name, value in np.load(
        tmp_path / name / "stage1" / "state-000002.npz").items() if "/" in name}
        for name in ("one", "mirrored"))
    for name, value in one.items():
        np.testing.assert_allclose(two[name], value, atol=1e-9, err_msg=name)


def test_two_workers_train_like_one(one, tmp_path, request):
    for worker in start_workers(request.config.rootpath, tmp_path, [one[1]] * 2):
        finish(worker)
    check_near(tmp_path, one[0])


def test_workers_with_other_options_end_in_one_line(tmp_path, request):
    first, second = start_workers(request.config.rootpath, tmp_path, ("mse", "wasserstein"))
    for worker in (first, second):
        _, errors = worker.communicate(timeout=200)
        assert worker.returncode == 1
        assert "Error: All workers must have the same options" in errors
    assert not (tmp_path / "stage1").exists()


def test_a_worker_that_waits_for_others_can_be_ended(tmp_path, request):
    alone = start_workers(request.config.rootpath, tmp_path, ("mse",))[0]
    assert alone.stdout.readline().startswith("Worker 0, waiting for 127.0.0.1:")
    time.sleep(1)
    alone.send_signal(signal.SIGINT)
    assert alone.wait(timeout=60) == -signal.SIGINT


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds a process by /proc")
@pytest.mark.parametrize("one", ["mse"], indirect=True)
def test_a_lost_worker_ends_the_others_and_all_resume_when_they_are_started_again(
        one, tmp_path, request):
    workers = start_workers(request.config.rootpath, tmp_path, ["mse"] * 2, before=SUPERVISOR)
    try:
        until = time.monotonic() + 300
        while not list(tmp_path.glob("stage1/state-00001?.npz")):
            assert time.monotonic() < until
            time.sleep(0.02)
        child, = Path(f"/proc/{workers[1].pid}/task/{workers[1].pid}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)
        _, errors = workers[0].communicate(timeout=400)
        assert errors.count("Error: Another worker no longer answers.") == 1
        finish(workers[1])
    finally:
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
    check_near(tmp_path, one[0])


def test_devices_that_are_not_there_are_named(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="at least two devices. Received: no GPU"):
        train_tiny(1, tmp_path, painted(), strategy="mirrored")
    worker = '{"cluster": {"worker": %s}, "task": %s}'
    for text in ("none", "{", worker % ('["a:1"]', '{"type": "worker", "index": 1}'),
                 worker % ('["a:1"]', '{"index": 0}'), worker % ("[5, 6]", '{"index": 0}'),
                 worker % ('"a:1"', '{"type": "worker", "index": 0}')):
        monkeypatch.setenv("TF_CONFIG", text)
        with pytest.raises(InputError, match="TF_CONFIG.*Received: " + re.escape(text)):
            train_tiny(1, tmp_path, painted(), strategy="multiworker")
    assert list(tmp_path.iterdir()) == []
