"""The dials of a motion, each measured on what a predictor worked by hand makes of it."""

import cv2
import numpy as np
import pytest
from PIL import Image

from scenegan.animation.animate import animate, frames, show_mask
from scenegan.animation.dials import AMOUNTS, WIDTH, Dials, draw, quarters_of
from scenegan.animation.motion import VelocityMotion
from scenegan.animation.predictors import PREDICTORS, Predictor, load_predictor
from scenegan.animation.rendering import Frames
from scenegan.errors import InputError
from scenegan.media.photos import read_photo
from scenegan.scenery import CLASSES, MOVING, TERMS

SKY, WATER, PLANTS = range(len(MOVING))


def texture(height=180, width=320, seed=0):
    noise = np.random.default_rng(seed).normal(size=(height, width, 3)).astype(np.float32)
    return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3), None, 0, 255,
                         cv2.NORM_MINMAX).astype(np.uint8)


PHOTO = texture()
OWN = {"seed": 0, "scale": 4, "loop": "none"}          # the 8 frames of `Even`, enlarged


class Even(Predictor):
    """What the networks do, by hand: each kind moves evenly, as fast as it is told.

    It goes right where no direction is given, and, if it is `deaf`, where one is.
    """

    height, width, channels = 45, 80, 3

    def __init__(self, shares=((SKY, 0, 15), (WATER, 15, 30), (PLANTS, 30, 45)), deaf=False):
        self.chances = np.zeros((45, 80, len(CLASSES)), np.float32)
        for kind, first, last in shares:
            self.chances[first:last, :, kind] = 1
        self.deaf = deaf

    def motion(self, photo, seed, dials):
        drawn = draw(seed, photo, dials)
        fields = np.zeros((23, 40, len(MOVING), TERMS, 2), np.float32)
        for kind, (amount, way) in enumerate(zip(drawn.amount, drawn.direction, strict=True)):
            told = way.any() and not self.deaf
            fields[:, :, kind, 0] = amount * (way if told else np.array([1, 0]))
        motion = VelocityMotion(fields, self.chances, 8, dials.still, dials.moving)
        return motion if dials.direction is None else motion.headed(dials.heading)

    def mask(self, photo, dials):
        return VelocityMotion(None, self.chances, 8, dials.still, dials.moving).mask_over(photo)


def shift(clip, rows, columns=slice(60, 260)):
    """(x, y) that a part of a clip's content has moved by, in pixels, y down."""
    first, last = (cv2.cvtColor(clip[index], cv2.COLOR_RGB2GRAY) for index in (0, -1))
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.median(search.calc(first, last, None)[rows, columns], axis=(0, 1))


@pytest.mark.parametrize("deaf", [False, True])
@pytest.mark.parametrize(("degrees", "way"), [(0, (1, 0)), (90, (0, -1)), (180, (-1, 0)),
                                              (-90, (0, 1)), (45, (0.7071, -0.7071))])
def test_direction_is_where_sky_and_water_move(degrees, way, deaf):
    whole = ((SKY, 0, 45),)
    clip = animate(PHOTO, generator=Even(whole, deaf), **OWN, direction=degrees)
    moved = shift(clip, slice(40, 140))
    assert np.linalg.norm(moved) > 3
    assert moved / np.linalg.norm(moved) == pytest.approx(way, abs=0.1)


@pytest.mark.parametrize("strength", [0.5, 2.0])
def test_strength_multiplies_the_speed(strength):
    whole = Even(((WATER, 0, 45),))
    usual, other = (
        shift(animate(PHOTO, generator=whole, **OWN, strength=value), slice(40, 140))
        for value in (1.0, strength))
    assert other[0] / usual[0] == pytest.approx(strength, rel=0.1)


def test_no_strength_is_the_photo():
    assert (animate(PHOTO, generator=Even(), **OWN, strength=0) == PHOTO).all()


