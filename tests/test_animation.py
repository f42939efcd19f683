"""Animations with an untrained generator: the contract of size, first frame, seed and detail."""

import cv2
import numpy as np
import pytest
from PIL import Image

from scenegan import pixels
from scenegan.animation import animate, render
from scenegan.errors import InputError
from scenegan.models.generator import build_generator, motion_of
from scenegan.stages import NOISE_SIZE, stage

pytestmark = pytest.mark.slow          # Keras

PHOTO = np.random.default_rng(0).integers(0, 256, (200, 400, 3), np.uint8)


@pytest.fixture(scope="module", params=[1, 3])
def generator(request):
    return build_generator(stage(1, request.param))


@pytest.fixture(scope="module")
def colour():
    return build_generator(stage(1))


def fitted(height, width, channels=3):
    return pixels.to_channels(pixels.fit(PHOTO, height, width), channels)


@pytest.mark.parametrize("scale", [1, 2, 8])
def test_first_frame_is_the_photo_at_every_scale(generator, scale):
    channels = generator.output.shape[-1]
    animation = animate(PHOTO, 0, generator, scale)
    assert animation.dtype == np.uint8
    assert animation.shape == (32, 23 * scale, 40 * scale, channels)
    assert (animation[0] == fitted(23 * scale, 40 * scale, channels)).all()
    assert (animation[1:] != animation[0]).any()


def test_scale_one_is_the_networks_own_clip(colour):
    noise = np.random.default_rng(7).standard_normal((1, NOISE_SIZE)).astype(np.float32)
    clip = colour([pixels.to_float(fitted(23, 40))[None], noise])
    assert (animate(PHOTO, 7, colour) == pixels.to_uint8(clip[0])).all()


def test_the_renderer_at_the_networks_size_agrees_with_the_network(colour):
    photo = cv2.GaussianBlur(PHOTO, (0, 0), 25)       # smooth: the samplers differ in detail
    photo = cv2.normalize(photo, None, 0, 255, cv2.NORM_MINMAX)
    small = pixels.fit(photo, 23, 40)
    noise = np.random.default_rng(7).standard_normal((1, NOISE_SIZE)).astype(np.float32)
    maps = motion_of(colour)([pixels.to_float(small)[None], noise])
    rendered = render(small, *[np.asarray(part)[0] for part in maps])
    own = animate(photo, 7, colour).astype(int)
    assert np.abs(own - own[:1]).mean() > 5
    assert np.abs(rendered - own).mean() < 1


def test_a_loop_ends_where_it_begins(colour):
    """The step over its end is no larger than the steps inside; without it, it is a jump."""
    photo = cv2.GaussianBlur(PHOTO, (0, 0), 9)
    photo = cv2.normalize(photo, None, 0, 255, cv2.NORM_MINMAX)

    def steps(loop):
        frames = animate(photo, 7, colour, 2, loop).astype(int)
        return np.abs(np.diff(frames, axis=0, append=frames[:1])).mean(axis=(1, 2, 3))

    jump, closed = steps(False), steps(True)
    assert jump[-1] > 2 * jump[:-1].mean()
    assert closed[-1] < 1.5 * closed[:-1].max()
    np.testing.assert_allclose(closed[:21], jump[:21])          # so far it is as it was
    assert (animate(photo, 7, colour, 1, True)[0] == pixels.fit(photo, 23, 40)).all()


@pytest.mark.parametrize(("scale", "loop"), [(1, False), (3, True)])
def test_what_is_painted_black_stands_still(colour, scale, loop):
    moving = np.zeros((50, 100, 3), np.uint8)
    moving[:, 50:] = 255
    free = animate(PHOTO, 7, colour, scale, loop).astype(int)
    held = animate(PHOTO, 7, colour, scale, loop, moving).astype(int)
    left, right = np.s_[:, :, :18 * scale], np.s_[:, :, 22 * scale:]      # not the seam
    assert (held[left] == held[:1][left]).all() and (free[left] != free[:1][left]).any()
    change = np.abs(free - free[:1])[right].mean()
    assert np.abs(held - free)[right].mean() < 0.1 * change        # the sampler, at scale 1


