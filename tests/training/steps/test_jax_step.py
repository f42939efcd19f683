"""The same training under Keras' JAX backend, without TensorFlow. In a process of its own."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from backend_runs import PLAN, assert_checkpoints_move, assert_logs_alike, painted
from run_files import final
from tiny_stages import train_tiny

pytestmark = pytest.mark.slow          # Keras

pytest.importorskip("jax")

SCRIPT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "tensorflow":
            raise ModuleNotFoundError("No module named 'tensorflow'", name=name)

sys.meta_path.insert(0, Missing())
sys.path.insert(0, "tests/helpers")
import shutil
from pathlib import Path
import numpy as np
from backend_runs import PLAN, example, painted
from tiny_stages import train_tiny
from scenegan import checkpoints

folder = Path(sys.argv[1])
train_tiny(1, folder / "whole", painted(), **PLAN, steps=4, strategy="one")
shutil.copytree(folder / "whole", folder / "parts")
(folder / "parts" / "stage1" / "state-000004.npz").unlink()
train_tiny(1, folder / "parts", painted(), **PLAN, steps=4, strategy="one")
generator = checkpoints.load_generator(folder / "tensorflow" / "stage1.keras")
np.save(folder / "clip.npy", generator(example()))
"""
NOISY = """
import os
os.write(2, b"no cudart here")

class TensorShape: pass
class DType: pass
class TypeSpec: pass
"""
# In float64, as test_distribution.py: in float32 a weight whose gradient is but rounding moves by
# Adam's full rate either way, so four steps make 1e-4 of the last digits. Under JAX, Keras still
# takes some functions (tanh, mean) in float32, which leaves 1e-5 of a variable's norm, not 1e-9.
PRECISELY = """
import sys
sys.path.insert(0, "tests/helpers")
from pathlib import Path
import keras
keras.config.set_floatx("float64")
from backend_runs import PLAN, painted
from tiny_stages import train_tiny

for name, changes in ("one", {"strategy": "one"}), ("two", {"micro_batch": 1}):
    train_tiny(1, Path(sys.argv[1], name), painted(), **PLAN, steps=2, **changes)
"""
WORKER = """
import sys
sys.path[:0] = ["tests/helpers", "tests/training/steps"]
import keras
keras.config.set_floatx("float64")
from tiny_stages import train_tiny
from scenegan.commands.cli import one_line_errors
from test_jax_step import PLAN, painted

with one_line_errors():
    train_tiny(1, sys.argv[1], painted(), **PLAN | {"loss": "mse", "schedule": "constant"},
               steps=int(sys.argv[3]), strategy=sys.argv[2])
"""
FAST = ("--xla_force_host_platform_device_count=2 --xla_backend_optimization_level=0 "
        "--xla_llvm_disable_expensive_passes=true")


@pytest.fixture(scope="module")
def runs(tmp_path_factory, request):
    """Runs in JAX, whole and in parts, and one in TensorFlow."""
    folder = tmp_path_factory.mktemp("jax")
    train_tiny(1, folder / "tensorflow", painted(), **PLAN, steps=4)
    run_in_jax(SCRIPT, folder, request.config.rootpath)
    return folder


def start_in_jax(script, *arguments, root, **environment):
    """Start a script on two devices of this process."""
    environment = {"KERAS_BACKEND": "jax", "XLA_FLAGS": FAST} | environment
    return subprocess.Popen([sys.executable, "-c", script, *map(str, arguments)], cwd=root,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=os.environ | environment)


def run_in_jax(script, folder, root, **environment):
    """Run a script on two devices; it is given the folder."""
    environment |= {"JAX_COMPILATION_CACHE_DIR": str(folder / "cache"),
                    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    process = start_in_jax(script, folder, root=root, **environment)
    _, said = process.communicate()
    assert process.returncode == 0, said[-3000:]


def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(runs):
    whole = final(runs / "whole", 4)
    for name, value in final(runs / "parts", 4).items():
        np.testing.assert_array_equal(value, whole[name], err_msg=name)


def test_two_devices_and_micro_batches_train_like_one(tmp_path, request):
    run_in_jax(PRECISELY, tmp_path, request.config.rootpath, JAX_ENABLE_X64="1")
    one, two = (final(tmp_path / name, step=2) for name in ("one", "two"))
    assert one["generator/0"].dtype == np.float64
    for name, value in two.items():
        if "/" in name:                               # what the optimizers remember, too
            assert np.linalg.norm(value - one[name]) <= 1e-4 * np.linalg.norm(one[name]), name


def test_two_processes_train_like_one_and_one_ends_when_the_other_dies(tmp_path, request):
    precise = {"JAX_ENABLE_X64": "1", "XLA_FLAGS": FAST.partition(" ")[2]}     # a device each
    root = request.config.rootpath
    with socket.create_server(("127.0.0.1", 0)) as server:
        places = [f"127.0.0.1:{server.getsockname()[1]}", "127.0.0.1:1"]
    alone = start_in_jax(WORKER, tmp_path / "one", "one", 2, root=root, **precise)
    first, second = (start_in_jax(
        WORKER, tmp_path / "two", "multiworker", 10_000, root=root, **precise,
        TF_CONFIG=json.dumps({"cluster": {"worker": places},
                              "task": {"type": "worker", "index": index}})) for index in (0, 1))
    try:
        two = wait_for_state(tmp_path / "two", first)
        second.kill()
        _, said = first.communicate(timeout=120)
        assert first.returncode == 1
        assert "Error: Another worker no longer answers. Start the same command" in said
        assert alone.wait(300) == 0
    finally:
        for process in (alone, first, second):
            process.kill()
            process.communicate()
    one = final(tmp_path / "one", step=2)
    for name, value in two.items():
        if "/" in name:
            assert np.linalg.norm(value - one[name]) <= 1e-4 * np.linalg.norm(one[name]), name


def wait_for_state(run, process):
    """The state of a run after its second step, as soon as there is one."""
    until = time.monotonic() + 400
    while True:
        assert process.poll() is None and time.monotonic() < until
        with contextlib.suppress(FileNotFoundError):
            return final(run, step=2)
        time.sleep(0.02)


def test_the_logs_have_the_columns_of_tensorflow(runs):
    assert_logs_alike(runs)


def test_checkpoints_move_between_backends(runs):
    assert_checkpoints_move(runs)


def test_a_training_moves_between_backends(runs):
    before = final(runs / "whole", 4)
    train_tiny(1, runs / "whole", painted(), **PLAN, steps=6)
    after = final(runs / "whole", step=6)
    assert after.keys() == before.keys()
    np.testing.assert_allclose(after["average/0"], before["average/0"], atol=0.05)


def test_what_tensorflow_says_is_not_heard_when_jax_works(tmp_path):
    (tmp_path / "tensorflow.py").write_text(NOISY)
    code = ("import numpy as np; from scenegan.commands.cli import import_keras; "
            "keras = import_keras(); keras.saving.serialize_keras_object(np.float32(0)); "
            "import tensorflow")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300,
        env=os.environ | {"KERAS_BACKEND": "jax", "PYTHONPATH": os.pathsep.join(
            [str(tmp_path), os.environ.get("PYTHONPATH", "")])})
    assert (done.returncode, done.stderr) == (0, "")
