"""Animations with an untrained generator: the contract of size, first frame, seed and detail."""

import cv2
import numpy as np
import pytest
from PIL import Image

from scenegan import pixels
from scenegan.animation.animate import animate, as_predictor, show_mask
from scenegan.animation.dials import Dials
from scenegan.animation.keras_predictor import wrap
from scenegan.animation.rendering import Frames
from scenegan.errors import InputError
from scenegan.models.generator import build_generator
from scenegan.presets import stage
from scenegan.specs import NOISE_SIZE

pytestmark = pytest.mark.slow          # Keras

PHOTO = np.random.default_rng(0).integers(0, 256, (200, 400, 3), np.uint8)


def all_water(photos, training):
    """A segmenter that takes everything for water, so that all may move."""
    _, height, width, _ = photos.shape
    return np.float32([0, 100, 0, 0, 0]) * np.ones((1, height // 4, width // 4, 1), np.float32)


def left_rigid(photos, training):
    """A segmenter that takes the left half for rigid and the right one for water."""
    logits = all_water(photos, training)
    logits[:, :, :logits.shape[2] // 2] = [0, 0, 0, 100, 0]
    return logits


@pytest.fixture(scope="module", params=[1, 3])
def generator(request):
    return wrap(build_generator(stage(1, request.param)), all_water)


@pytest.fixture(scope="module")
def network():
    return build_generator(stage(1))


@pytest.fixture(scope="module")
def colour(network):
    return wrap(network, all_water)


def fitted(height, width, channels=3):
    return pixels.to_channels(pixels.fit(PHOTO, height, width), channels)


@pytest.mark.parametrize("scale", [1, 2, 8])
def test_first_frame_is_the_photo_at_every_scale(generator, scale):
    channels = generator.channels
    animation = animate(PHOTO, seed=0, generator=generator, scale=scale)
    assert animation.dtype == np.uint8
    assert animation.shape == (32, 23 * scale, 40 * scale, channels)
    assert (animation[0] == fitted(23 * scale, 40 * scale, channels)).all()
    assert (animation[1:] != animation[0]).any()


def test_the_renderer_at_the_networks_size_agrees_with_the_network(colour, network):
    photo = cv2.GaussianBlur(PHOTO, (0, 0), 25)       # smooth: the samplers differ in detail
    photo = cv2.normalize(photo, None, 0, 255, cv2.NORM_MINMAX)
    small = pixels.fit(photo, 23, 40)
    noise = np.random.default_rng(7).standard_normal((1, NOISE_SIZE)).astype(np.float32)
    own = pixels.to_uint8(network([pixels.to_float(small)[None], noise])[0]).astype(int)
    assert np.abs(own - own[:1]).mean() > 5
    shown = pixels.crop_to_aspect(photo, 40 / 23)
    rendered = Frames(small, colour.motion(shown, 7, Dials())).array()
    assert np.abs(rendered - own).mean() < 1
    # what is rendered at twice the size and shrunk: the same motion, with another sampler
    shrunk = animate(photo, seed=7, generator=colour, size="network", loop="none")
    assert np.abs(shrunk - own).mean() < 0.4 * np.abs(own - own[:1]).mean()


def test_a_loop_ends_where_it_begins(colour):
    """The step over its end is like the steps inside; without a loop it is a jump."""
    photo = cv2.GaussianBlur(PHOTO, (0, 0), 9)
    photo = cv2.normalize(photo, None, 0, 255, cv2.NORM_MINMAX)

    def steps(loop):
        frames = animate(photo, seed=7, generator=colour, scale=2, loop=loop).astype(int)
        return np.abs(np.diff(frames, axis=0, append=frames[:1])).mean(axis=(1, 2, 3))

    jump, closed = steps(False), steps(True)
    assert jump[-1] > 2 * jump[:-1].mean()
    assert closed[-1] < 1.2 * closed[:-1].mean()
    first = animate(photo, seed=7, generator=colour, scale=1, loop=True)[0]
    assert (first == pixels.fit(photo, 23, 40)).all()


@pytest.mark.parametrize(("scale", "loop"), [(1, False), (3, True)])
def test_what_is_painted_black_stands_still(colour, scale, loop):
    moving = np.zeros((50, 100, 3), np.uint8)
    moving[:, 50:] = 255
    asked = {"seed": 7, "generator": colour, "scale": scale, "loop": loop}
    free = animate(PHOTO, **asked).astype(int)
    held = animate(PHOTO, **asked, moving=moving).astype(int)
    left, right = np.s_[:, :, :18 * scale], np.s_[:, :, 22 * scale:]      # not the seam
    assert (held[left] == held[:1][left]).all() and (free[left] != free[:1][left]).any()
    change = np.abs(free - free[:1])[right].mean()
    assert np.abs(held - free)[right].mean() < 0.1 * change        # the sampler, at scale 1


def test_a_picture_of_what_moves_has_the_photos_proportions(colour):
    with pytest.raises(InputError, match="proportions"):
        animate(PHOTO, seed=7, generator=colour, moving=np.zeros((60, 60, 3), np.uint8))


def test_a_seed_picks_one_motion(colour):
    first = animate(PHOTO, seed=1, generator=colour)
    assert (first == animate(PHOTO, seed=1, generator=colour)).all()
    assert (first != animate(PHOTO, seed=2, generator=colour)).any()
    assert (animate(PHOTO, generator=colour) != animate(PHOTO, generator=colour)).any()


def test_a_path_is_read_and_a_saved_generator_loaded(tmp_path, network):
    Image.fromarray(PHOTO).save(tmp_path / "photo.png")
    network.save(tmp_path / "stage1.keras")
    animation = animate(tmp_path / "photo.png", seed=3, generator=str(tmp_path / "stage1.keras"))
    assert np.abs(animation.astype(int) - animate(PHOTO, seed=3, generator=network)).max() <= 1


@pytest.mark.parametrize("photo", [
    PHOTO.astype(np.float32), PHOTO[..., 0], PHOTO[:0], np.zeros((20, 20, 4), np.uint8)])
def test_an_array_of_another_kind_is_refused(colour, photo):
    with pytest.raises(ValueError, match="photo must be"):
        animate(photo, seed=0, generator=colour)


@pytest.mark.parametrize("scale", [0, -1, 1.5])
def test_scale_is_a_whole_number_from_one(colour, scale):
    with pytest.raises(ValueError, match="scale must be"):
        animate(PHOTO, seed=0, generator=colour, scale=scale)


def test_a_network_of_displacements_has_strength_and_kinds_but_no_direction(colour):
    asked = {"seed": 0, "generator": colour, "scale": 2}
    assert (animate(PHOTO, **asked, strength=0) == fitted(46, 80)).all()
    assert (animate(PHOTO, **asked, still=["water"]) == fitted(46, 80)).all()
    with pytest.raises(InputError, match="older kind"):
        animate(PHOTO, seed=0, generator=colour, direction=90)


def test_what_is_rigid_stands_still_in_each_pixel(network):
    predictor = wrap(network, left_rigid)
    frames = animate(PHOTO, seed=0, generator=predictor, scale=4)
    assert (frames[:, :, :72] == frames[:1, :, :72]).all()
    assert (frames[1:, :, 100:] != frames[:1, :, 100:]).any()
    mask = show_mask(PHOTO, generator=predictor)
    assert mask.shape == PHOTO.shape[:2]
    assert not mask[:, :190].any() and (mask[:, 230:] > 220).all()


def test_a_persons_mask_counts_more_than_what_is_rigid(network):
    white = np.full_like(PHOTO, 255)
    predictor = wrap(network, left_rigid)
    frames = animate(PHOTO, seed=0, generator=predictor, scale=4, moving=white)
    assert (frames[1:, :, :72] != frames[:1, :, :72]).any()


def test_a_generator_comes_with_the_shipped_segmenter(network):
    assert as_predictor(network).segmenter.name == "segmenter"


def test_a_missing_photo_and_a_missing_checkpoint_are_input_errors(tmp_path):
    with pytest.raises(InputError):
        animate(tmp_path / "photo.jpg")
    with pytest.raises(InputError):
        animate(PHOTO, generator=tmp_path / "stage1.keras")
