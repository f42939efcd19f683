"""Training of the published networks, at reduced widths."""

import shutil
from dataclasses import replace

import keras
import numpy as np
import pytest
from run_files import final, rows
from tiny_stages import shake, train_tiny

from scenegan import checkpoints
from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError
from scenegan.losses import FAMILIES
from scenegan.presets import stage
from scenegan.specs import ADVERSARIAL, LOSS_TERMS, LossSpec
from scenegan.training.run.folder import RunFolder
from scenegan.training.run.settings import Settings
from scenegan.training.start import fine_tuning
from scenegan.training.start.initial import build
from scenegan.training.start.start import Origin, Start
from scenegan.training.steps.checks import check_pair
from scenegan.training.steps.clip_gan import ClipGAN
from scenegan.training.steps.networks import NETWORKS
from scenegan.training.steps.tensorflow_step import input_gradient
from scenegan.training.steps.terms import check_terms

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
    """Batch statistics included, which a validation more does not change."""
    for steps in (2, 4):
        train_tiny(1, tmp_path, squares, spec=small("vgan-future"), steps=steps, validate_every=1)
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


def test_a_fine_tuning_begins_with_the_networks_of_another_run(future, tmp_path):
    source = RunFolder(future, small("vgan-future"))
    networks = fine_tuning.load(source, source.spec)
    for name, path in {"generator": source.generator, **source.critics}.items():
        for weight, other in zip(networks[name].get_weights(),
                                 checkpoints.load_model(path).get_weights(), strict=True):
            np.testing.assert_array_equal(weight, other)
    gan, average = build(source.spec, Settings(loss="cross-entropy"), Start(
        Origin.FINE_TUNED, source, False))
    assert gan.generator is not average
    for changes in ({"features": 2}, {"streams": 1}, {"critic_norm": "layer"}, {"logits": 1},
                    {"network": "vgan"}):
        with pytest.raises(InputError, match=f"Received: {next(iter(changes))} "):
            fine_tuning.load(source, replace(source.spec, **changes))
    moved = shutil.copytree(future, tmp_path / "moved")
    (moved / "stage1" / "config.ini").unlink()
    with pytest.raises(InputError, match="needs the config.ini"):
        fine_tuning.load(RunFolder(moved, source.spec), source.spec)


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


def make_gan(spec, loss="cross-entropy", weights=None):
    """A `ClipGAN` of new networks, and a batch of two examples for it."""
    chosen = LossSpec(adversarial=1.0, weights=weights or {},
                      gradient_penalty=10.0 if loss == "wasserstein" else 0.0)
    kind = NETWORKS[spec.network]
    gan = ClipGAN(replace(spec, losses={loss: chosen}), loss, {
        "generator": kind.generator(spec)} | {
            name: build(spec) for name, build in kind.critics.items()})
    return gan, batch_for(spec, np.random.default_rng(0))


def batch_for(spec, random):
    clip = random.uniform(-1, 1, (2, *spec.shape)).astype(np.float32)
    return {"clip": clip, "photo": clip[:, 0], "alpha": np.ones((2, 1), np.float32),
            "share": np.full((2, 1, 1, 1, 1), 0.5, np.float32),
            "noise": random.standard_normal((2, 1, spec.noise_size), np.float32)}


def test_a_generator_that_is_given_a_beginning_looks_at_it_and_at_no_more():
    """Frames 2 to 4 of the clip change what summary makes, the fifth does not."""
    gan, batch = make_gan(small("summary"))
    gan.training = False
    shake(gan.generator)

    def made(frame):
        clip = batch["clip"].copy()
        clip[:, frame] = 0
        return np.asarray(gan.outputs(batch | {"clip": clip})["clip"])
    whole = np.asarray(gan.outputs(batch)["clip"])
    assert all(np.abs(made(frame) - whole).max() > 1e-4 for frame in (1, 3))
    np.testing.assert_array_equal(made(4), whole)


def test_real_and_generated_clips_do_not_share_batch_statistics():
    """The score of real clips in a step does not depend on the generated ones beside them."""
    gan, batch = make_gan(small("vgan"))
    scores = [float(gan.discriminator_loss(batch | {"noise": scale * batch["noise"]}, None)[1][
        "real_score"]) for scale in (1, 20)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-5)


def test_a_generated_clip_is_scored_by_the_statistics_of_generated_ones():
    """As in the discriminator's loss, so in the generator's: the two would else not agree."""
    gan, batch = make_gan(small("vgan"))
    fake = float(gan.discriminator_loss(batch, None)[1]["fake_score"])
    adversarial = float(gan.generator_loss(batch)[1]["adversarial"])
    assert adversarial == pytest.approx(np.mean(np.log1p(np.exp(-fake))), rel=0.05)
    other = batch | {"clip": -batch["clip"]}
    assert float(gan.generator_loss(other)[1]["adversarial"]) == pytest.approx(adversarial)


def test_a_validation_scores_as_a_step_does():
    """By the batch: gathered statistics, of real and generated clips, would tell other scores."""
    gan, batch = make_gan(small("vgan"))
    for layer in gan.discriminator.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_mean.assign(layer.moving_mean + 5)
    step = gan.discriminator_loss(batch, None)[1]["real_score"]
    assert float(gan.losses(batch, None)["real_score"]) == pytest.approx(float(step), abs=1e-5)


@pytest.mark.parametrize(("norm", "logits"), [("none", 1), ("batch", 2), ("layer", 2)])
def test_every_loss_is_finite_with_every_norm_that_it_may_have(norm, logits):
    spec = small("vgan", features=2, critic_norm=norm, logits=logits)
    assert set(ADVERSARIAL) == set(FAMILIES)
    for loss in ADVERSARIAL:
        gan, batch = make_gan(spec, loss)
        try:
            check_pair(gan.spec, loss)
        except InputError:
            assert (loss, norm) == ("wasserstein", "batch")
            continue
        terms = gan.discriminator_loss(batch, input_gradient)[1] | gan.generator_loss(batch)[1]
        assert all(np.isfinite(float(value)) for value in terms.values()), (loss, terms)


@pytest.mark.parametrize(("preset", "changes", "takes"), [
    ("vgan", {}, {"mask"}), ("vgan", {"streams": 1}, set()), ("ivgan", {}, set()),
    ("vgan-future", {}, {"mask", "first_frame"}), ("summary", {}, {"mask", "first_frame"}),
    ("autoencoder", {}, {"mask", "reconstruction"}), ("scene-reference", {"frames": 32},
                                                      {"first_frame"})])
def test_loss_terms_are_refused_where_networks_do_not_give_what_they_need(preset, changes, takes):
    given = make_gan(small(preset, features=1, **changes))[0].outputs_given
    for term in LOSS_TERMS:
        if term in takes:
            check_terms({term: 1.0}, given)
        else:
            with pytest.raises(InputError, match=f"loss term {term} needs the output"):
                check_terms({term: 1.0}, given)