def test_a_picture_of_what_moves_has_the_photos_proportions(colour):
    with pytest.raises(InputError, match="proportions"):
        animate(PHOTO, 7, colour, moving=np.zeros((60, 60, 3), np.uint8))


def test_a_seed_picks_one_motion(colour):
    first = animate(PHOTO, 1, colour)
    assert (first == animate(PHOTO, 1, colour)).all()
    assert (first != animate(PHOTO, 2, colour)).any()
    assert (animate(PHOTO, None, colour) != animate(PHOTO, None, colour)).any()


def test_a_path_is_read_and_a_saved_generator_loaded(tmp_path, colour):
    Image.fromarray(PHOTO).save(tmp_path / "photo.png")
    colour.save(tmp_path / "stage1.keras")
    animation = animate(tmp_path / "photo.png", 3, str(tmp_path / "stage1.keras"))
    assert np.abs(animation.astype(int) - animate(PHOTO, 3, colour)).max() <= 1


@pytest.mark.parametrize("photo", [
    PHOTO.astype(np.float32), PHOTO[..., 0], PHOTO[:0], np.zeros((20, 20, 4), np.uint8)])
def test_an_array_of_another_kind_is_refused(colour, photo):
    with pytest.raises(ValueError, match="photo must be"):
        animate(photo, 0, colour)


@pytest.mark.parametrize("scale", [0, -1, 1.5])
def test_scale_is_a_whole_number_from_one(colour, scale):
    with pytest.raises(ValueError, match="scale must be"):
        animate(PHOTO, 0, colour, scale)


def test_a_missing_photo_and_a_missing_checkpoint_are_input_errors(tmp_path):
    with pytest.raises(InputError):
        animate(tmp_path / "photo.jpg")
    with pytest.raises(InputError):
        animate(PHOTO, generator=tmp_path / "stage1.keras")


# The renderer, with motions worked by hand

def still(frames=2, rows=9, columns=16, channels=3):
    grid = (frames, rows, columns)
    return (np.zeros((*grid, 2), np.float32), np.zeros((*grid, 1), np.float32),
            np.zeros((*grid, channels), np.float32))


def test_a_shift_moves_the_large_photo_and_clamps_its_edges():
    large = fitted(72, 128)
    displacement, mask, change = still()
    displacement[1, ..., 0] = 8 / 128                 # from 8 pixels further right
    displacement[1, ..., 1] = -4 / 72                 # and 4 further up
    moved = render(large, displacement, mask, change)[1]
    expected = np.pad(large, ((4, 0), (0, 8), (0, 0)), mode="edge")[:72, 8:]
    assert np.abs(moved.astype(int) - expected).max() <= 1


def test_a_change_is_painted_by_as_much_as_the_mask_says():
    flat = np.full((72, 128, 3), 60, np.uint8)
    displacement, mask, change = still()
    mask[1], change[1] = 0.5, 80 / 127.5
    animation = render(flat, displacement, mask, change)
    assert (animation[0] == 60).all() and (animation[1] == 100).all()


def test_the_maps_lie_over_the_photo_without_a_shift():
    """A mask over the left half covers the left half: pixels have centres."""
    flat = np.zeros((72, 128, 1), np.uint8)
    displacement, mask, change = still(channels=1)
    mask[1, :, :8], change[1] = 1.0, 2.0
    white = render(flat, displacement, mask, change)[1] > 127
    assert white[:, :64].all() and not white[:, 64:].any()


def test_what_is_painted_keeps_the_photos_detail():
    large = np.minimum(fitted(72, 128), 200)
    displacement, mask, change = still()
    mask[1], change[1] = 1.0, 50 / 127.5
    painted = render(large, displacement, mask, change)[1]
    assert np.abs(painted.astype(int) - large - 50).max() <= 1


def test_gray_and_rgb_turn_into_each_other():
    red = np.full((2, 3, 3), (255, 0, 0), np.uint8)
    gray = pixels.to_channels(red, 1)
    assert gray.shape == (2, 3, 1) and (gray == 76).all()            # 0.299 * 255 = 76.2
    assert (pixels.to_channels(gray, 3) == 76).all() and pixels.to_channels(gray, 3).shape[-1] == 3
    assert pixels.to_channels(red, 3) is red and pixels.to_channels(gray, 1) is gray
