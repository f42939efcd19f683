"""Water that falls: it is told by its streaks, and goes down."""

import cv2
import numpy as np
import pytest

from scenegan.animation.dials import LEAN, Dials, draw
from scenegan.animation.falls import water_falls
from scenegan.animation.network_predictors import VelocityPredictor
from scenegan.scenery import CLASSES, MOVING, TERMS

WATER = CLASSES.index("water")


def streaks(upright, height=360, width=480, seed=0):
    """A photo whose texture is longer one way."""
    noise = np.random.default_rng(seed).normal(size=(height, width)).astype(np.float32)
    across, down = (4, 24) if upright else (24, 4)
    blurred = cv2.GaussianBlur(noise, (0, 0), sigmaX=across, sigmaY=down)
    gray = cv2.normalize(blurred, None, 40, 220, cv2.NORM_MINMAX).astype(np.uint8)
    return gray[..., None].repeat(3, axis=-1)


def chances(rows=slice(None), columns=slice(None)):
    """Probabilities of water in a part of the photo, and of rigid elsewhere."""
    found = np.zeros((45, 60, len(CLASSES)), np.float32)
    found[..., CLASSES.index("rigid")] = 1
    found[rows, columns] = np.eye(len(CLASSES))[WATER]
    return found


@pytest.mark.parametrize("gray", [False, True])
def test_upright_streaks_fall_and_level_ones_do_not(gray):
    channels = 1 if gray else 3
    assert water_falls(streaks(upright=True)[..., :channels], chances())
    assert not water_falls(streaks(upright=False)[..., :channels], chances())


def test_only_what_is_water_tells():
    photo = np.concatenate([streaks(upright=True), streaks(upright=False)], axis=1)
    assert water_falls(photo, chances(columns=slice(0, 30)))
    assert not water_falls(photo, chances(columns=slice(30, 60)))
    assert not water_falls(streaks(upright=True), chances(slice(0, 3), slice(0, 3)))   # too little
    assert not water_falls(streaks(upright=True), chances(slice(0, 0)))


def test_the_shore_of_a_narrow_river_is_no_streak():
    photo = streaks(upright=False)
    photo[:, :200] = photo[:, 280:] = 0                         # black banks
    assert not water_falls(photo, chances(columns=slice(25, 35)))


def test_falling_water_goes_down_by_a_way_of_the_seeds_own():
    photo = streaks(upright=True)
    ways = np.array([draw(seed, photo, Dials(), falls=True).direction for seed in range(50)])
    angles = np.degrees(np.arctan2(*ways[:, MOVING.index("water")].T))      # 0 is down
    assert np.abs(angles).max() <= LEAN + 1e-3 and np.ptp(angles) > LEAN
    assert not np.delete(ways, MOVING.index("water"), axis=1).any()         # the noise chooses
    assert not draw(0, photo, Dials()).direction.any()
    asked = draw(0, photo, Dials(direction=0), falls=True).direction
    np.testing.assert_allclose(asked, [[1, 0]] * len(MOVING), atol=1e-6)


def test_a_predictor_tells_its_network_where_water_falls():
    told = []

    def network(inputs):
        told.append(inputs["direction"][0])
        return {"fields": np.zeros((1, 9, 16, len(MOVING), TERMS, 2), np.float32)}

    def segmenter(photos, training):
        _, height, width, _ = photos.shape
        return np.tile(9 * np.eye(len(CLASSES))[WATER], (1, height // 4, width // 4, 1))
    predictor = VelocityPredictor(network, segmenter, (32, 9, 16, 3), (18, 32))
    for upright in (True, False):
        predictor.motion(streaks(upright), 0, Dials())
    assert told[0][MOVING.index("water")][1] > 0.9
    assert not told[1].any()