@pytest.mark.parametrize("kind", MOVING)
def test_still_holds_one_kind_and_no_other(kind):
    held, other = MOVING.index(kind), (MOVING.index(kind) + 1) % len(MOVING)
    predictor = Even(((held, 0, 22), (other, 22, 45)))
    photo = PHOTO // 4 * 3
    photo[88:] += 64                                   # an edge between the two
    free = animate(photo, generator=predictor, **OWN, strength=3)
    clip = animate(photo, generator=predictor, **OWN, strength=3, still=[kind])
    above, below = np.s_[:, 10:50, 60:260], np.s_[:, 130:170, 60:260]
    assert (free[-1] != photo)[above[1:]].any() and (free[-1] != photo)[below[1:]].any()
    assert (clip[above] == photo[above[1:]]).all()
    assert (clip[-1] != photo)[below[1:]].any()
    assert np.abs(clip[below].astype(int) - free[below]).mean() < 1


def test_a_persons_mask_wins_over_what_is_seen():
    rocks = Even(())                                   # nothing that may move
    assert (animate(PHOTO, generator=rocks, **OWN) == PHOTO).all()
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[:, 80:] = 255
    clip = animate(PHOTO, generator=rocks, **OWN, moving=picture)
    assert (clip[:, :, :159] == PHOTO[:, :159]).all()
    assert (clip[-1, 60:120, 200:300] != PHOTO[60:120, 200:300]).mean() > 0.5
    assert (animate(PHOTO, generator=Even(), **OWN, moving=0 * picture) == PHOTO).all()


def test_the_mask_is_shown_at_the_photos_size_to_be_painted_over():
    photo = texture(240, 320)
    mask = show_mask(photo, generator=Even(((SKY, 0, 20),)))
    assert mask.shape == (240, 320) and mask.dtype == np.uint8
    assert (mask[:80] > 240).all() and (mask[130:] == 0).all()
    assert (show_mask(photo, generator=Even(((SKY, 0, 20),)), still=["sky"]) == 0).all()


def test_a_seed_moves_one_photo_in_one_way_and_another_photo_in_another():
    dials = Dials()
    first, again, other, elsewhere = (draw(*given, dials) for given in (
        (1, PHOTO), (1, PHOTO.copy()), (2, PHOTO), (1, texture(seed=5))))
    assert (first.noise == again.noise).all() and (first.amount == again.amount).all()
    for drawn in (other, elsewhere, draw(None, PHOTO, dials)):
        assert abs(np.corrcoef(first.noise, drawn.noise)[0, 1]) < 0.6
        assert (first.amount != drawn.amount).all()
    assert (first.direction == 0).all()


def test_a_photo_keeps_its_motion_however_it_is_decoded(tmp_path):
    photo = cv2.GaussianBlur(texture(720, 1281), (0, 0), 3)
    paths = [tmp_path / f"{quality}.jpg" for quality in (95, 50)]
    for path in paths:
        Image.fromarray(photo).save(path, quality=int(path.stem))
    kept = [photo, *(read_photo(path, enough=enough) for path in paths for enough in (None, 240)),
            cv2.resize(photo, (515, 290), interpolation=cv2.INTER_AREA)]
    for seed in range(20):
        first, *others = (draw(seed, each, Dials()) for each in kept)
        for other in others:
            assert np.abs(other.noise - first.noise).max() < 0.05
            np.testing.assert_allclose(other.amount, first.amount, rtol=0.02)


def test_a_photo_that_is_cropped_keeps_its_motion():
    class Noted(Even):
        def motion(self, photo, seed, dials):
            drawn.append(draw(seed, photo, dials))
            return super().motion(photo, seed, dials)
    drawn = []
    for size in (None, (200, 200), (320, 60), "network"):
        frames(PHOTO, seed=3, generator=Noted(), size=size)
    for other in drawn[1:]:
        assert (other.noise == drawn[0].noise).all() and (other.amount == drawn[0].amount).all()


