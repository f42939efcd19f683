"""Masks from probabilities that are known, over photos with known edges."""

import cv2
import numpy as np
import pytest

from scenegan.animation import masks
from scenegan.animation.motion import VelocityMotion
from scenegan.scenery import CLASSES, MOVING, TERMS

HEIGHT, WIDTH, HORIZON = 180, 320, 100


def photo(height=HEIGHT, horizon=HORIZON):
    """A bright sky over dark land, both textured."""
    width = height * WIDTH // HEIGHT
    picture = np.random.default_rng(0).integers(-8, 9, (height, width, 3))
    picture += np.where(np.arange(height)[:, None, None] < horizon, 190, 60)
    return picture.astype(np.uint8)


def chances(**rows):
    """Probabilities at 45x80: dict from a class to the rows that are it for certain."""
    shares = np.zeros((45, 80, len(CLASSES)), np.float32)
    for name, part in rows.items():
        shares[part, :, CLASSES.index(name)] = 1
    return shares


SCENE = chances(sky=slice(0, 26), rigid=slice(26, 45))  # its edge at 104 of 180: four rows too low


def masks_of(picture, shares=SCENE, still=(), moving=None):
    models = masks.edge_filter(np.ascontiguousarray(shares[..., :len(MOVING)]), picture)
    return masks.motion_masks(models, picture, still,
                              masks.fitted_picture(moving, *picture.shape[:2]))


@pytest.mark.parametrize("scale", [1, 3])
def test_a_mask_follows_the_photos_edge_at_any_size(scale):
    mask = masks_of(photo(HEIGHT * scale, HORIZON * scale))
    enlarged = cv2.resize(SCENE, (WIDTH * scale, HEIGHT * scale))[..., 0]
    row = HORIZON * scale
    assert (enlarged[row + scale] > 0.6).all()         # without the filter it reaches the land
    assert (mask[row:] == 0).all() and (mask[:row - 8 * scale, :, 0] > 0.9).all()
    assert (mask[..., 1:] == 0).all()


def test_a_ridge_as_bright_as_the_sky_is_told_by_its_colour():
    """A narrow peak that the segmenter is too coarse for: blue sky, brown rock of the same luma."""
    picture = np.full((HEIGHT, WIDTH, 3), (40, 120, 200), np.uint8)
    rock = np.zeros((HEIGHT, WIDTH), bool)
    rock[HORIZON:] = True
    rock[HORIZON - 6:HORIZON, 150:162] = True
    picture[rock] = (170, 85, 40)
    sky, land = picture[[0, -1], 0] @ (0.299, 0.587, 0.114)
    assert abs(sky - land) < 1
    mask = masks_of(picture)
    assert (mask[rock] == 0).all() and (mask[:HORIZON - 24, :, 0] > 0.9).all()


def test_the_speed_rises_smoothly_from_what_stands():
    share = np.zeros((100, 200, len(MOVING)), np.float32)
    share[:50, :, 0] = 1
    rise = masks.ramp(share.any(axis=-1))[:, 100]
    assert (rise[49:] == 0).all() and rise[46] == pytest.approx(0.5) and (rise[:43] == 1).all()
    assert (masks.ramp(np.ones((9, 16), bool)) == 1).all()


def test_velocities_inwards_fade_at_the_border():
    fade = masks.inflow(200, 100)
    assert fade[0] == 0 and fade[7] == 1 and (np.diff(fade) >= 0).all()
    assert fade[3] == pytest.approx(3 * (3 / 7) ** 2 - 2 * (3 / 7) ** 3)


def test_what_is_asked_to_stand_still_has_no_mask():
    shares = chances(sky=slice(0, 20), water=slice(20, 45))
    picture = photo()
    both, sky = masks_of(picture, shares), masks_of(picture, shares, still=("sky",))
    assert (sky[..., 0] == 0).all() and both[..., 0].any()
    assert (sky[..., 1] == both[..., 1]).all() and sky[..., 1].any()


def test_a_persons_mask_wins_over_the_networks():
    """The land moves where it is painted white, the sky stands where it is painted black."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:, 160:] = 255
    shares = SCENE.copy()
    shares[26:] = (0, 0.1, 0, 0.9, 0)                  # of what may move, water is the likeliest
    mask = masks_of(photo(), shares, moving=picture)
    assert (mask[:, :160] == 0).all()
    np.testing.assert_allclose(mask[:, 161:].sum(axis=-1), 1, atol=1e-5)
    assert (mask[120:, 161:, 1] == 1).all()
    gray = np.full((HEIGHT, WIDTH, 3), 51, np.uint8)   # a fifth
    np.testing.assert_allclose(masks_of(photo(), shares, moving=gray).sum(axis=-1), 0.2, atol=1e-5)


@pytest.mark.parametrize("still", [(), ("sky",)])
@pytest.mark.parametrize("person", [False, True])
def test_the_picture_of_what_may_move_is_the_sum_of_the_masks(still, person):
    shares = chances(sky=slice(0, 20), rigid=slice(20, 30), plants=slice(30, 35),
                     water=slice(35, 45))
    moving = np.tile(np.arange(WIDTH)[:, None] % 256, (HEIGHT, 1, 3)).reshape(
        HEIGHT, WIDTH, 3).astype(np.uint8) if person else None
    picture = VelocityMotion(None, shares, 8, still, moving).mask_over(photo())
    expected = 255 * masks_of(photo(), shares, still, moving).sum(axis=-1)
    assert np.abs(picture - expected).max() <= 0.51 and picture.any()


def test_land_is_the_same_to_the_last_bit_in_every_frame():
    fields = np.zeros((23, 40, len(MOVING), TERMS, 2), np.float32)
    fields[..., 0, :] = 0.005
    from scenegan.animation.rendering import Frames
    frames = Frames(photo(720, 400), VelocityMotion(fields, SCENE, 8)).array()
    assert (frames[:, 400:] == frames[0, 400:]).all()
    assert (frames[1:, 50:300, 200:1000] != frames[0, 50:300, 200:1000]).mean() > 0.5


def test_a_narrow_sky_goes_faster_where_it_is_free():
    """Its mean speed stays what it was without slow edges, up to a bound."""
    share = np.zeros((90, 160, len(MOVING)), np.float32)
    share[:30, :, 0] = 1
    gain = masks.gains(share)
    assert gain[0] == pytest.approx(share.sum() / (share * masks.ramps(share)).sum(), rel=1e-5)
    assert 1.05 < gain[0] < masks.SWIFTEST and (gain[1:] == 1).all()
    share[4:] = 0
    assert masks.gains(share)[0] == masks.SWIFTEST
    share[:] = [1, 0, 0]
    assert masks.gains(share)[0] == 1
