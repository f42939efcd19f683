"""The same training under Keras' PyTorch backend. In a process of its own."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from backend_runs import PLAN, assert_checkpoints_move, assert_logs_alike, painted
from run_files import final
from tiny_stages import train_tiny

pytestmark = pytest.mark.slow          # Keras

pytest.importorskip("torch")

SCRIPT = """
import sys

sys.path.insert(0, "tests/helpers")
import shutil
from dataclasses import replace
from pathlib import Path
import numpy as np
import torch
from backend_runs import PLAN, example, painted
from tiny_stages import tiny_stage, train_tiny
from scenegan import checkpoints
from scenegan.data.procedural import ProceduralClips
from scenegan.presets import stage
from scenegan.training.steps import torch_step

class KeptStep(torch_step.Step):
    kept = None

    def __init__(self, *args):
        super().__init__(*args)
        KeptStep.kept = self

torch_step.Step = KeptStep

torch.set_num_threads(1)
folder = Path(sys.argv[1])
train_tiny(1, folder / "whole", painted(), **PLAN, steps=4)
shutil.copytree(folder / "whole", folder / "parts")
(folder / "parts" / "stage1" / "state-000004.npz").unlink()
train_tiny(1, folder / "parts", painted(), **PLAN, steps=4)
train_tiny(1, folder / "moved", painted(), **PLAN, steps=6)
step = KeptStep.kept
kernels = [variable.value.permute(3, 2, 0, 1)
           for holder in (step.gan.generator, step.gan.discriminator, step.generator_optimizer)
           for variable in holder.variables if len(variable.shape) == 4 and variable.shape[-1] > 1]
np.save(folder / "in_order.npy",
        [kernel.is_contiguous(memory_format=torch.channels_last) for kernel in kernels])
generator = checkpoints.load_generator(folder / "tensorflow" / "stage1.keras")
np.save(folder / "clip.npy", generator(example()).detach().numpy())
spec = tiny_stage(1)
plain = replace(spec.losses["wasserstein"], optimizer="sgd", momentum=0.0, discriminator_steps=1)
spec = replace(spec, losses={"wasserstein": plain})
for micro in (4, 1):
    train_tiny(1, folder / f"micro-{micro}", painted(), spec=spec, **PLAN | {
        "steps": 1, "micro_batch": micro})
small = {"frames": 16, "height": 16, "width": 16}
normalised = replace(stage(1, preset="vgan"), features=2, **small)
clips = ProceduralClips(count=12, seed=0, **small)
for every in (1, 2):
    train_tiny(1, folder / f"validated-{every}", clips, spec=normalised, validate_every=every)
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory, request):
    """Runs in PyTorch: whole, in parts, in micro-batches, and one that began in TensorFlow."""
    folder = tmp_path_factory.mktemp("torch")
    train_tiny(1, folder / "tensorflow", painted(), **PLAN, steps=4)
    shutil.copytree(folder / "tensorflow", folder / "moved")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, folder], capture_output=True, text=True,
        cwd=request.config.rootpath, env=os.environ | {"KERAS_BACKEND": "torch"}, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(runs):
    whole = final(runs / "whole", 4)
    for name, value in final(runs / "parts", 4).items():
        np.testing.assert_array_equal(value, whole[name], err_msg=name)


def test_kernels_and_their_moments_lie_in_memory_as_pytorch_reads_them(runs):
    """Otherwise every step copies each of them, which a batch of few clips cannot pay."""
    in_order = np.load(runs / "in_order.npy")
    assert len(in_order) > 10
    assert in_order.all()


def test_micro_batches_add_up_to_the_batch(runs):
    """By the change of plain gradient descent: Adam makes much of rounding."""
    before = final(runs / "micro-4", 0)
    whole, parts = (final(runs / f"micro-{micro}", 1) for micro in (4, 1))
    changed = [name for name in before if name.split("/")[0] in ("generator", "discriminator")
               and (whole[name] != before[name]).any()]
    assert len(changed) > 20
    for name in changed:
        off = np.linalg.norm(parts[name] - whole[name])
        assert off <= 0.01 * np.linalg.norm(whole[name] - before[name]) + 1e-7, name


def test_a_validation_changes_nothing(runs):
    """Nor what batch normalisation gathers."""
    once = final(runs / "validated-2", 2)
    for name, value in final(runs / "validated-1", 2).items():
        if not name.startswith("watch"):                   # that counts validations
            np.testing.assert_array_equal(value, once[name], err_msg=name)


def test_the_logs_have_the_columns_of_tensorflow(runs):
    assert_logs_alike(runs)


def test_checkpoints_move_between_backends(runs):
    assert_checkpoints_move(runs)


def test_a_training_moves_between_backends(runs):
    before, after = final(runs / "moved", 4), final(runs / "moved", step=6)
    assert after.keys() == before.keys()
    assert after["generator_optimizer/0"] == 6
    np.testing.assert_allclose(after["average/0"], before["average/0"], atol=0.05)
