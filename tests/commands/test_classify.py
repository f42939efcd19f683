"""`scenegan classify`, on clips that are told apart by their colours."""

import json
from dataclasses import replace

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from scenegan.commands.cli import main
from scenegan.data.store import ClipWriter
from scenegan.evaluation.recogniser import (
    build_recogniser,
    colour_histograms,
    gather_statistics,
)
from scenegan.evaluation.recognition import RecognitionSettings
from scenegan.presets import stage
from scenegan.training.run import config
from scenegan.training.run.settings import Settings
from scenegan.training.steps.networks import NETWORKS

pytestmark = pytest.mark.slow          # Keras
COLOURS = {"clouds": (220, 220, 230), "forest": (30, 90, 30), "sunset": (230, 120, 40)}


def small(preset):
    return replace(stage(1, preset=preset), frames=16, height=16, width=16, features=4)


def write_run(folder, preset):
    """The description of a training of a preset, and its discriminator if it has one."""
    spec = small(preset)
    (folder / "stage1").mkdir(parents=True)
    sections = config.sections_of(spec, Settings(loss=next(iter(spec.losses))), {})
    (folder / "stage1" / "config.ini").write_text(config.text_of(sections))
    for name, build in NETWORKS[spec.network].critics.items():
        build(spec).save(folder / "stage1" / f"{name}.keras")
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Three tags, four videos each to train on and two to validate."""
    folder, random = tmp_path_factory.mktemp("clips"), np.random.default_rng(0)
    writer = ClipWriter(folder)
    for tag, colour in COLOURS.items():
        for video in range(6):
            clip = random.normal(colour, 20, (16, 16, 16, 3)).clip(0, 255).astype(np.uint8)
            writer.add(clip, {"tags": [tag, "outdoors"], "group": f"{tag}{video}",
                              "split": "train" if video < 4 else "validation"})
    writer.close()
    return folder


def run(*words):
    return CliRunner().invoke(main, ["classify", *map(str, words)])


def test_a_table_and_json_compare_the_features(data, tmp_path):
    folder = write_run(tmp_path / "vgan", "vgan")
    words = ["--run", folder, "--data", data, "--videos", "1", "--videos", "all", "--steps", "40",
             "--batch-size", "6", "--rate", "2e-3"]
    done = run(*words)
    assert done.exit_code == 0, f"{done.output} {done.exception!r}"
    assert "3 tags: clouds, forest, sunset. Tested with 6 clips." in done.output
    told = json.loads((folder / "classification.json").read_text())
    assert told["tags"] == {tag: {"training": 4, "tested": 2} for tag in COLOURS}
    accuracy = {(one["method"], one["learnt"], one["videos"]): one["accuracy"]
                for one in told["accuracies"]}
    assert len(accuracy) == 5 * 2 and told["most_frequent"] == pytest.approx(1 / 3)
    assert accuracy["colour histograms", "a linear layer", 1] == 1
    for method in ("trained features", "random features"):
        for learnt in ("a linear layer", "fine-tuned"):
            assert accuracy[method, learnt, None] == 1, (method, learnt)
    again = run(*words)
    assert again.exit_code == 1 and "exists. Choose another --out" in again.output


def test_a_fine_tuning_begins_with_the_weights_of_the_training():
    discriminator = NETWORKS["vgan"].critics["discriminator"](small("vgan"))
    for fresh in (False, True):
        model = build_recogniser(discriminator, 3, RecognitionSettings(), fresh)
        assert model.output_shape == (None, 3)
        kernels = [network.trainable_weights[2] for network in (model, discriminator)]
        assert np.allclose(*map(keras.ops.convert_to_numpy, kernels)) != fresh


def test_batch_normalisation_gathers_the_statistics_of_the_clips_alone():
    """Then a network says in use what it says of a whole batch in training."""
    network = NETWORKS["vgan"].critics["discriminator"](small("vgan"))
    clips = np.random.default_rng(0).uniform(0, 1, (8, 16, 16, 16, 3)).astype(np.float32)
    before, kernel = (keras.ops.convert_to_numpy(value) for value in (
        network(clips, training=False), network.trainable_weights[0]))
    gather_statistics(network, [clips] * 100)
    wanted, after = (keras.ops.convert_to_numpy(network(clips, training=training))
                     for training in (True, False))
    assert np.abs(after - wanted).max() < 0.05 * np.abs(before - wanted).max()
    np.testing.assert_array_equal(kernel, keras.ops.convert_to_numpy(network.trainable_weights[0]))


def test_colour_histograms_are_roots_of_shares():
    clip = np.full((1, 2, 2, 2, 1), -1.0, np.float32)
    clip[0, 0] = 1.0                                        # half black, half white
    np.testing.assert_allclose(colour_histograms(clip), [[0.5 ** 0.5, 0, 0, 0, 0, 0.5 ** 0.5]])


@pytest.mark.parametrize(("preset", "says"), [
    ("autoencoder", "Received: a training without one, of the preset autoencoder"),
    (None, "without stage1/config.ini")])
def test_what_has_no_discriminator_is_refused(preset, says, data, tmp_path):
    folder = write_run(tmp_path / "run", preset) if preset else tmp_path
    done = run("--run", folder, "--data", data)
    assert done.exit_code == 1 and says in done.output, done.output
    line, = done.output.splitlines()
    assert line.startswith("Error: ")


def test_a_discriminator_without_features_is_refused(data, tmp_path):
    folder = write_run(tmp_path / "vgan", "vgan")
    clip = keras.Input((16, 16, 16, 3), name="clip")
    keras.Model(clip, keras.layers.GlobalAveragePooling3D()(clip)).save(
        folder / "stage1" / "discriminator.keras")
    done = run("--run", folder, "--data", data)
    assert done.exit_code == 1 and "Features are taken of a discriminator" in done.output
