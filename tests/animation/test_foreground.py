"""What stands before the sky, in pictures drawn by hand."""

import cv2
import numpy as np
import pytest

from scenegan.animation.foreground import before_sky
from scenegan.scenery import MOVING

HEIGHT, WIDTH, GROUND = 180, 320, 150
CHANCES = np.zeros((HEIGHT, WIDTH, len(MOVING)), np.float32)
CHANCES[:GROUND, :, MOVING.index("sky")] = 1


def sky():
    """A blue sky with soft clouds over dark ground."""
    clouds = cv2.GaussianBlur(np.random.default_rng(0).normal(size=(HEIGHT, WIDTH)), None, 12)
    picture = np.clip([90, 140, 200] + 900 * clouds[..., None], 40, 245)
    picture[GROUND:] = 60
    return picture.astype(np.uint8)


def drawn(*line, colour=(160, 110, 40), thickness=2):
    picture, where = sky(), np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.line(picture, *line, colour, thickness)
    cv2.line(where, *line, 1, thickness)
    where[GROUND:] = 0
    return picture, where.astype(bool)


@pytest.mark.parametrize("line", [((100, 60), (110, 170)), ((200, 20), (200, 160)),
                                  ((30, 100), (60, 155))])
def test_a_stalk_stands_and_the_clouds_do_not(line):
    picture, where = drawn(*line)
    stands = before_sky(picture, CHANCES)
    assert stands[where].mean() > 0.9 and (stands > 0)[~where].mean() < 0.01
    assert not before_sky(sky(), CHANCES).any()


@pytest.mark.parametrize(("line", "thickness"), [
    (((100, 40), (140, 40)), 2),       # far from the ground: a gap between clouds
    (((100, 145), (100, 155)), 2),     # short
    (((100, 60), (100, 170)), 30)])    # not thin
def test_other_dark_things_are_left_to_the_segmenter(line, thickness):
    picture, _ = drawn(*line, thickness=thickness)
    assert not before_sky(picture, CHANCES).any()


def test_a_stalk_before_water_alone_is_not_of_the_sky():
    picture, _ = drawn((100, 60), (110, 170))
    assert not before_sky(picture, CHANCES[..., [1, 0, 2]]).any()


def test_the_sun_stands_with_its_glow_and_many_bright_clouds_do_not():
    picture = sky()
    cv2.circle(picture, (90, 60), 8, (255, 255, 255), -1)
    stands = before_sky(picture, CHANCES)
    assert stands[52:69, 82:99].all() and stands[46, 90] and not stands[:, :60].any()
    cv2.circle(picture, (200, 60), 8, (255, 255, 255), -1)
    assert not before_sky(picture, CHANCES).any()


def test_a_bare_white_sky_is_no_sun():
    picture = sky()
    picture[:GROUND] = 255
    assert not before_sky(picture, CHANCES).any()


def test_a_gray_photo_has_them_too():
    picture, where = drawn((100, 60), (110, 170), colour=(20, 20, 20))
    gray = picture.mean(axis=-1, keepdims=True).astype(np.uint8)
    assert before_sky(gray, CHANCES)[where].mean() > 0.9
