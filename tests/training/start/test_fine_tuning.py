"""Fine-tuning: what a training begins with that goes on from finished networks."""

import itertools
import shutil
from dataclasses import replace

import numpy as np
import pytest
from tiny_stages import tiny_stage, train_tiny

from scenegan import checkpoints
from scenegan.errors import InputError
from scenegan.models.generator import motion_of
from scenegan.specs import NOISE_SIZE
from scenegan.training.run.settings import Settings
from scenegan.training.session import train
from scenegan.training.start.fine_tuning import with_channels

pytestmark = pytest.mark.slow          # Keras


@pytest.fixture(scope="module")
def finished(tmp_path_factory, clips):
    """A run with both stages, three steps each."""
    run = tmp_path_factory.mktemp("finished")
    for number in (1, 2):
        train_tiny(number, run, clips, steps=3)
    return run


def networks(run, number):
    return [checkpoints.load_model(path) for path in (
        run / f"stage{number}.keras", run / f"stage{number}" / "discriminator.keras",
        run / f"stage{number}" / "reader.keras")]


def pictures(model, channels, random):
    """Inputs of a network, of gray pictures in so many channels."""
    arrays = []
    for tensor in model.inputs:
        colours = tensor.shape[-1] == channels and len(tensor.shape) > 2
        shape = (*tensor.shape[1:-1], 1 if colours else tensor.shape[-1])
        array = random.uniform(-1, 1, (2, *shape)).astype(np.float32)
        arrays.append(array.repeat(channels, axis=-1) if colours else array)
    return arrays


def outputs(model, inputs):
    made = model(inputs, training=False)
    return [np.asarray(part) for part in (made if isinstance(made, list) else [made])]


def test_a_training_begins_with_the_networks_of_another_run(finished, clips, tmp_path):
    """At learning rates of zero it also ends with them, and there is no fade to go through."""
    spec = tiny_stage(2)
    still = replace(spec.losses["mse"], generator_rate=0.0, discriminator_rate=0.0)
    path, done = train_tiny(2, tmp_path, clips, begin_from=str(finished),
                            spec=replace(spec, losses={"mse": still}))
    assert (path, done) == (tmp_path / "stage2.keras", 2)
    for before, after in zip(networks(finished, 2), networks(tmp_path, 2), strict=True):
        for one, other in zip(before.get_weights(), after.get_weights(), strict=True):
            np.testing.assert_allclose(other, one, atol=1e-6)
    assert "fade_until = 0" in (tmp_path / "stage2" / "config.ini").read_text()


def test_gray_networks_are_fine_tuned_from_rgb_ones_and_go_on_without_them(
        finished, clips, tmp_path):
    run, source = tmp_path / "run", shutil.copytree(finished, tmp_path / "source")
    made = [networks(source, 2)[0]]
    for steps, before in ((2, 0), (4, 2)):
        settings = Settings(steps=steps, batch_size=2, save_every=2, validate_every=2,
                            begin_from=str(source), loss="mse")
        path, *counts = train(tiny_stage(2, 1), clips, run, settings)
        assert counts == [steps, before]
        made.append(checkpoints.load_generator(path))
        if source.exists():
            shutil.rmtree(source)
    with pytest.raises(InputError, match="that it began with.*source"):
        train(tiny_stage(2, 1), clips, run, replace(settings, begin_from=None))
    weights = [with_channels(model, 1).get_weights() for model in made]
    for one, other in itertools.pairwise(weights):
        assert any((part != later).any() for part, later in zip(one, other, strict=True))


@pytest.mark.parametrize("number", [1, 2])
def test_rgb_networks_turned_gray_judge_gray_clips_as_before(finished, number):
    """So do the discriminator and the reader; the generator has a test of its own."""
    random = np.random.default_rng(0)
    for model in networks(finished, number)[1:]:
        gray = with_channels(model, 1)
        inputs = pictures(gray, 1, random)
        repeated = [array.repeat(3, axis=-1) if array.shape[-1] == 1 and array.ndim > 2 else array
                    for array in inputs]
        for one, other in zip(outputs(gray, inputs), outputs(model, repeated), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_rgb_generators_turned_gray_move_gray_photos_as_before(finished):
    """With weights that tell the channels between space and time apart, as a long training's do."""
    random = np.random.default_rng(2)
    rgb = networks(finished, 1)[0]
    raw = rgb.get_layer("raw")
    raw.time.kernel.assign(random.normal(size=raw.time.kernel.shape))
    gray = with_channels(rgb, 1)
    photo = random.uniform(-1, 1, (2, *gray.inputs[0].shape[1:])).astype(np.float32)
    noise = random.standard_normal((2, NOISE_SIZE)).astype(np.float32)
    before = outputs(motion_of(rgb), [photo.repeat(3, axis=-1), noise])
    after = outputs(motion_of(gray), [photo, noise])
    assert np.abs(before[0]).max() > 0.01
    for one, other in zip(before[:2], after[:2], strict=True):     # displacement, mask
        np.testing.assert_allclose(other, one, atol=1e-4)


@pytest.mark.parametrize("number", [1, 2])
def test_gray_generators_turned_rgb_make_the_same_gray_clips(finished, number):
    random = np.random.default_rng(1)
    gray = with_channels(networks(finished, number)[0], 1)
    rgb = with_channels(gray, 3)
    photo = random.uniform(-1, 1, (2, *gray.inputs[0].shape[1:])).astype(np.float32)
    noise = random.standard_normal((2, NOISE_SIZE)).astype(np.float32)
    one, = outputs(gray, [photo, noise])
    other, = outputs(rgb, [photo.repeat(3, axis=-1), noise])
    assert np.abs(one - one[:, :1]).max() > 0.01
    np.testing.assert_allclose(other, one.repeat(3, axis=-1), atol=1e-4)
    again = with_channels(rgb, 1)
    for before, after in zip(gray.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(after, before, atol=1e-6)


def test_channels_that_are_there_already_leave_a_network_alone(finished):
    model = networks(finished, 1)[0]
    assert with_channels(model, 3) is model


def test_what_cannot_be_begun_from_is_said(finished, clips, tmp_path):
    for change, message in [
            ({"begin_from": str(tmp_path)}, "without stage1.keras"),
            ({"begin_from": str(tmp_path / "run")}, "for both"),
            ({"begin_from": str(finished), "spec": replace(tiny_stage(1), max_speed=0.01)},
             "max_speed"),
            ({"begin_from": str(finished), "spec": replace(tiny_stage(1), features=8)},
             "features")]:
        with pytest.raises(InputError, match=message):
            train_tiny(1, tmp_path / "run", clips, **change)
    assert not (tmp_path / "run" / "stage1").exists()
