"""A step on two logical devices is a step on one, for both losses. Runs in its own process."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
sys.path.insert(0, "tests")
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
from conftest import tiny_stage
from scenegan.data.dataset import Batches
from scenegan.data.procedural import ProceduralClips
from scenegan.models.discriminator import build_discriminator, build_motion_reader
from scenegan.models.generator import build_generator
from scenegan.training.feed import feed
from scenegan.training.gan import GAN
from scenegan.training.tensorflow_step import TensorFlowStep

spec, loss = tiny_stage(1), sys.argv[1]
clips = ProceduralClips(count=40, seed=0, height=23, width=40, frames=8)

def build():
    keras.utils.set_random_seed(0)
    generators = build_generator(spec), build_generator(spec)
    networks = build_discriminator(spec), build_motion_reader(spec)
    return GAN(spec, loss, generators[0], *networks), generators[1]

def weights_after_steps(strategy):
    step = TensorFlowStep(build, strategy)
    batches = step.batches(feed(Batches(clips, spec, "train", 4, 0), step.gan.loss, 0, 0, 3,
                              lambda step: 1.0))
    for _ in range(3):
        for _ in range(step.gan.loss.discriminator_steps):
            terms = step.update_discriminator(next(batches))
        terms = terms | step.update_generator(next(batches))
    weights = step.gan.generator.get_weights() + step.gan.discriminator.get_weights()
    return weights, {name: float(term) for name, term in terms.items()}

one, two = (weights_after_steps(strategy) for strategy in (
    tf.distribute.OneDeviceStrategy("CPU:0"), tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])))
print(max(np.abs(a - b).max() for a, b in zip(one[0], two[0])))
print(max(abs(one[1][name] - two[1][name]) for name in one[1]))
"""


@pytest.mark.parametrize("loss", ["mse", "wasserstein"])
def test_two_devices_train_like_one(loss, request):
    done = subprocess.run([sys.executable, "-c", SCRIPT, loss], capture_output=True, text=True,
                          cwd=request.config.rootpath, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    weights, terms = map(float, done.stdout.split()[-2:])
    assert weights < 1e-4 and terms < 1e-4
