"""The camera's motion: measured and taken out of clips whose motion is known."""

import cv2
import numpy as np
import pytest

from scenegan.data.clips.camera_motion import camera_motion, largest_window, shift, stabilise

HEIGHT, WIDTH = 90, 160


def landscape(seed=0, height=180, width=320):
    """A large picture full of corners."""
    rng = np.random.default_rng(seed)
    image = np.full((height, width, 3), 120, np.uint8)
    for _ in range(400):
        x, y, size = rng.integers(width), rng.integers(height), rng.integers(3, 20)
        colour = rng.integers(0, 256, 3).tolist()
        cv2.rectangle(image, (int(x), int(y)), (int(x + size), int(y + size)), colour, -1)
    return cv2.GaussianBlur(image, (0, 0), 1)


def filmed(path, zoom=1.0, image=None):
    """Frames of a landscape by a camera that follows `path`, (x, y) pixels from the middle."""
    image = landscape() if image is None else image
    frames = []
    for step, (x, y) in enumerate(path):
        scale = zoom ** step
        matrix = np.float32([[scale, 0, WIDTH / 2 - scale * (160 + x)],
                             [0, scale, HEIGHT / 2 - scale * (90 + y)]])
        frames.append(cv2.warpAffine(image, matrix, (WIDTH, HEIGHT)))
    return np.stack(frames)


def water(frames, seed=1):
    """The same with a river of noise, another one in each frame, over the lower third."""
    rng = np.random.default_rng(seed)
    frames = frames.copy()
    frames[:, 60:] = rng.integers(0, 256, frames[:, 60:].shape, np.uint8)
    return frames


@pytest.mark.parametrize("speed", [0.1, 0.5, 1.0])
def test_a_pan_is_measured_in_pixels_a_frame(speed):
    pan = [(speed * step, 0) for step in range(32)]
    assert camera_motion(water(filmed(pan))) == pytest.approx(speed, rel=0.1)


def test_a_camera_at_rest_has_none_however_much_water_flows():
    assert camera_motion(water(filmed([(0, 0)] * 32))) < 0.01


def test_drifting_clouds_over_a_still_land_are_not_the_camera():
    land, sky = filmed([(0, 0)] * 32), filmed([(step, 0) for step in range(32)])
    land[:, :60] = sky[:, :60]
    assert camera_motion(land) < 0.01


def test_a_zoom_is_motion():
    assert camera_motion(filmed([(0, 0)] * 32, zoom=1.004)) > 0.1


@pytest.mark.parametrize("frames", [
    np.full((32, HEIGHT, WIDTH, 3), 90, np.uint8),
    np.random.default_rng(0).integers(0, 256, (32, HEIGHT, WIDTH, 3), np.uint8)])
def test_where_nothing_rigid_is_to_be_seen_it_cannot_be_told(frames):
    assert camera_motion(frames) is None


def test_a_shaken_clip_comes_to_rest():
    steps = np.cumsum(np.random.default_rng(3).normal(0, 0.7, (32, 2)), axis=0)
    shaken = water(filmed(steps))
    settled = stabilise(shaken)
    rows, columns = settled.shape[1:3]
    assert rows / columns == pytest.approx(HEIGHT / WIDTH, rel=0.05) and columns >= 0.6 * WIDTH
    assert camera_motion(settled) < 0.02
    land = slice(5, 40)                                        # above the water
    before, after = (np.abs(np.diff(frames[:, land].astype(np.int16), axis=0)).mean()
                     for frames in (shaken, settled))
    assert after < before / 4


def test_no_border_is_left_in_a_stabilised_clip():
    image = np.maximum(landscape(), 40)
    settled = stabilise(filmed([(step, 0) for step in range(32)], image=image))
    assert settled.min() >= 30                                 # outside the picture it is black


@pytest.mark.slow
def test_a_camera_that_leaves_the_scene_cannot_be_followed():
    assert stabilise(filmed([(3 * step, 0) for step in range(32)])) is None
    assert stabilise(np.random.default_rng(0).integers(0, 256, (8, HEIGHT, WIDTH, 3),
                                                       np.uint8)) is None


@pytest.mark.slow
def test_the_same_clip_gives_the_same_result():
    clip = water(filmed([(0.3 * step, 0.1 * step) for step in range(32)]))
    cv2.setRNGSeed(7)
    first = stabilise(clip)
    cv2.setRNGSeed(8)
    np.testing.assert_array_equal(first, stabilise(clip))


def test_shift_of_a_translation():
    assert shift(np.array([[1, 0, 3], [0, 1, 4], [0, 0, 1.0]]), (90, 160)) == pytest.approx(5)


def test_largest_window_lies_inside():
    inside = np.ones((90, 160), np.uint8)
    assert largest_window(inside) == (slice(0, 90), slice(0, 160))
    inside[:, :20] = 0
    rows, columns = largest_window(inside)
    assert columns.start >= 20 and inside[rows, columns].all()
    assert columns.stop - columns.start >= 138
    inside[40:50] = 0
    assert largest_window(inside) is None