def test_quarters_by_hand():
    photo = np.zeros((3, 4, 3), np.uint8)
    photo[0, :2] = 255
    photo[1:, 2:] = 51
    np.testing.assert_allclose(quarters_of(photo), [1, 0, 0, 0.2], atol=1e-6)
    np.testing.assert_allclose(quarters_of(photo[..., :1]), [1, 0, 0, 0.2], atol=1e-6)


def test_amounts_are_within_their_bounds_and_spread_over_them():
    amounts = WIDTH * np.array([draw(seed, PHOTO, Dials()).amount for seed in range(200)])
    for kind, (low, high) in enumerate(AMOUNTS.values()):
        assert (amounts[:, kind] >= low * 0.999).all() and (amounts[:, kind] <= high * 1.001).all()
        assert np.median(amounts[:, kind]) == pytest.approx(np.sqrt(low * high), rel=0.1)


@pytest.mark.parametrize(("dial", "said"), [
    ({"strength": -1}, "strength must be"), ({"strength": float("nan")}, "strength must be"),
    ({"direction": float("inf")}, "number of degrees"),
    ({"still": ("rock",)}, "sky, water, plants")])
def test_a_dial_that_is_none_is_one_line(dial, said):
    with pytest.raises(InputError, match=said) as error:
        animate(PHOTO, seed=0, generator=Even(), **dial)
    assert "\n" not in str(error.value)


def test_frames_are_those_of_the_array_one_by_one():
    made = frames(PHOTO, seed=3, generator=Even(), scale=2, loop=True)
    assert isinstance(made, Frames)
    array = animate(PHOTO, seed=3, generator=Even(), scale=2, loop=True)
    assert made.shape == array.shape == (8, 90, 160, 3)
    assert all((frame == whole).all() for frame, whole in zip(made, array, strict=True))


@pytest.mark.parametrize(("asked", "times"), [({"speed": 0.5}, 0.5), ({"fps": 30}, 0.5),
                                              ({"fps": 7.5}, 2.0)])
def test_speed_and_frames_a_second_multiply_what_moves_between_two_frames(asked, times):
    whole = Even(((WATER, 0, 45),))
    usual, other = (
        shift(animate(PHOTO, generator=whole, **OWN, seconds=0.5, strength=2, **options)[[0, 3]],
              slice(40, 140))
        for options in ({}, asked))
    assert other[0] / usual[0] == pytest.approx(times, rel=0.15)


@pytest.mark.parametrize("size", [(160, 90), (640, 360), (1000, 562)])
def test_a_mask_has_any_size_of_the_photos_aspect_and_soft_edges(size):
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, width // 2:] = np.linspace(0, 255, width - width // 2)[:, None].astype(np.uint8)
    clip = animate(PHOTO, generator=Even(((WATER, 0, 45),)), **OWN, strength=3, moving=picture)
    assert (clip[:, :, :156] == PHOTO[:, :156]).all()
    moved = [shift(clip, slice(40, 140), slice(first, first + 30))[0] for first in (180, 230, 280)]
    assert 0 < moved[0] < 0.8 * moved[1] < 0.8 * moved[2]
    for other in (picture[:, : width // 2], picture[: height // 2]):
        with pytest.raises(InputError, match="proportions"):
            animate(PHOTO, generator=Even(), **OWN, moving=other)


def test_an_animation_has_any_size():
    clip = animate(PHOTO, seed=3, generator=Even(), size=(203, 117), seconds=0.5)
    assert clip.shape == (8, 117, 203, 3) and (clip[1:] != clip[0]).any()


def test_a_suffix_says_which_predictor_a_file_holds(tmp_path, monkeypatch):
    monkeypatch.setitem(PREDICTORS, ".hand", __name__)
    (tmp_path / "even.hand").write_text("")
    assert isinstance(load_predictor(tmp_path / "even.hand"), Even)


def load(path):
    return Even()
