"""Training of the published networks, at reduced widths."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from run_files import final, rows
from tiny_stages import train_tiny

from scenegan import checkpoints
from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError
from scenegan.presets import stage
from scenegan.training.steps.clip_gan import ClipGAN, check_pair
from scenegan.training.steps.networks import NETWORKS

pytestmark = pytest.mark.slow          # Keras


def small(preset, **changes):
    sizes = {"frames": 16, "height": 16, "width": 16, "features": 4, "batch_size": 2}
    return replace(stage(1, preset=preset), **sizes | changes)


@pytest.fixture(scope="module")
def squares():
    return ProceduralClips(count=12, seed=0, height=16, width=16, frames=16)


@pytest.fixture(scope="module")
def future(squares, tmp_path_factory):
    """Folder of a run of vgan-future, four steps."""
    run = tmp_path_factory.mktemp("future")
    train_tiny(1, run, squares, spec=small("vgan-future"), steps=4)
    return run


def test_a_training_in_two_parts_is_the_whole_one(future, squares, tmp_path):
    """Batch statistics included."""
    for steps in (2, 4):
        train_tiny(1, tmp_path, squares, spec=small("vgan-future"), steps=steps)
    whole, parts = final(future, 4), final(tmp_path, 4)
    assert whole.keys() == parts.keys()
    for name in whole:
        np.testing.assert_allclose(parts[name], whole[name], atol=1e-5, err_msg=name)


def test_batch_statistics_are_learnt(future):
    generator = checkpoints.load_clip_generator(future / "stage1.keras")
    norm = next(layer for layer in generator.layers
                if isinstance(layer, keras.layers.BatchNormalization))
    assert np.abs(np.asarray(norm.moving_mean)).max() > 0


def test_the_logs_tell_the_first_frame_and_learning_rates_that_stay(future):
    logged, = rows(future / "stage1" / "log.csv")
    assert {"first_frame", "adversarial", "discriminator"} <= logged.keys()
    assert logged["generator_rate"] == pytest.approx(2e-4)
    checked, = rows(future / "stage1" / "validation.csv")[-1:]
    assert "variety" not in checked and checked["generator"] > 0


@pytest.mark.parametrize(("preset", "loss", "term"), [
    ("vgan", "hinge", "mask"), ("ivgan", "wasserstein", "gradient_penalty"),
    ("summary", "hinge", "adversarial"), ("autoencoder", "reconstruction", "reconstruction")])
def test_presets_train(preset, loss, term, squares, tmp_path):
    spec = small(preset, factorised=preset == "vgan")
    if preset == "ivgan":
        spec = replace(spec, losses={loss: replace(spec.losses[loss], discriminator_steps=1)})
    path, done = train_tiny(1, tmp_path, squares, spec=spec, loss=loss)
    logged, = rows(tmp_path / "stage1" / "log.csv")
    assert done == 2 and np.isfinite(logged[term])
    assert checkpoints.kind_of(checkpoints.load_clip_generator(path)) == "clip"
    with pytest.raises(InputError, match="makes clips from"):
        checkpoints.load_generator(path)


def test_real_and_generated_clips_do_not_share_batch_statistics(squares):
    """The score of real clips in a step does not depend on the generated ones beside them."""
    spec = small("vgan")
    kind = NETWORKS[spec.network]
    gan = ClipGAN(spec, "cross-entropy", {"generator": kind.generator(spec), "discriminator":
                                          kind.critics["discriminator"](spec)})
    random = np.random.default_rng(0)
    clip = random.uniform(-1, 1, (2, *spec.shape)).astype(np.float32)
    batch = {"clip": clip, "photo": clip[:, 0], "alpha": np.ones((2, 1), np.float32)}
    scores = [float(gan.discriminator_loss(batch | {
        "noise": random.standard_normal((2, 1, spec.noise_size), np.float32)}, None)[1][
            "real_score"]) for _ in range(2)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-5)


@pytest.mark.parametrize(("changes", "loss", "says"), [
    ({"critic_norm": "batch"}, {"gradient_penalty": 10.0}, "batch normalisation mixes"),
    ({"critic_norm": "layer"}, {"gradient_penalty": 0.0}, "slope of one"),
    ({"width": 20}, {}, "multiples of 16"), ({"given": 4}, {}, "from 1 to 15")])
def test_what_makes_no_sense_is_refused_with_the_reason(changes, loss, says):
    spec = small("ivgan")
    losses = {"wasserstein": replace(spec.losses["wasserstein"], **loss)}
    with pytest.raises(InputError, match=says):
        check_pair(replace(spec, losses=losses, **changes), "wasserstein")
