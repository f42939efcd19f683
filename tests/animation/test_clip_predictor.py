"""Generators that paint a whole clip of a photo, in the place of those that tell its motion."""

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from tiny_stages import shake

from scenegan import pixels
from scenegan.animation.animate import animate
from scenegan.animation.predictors import load_predictor
from scenegan.commands.cli import main
from scenegan.errors import InputError
from scenegan.presets import stage
from scenegan.training.steps.networks import NETWORKS

pytestmark = pytest.mark.slow          # Keras

PHOTO = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)


def build(preset, path, **changes):
    spec = replace(stage(1, preset=preset), frames=16, height=16, width=16, features=4, **changes)
    generator = NETWORKS[spec.network].generator(spec)
    shake(generator)
    generator.save(path)
    return generator


@pytest.fixture(scope="module")
def future(tmp_path_factory):
    """(path, generator) of a vgan-future."""
    path = tmp_path_factory.mktemp("future") / "stage1.keras"
    return path, build("vgan-future", path)


def test_at_its_own_size_the_frames_are_the_generators(future):
    path, generator = future
    clip = animate(PHOTO, generator=path, size="network", loop="none")
    photo = pixels.fit(PHOTO, 16, 16)
    painted = pixels.to_uint8(generator(pixels.to_float(photo)[None], training=False)["clip"])[0]
    assert clip.shape == (16, 16, 16, 3) and (clip[0] == photo).all()
    assert np.abs(clip[1:].astype(int) - painted[1:]).max() <= 1
    assert np.abs(clip[5].astype(int) - photo).max() > 5


def test_a_larger_animation_keeps_the_photo_first_and_what_is_held_still(future):
    held = np.zeros((60, 90, 3), np.uint8)
    held[:, 45:] = 255                                 # the right half may change
    clip = animate(PHOTO, generator=load_predictor(future[0]), size=(60, 40), moving=held)
    assert (clip[0] == pixels.fit(PHOTO, 40, 60)).all()
    assert (clip[:, :, :25] == clip[:1, :, :25]).all() and (clip[8] != clip[0])[:, 35:].any()


def test_a_gray_generator_of_photos_animates(tmp_path):
    build("scene-reference", tmp_path / "stage1.keras", given=0)
    clip = animate(PHOTO, generator=tmp_path / "stage1.keras", size="network", loop="none")
    assert clip.shape == (32, 16, 16, 1)


def test_a_generator_that_is_given_a_beginning_gets_the_photo_as_one(tmp_path):
    generator = build("summary", tmp_path / "stage1.keras")
    clip = animate(PHOTO, generator=tmp_path / "stage1.keras", size="network", loop="none")
    photo = pixels.to_float(pixels.fit(PHOTO, 16, 16))[None]
    painted = pixels.to_uint8(generator([photo, np.repeat(photo[:, None], 4, axis=1)],
                                        training=False)["clip"])[0]
    assert np.abs(clip[1:].astype(int) - painted[1:]).max() <= 1


@pytest.mark.parametrize("asked", [{"direction": 0.0}, {"still": ["sky"]}])
def test_what_it_cannot_do_is_refused(future, asked):
    with pytest.raises(InputError, match="paints clips"):
        animate(PHOTO, generator=future[0], size="network", **asked)


def run(folder, *words):
    done = CliRunner().invoke(main, [str(word) for word in words])
    return done.exit_code, " ".join(done.output.split()), sorted(folder.glob("out*"))


def test_the_commands_tell_which_one_takes_a_checkpoint(future, tmp_path):
    Image.fromarray(PHOTO).save(tmp_path / "photo.png")
    out = tmp_path / "out.gif"
    for preset, told in (("vgan", "makes clips from noise"), ("autoencoder", "from other clips")):
        build(preset, tmp_path / f"{preset}.keras")
        code, said, made = run(tmp_path, "animate", "--checkpoint", tmp_path / f"{preset}.keras",
                               tmp_path / "photo.png", "--out", out)
        assert code == 1 and told in said and not made, said
        assert "use scenegan generate" in said
    code, said, made = run(tmp_path, "generate", "--checkpoint", future[0], "--out",
                           tmp_path / "out")
    assert code == 1 and "Use scenegan animate PHOTO --checkpoint" in said and not made
    code, said, made = run(tmp_path, "animate", "--checkpoint", future[0],
                           tmp_path / "photo.png", "--size", "network", "--out", out)
    assert code == 0 and made == [out], said
