"""The renderer, with motions worked by hand."""

from itertools import islice

import cv2
import numpy as np
import pytest

from scenegan import pixels
from scenegan.animation.looping import schedule
from scenegan.animation.motion import FittedMotion, FrameMotion, Motion
from scenegan.animation.paths import Path, follow, masked_terms
from scenegan.animation.rendering import Frames
from scenegan.scenery import MOVING, TERMS

PHOTO = np.random.default_rng(0).integers(0, 256, (200, 400, 3), np.uint8)
LARGE = pixels.fit(PHOTO, 72, 128)


def render(photo, *maps, **options):
    return Frames(photo, FrameMotion(*maps), **options).array()


def still(frames=2, rows=9, columns=16, channels=3):
    grid = (frames, rows, columns)
    return (np.zeros((*grid, 2), np.float32), np.zeros((*grid, 1), np.float32),
            np.zeros((*grid, channels), np.float32))


def test_a_shift_moves_the_large_photo_and_clamps_its_edges():
    large = LARGE
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
    large = np.minimum(LARGE, 200)
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


# Velocities that are known: what follows along them

def smooth_photo(height, width, channels=3):
    noise = np.random.default_rng(1).integers(0, 256, (height // 8, width // 8, channels), np.uint8)
    return cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC).reshape(
        height, width, channels)


def fields_of(*velocity, rows=9, columns=16, kind=0):
    """The same steady velocity everywhere, of one kind."""
    fields = np.zeros((rows, columns, len(MOVING), TERMS, 2), np.float32)
    fields[:, :, kind, 0] = velocity
    return fields


class Flow(Motion):
    """Fields and masks as they are, without a photo's edges."""

    frames, reach = 9, 12

    def __init__(self, fields, share):
        self.terms = masked_terms(fields, share)

    def over(self, photo, period=32):
        path = Path(self.terms, period)
        return FittedMotion(lambda moment: (path.at(moment), None))


def everywhere(height, width, kind=0):
    share = np.zeros((height, width, len(MOVING)), np.float32)
    share[..., kind] = 1
    return share


def places(fields, share, step=1.0, number=9):
    """Displacements in pixels, `(number, rows, columns, 2)`."""
    height, width, _ = share.shape
    maps = list(islice(follow(masked_terms(fields, share), step), number))
    return np.stack(maps) * (width, height)


def test_an_even_velocity_moves_a_texture_by_as_many_pixels():
    photo = smooth_photo(90, 160)
    frames = Frames(photo, Flow(fields_of(1 / 160, -0.5 / 160), everywhere(90, 160))).array()
    inner = np.s_[20:70, 40:120]
    moved = np.roll(photo, (-4, 8), (0, 1))            # to the right by 8 and up by 4
    assert np.abs(frames[8][inner].astype(int) - moved[inner]).mean() < 1
    assert np.abs(frames[8][inner].astype(int) - photo[inner]).mean() > 10


@pytest.mark.parametrize("axis", [0, 1])
def test_nothing_comes_in_from_beyond_the_border_and_along_it_things_move(axis):
    velocity = np.roll([1 / 160, 0], axis)
    maps = places(fields_of(*velocity), everywhere(90, 160))[-1]
    assert np.abs(maps[45, 80, axis]) == pytest.approx(8, abs=0.01)
    source = np.stack(np.meshgrid(np.arange(160), np.arange(90)), axis=-1) + maps
    assert (source >= 0).all()
    border = maps[:, 0] if axis == 0 else maps[0]
    assert (border[..., axis] == 0).all()
    along = maps[0, 80] if axis == 0 else maps[45, 0]  # the sides that it passes along
    assert along[axis] == pytest.approx(-8, abs=0.01)


def test_a_rotation_keeps_its_centre():
    y, x = np.mgrid[:9, :17].astype(np.float32)
    fields = np.zeros((9, 17, len(MOVING), TERMS, 2), np.float32)
    fields[:, :, 0, 0] = np.stack([-(y - 4), x - 8], axis=-1) * 0.05 / 17
    maps = places(fields, everywhere(90, 170), number=11)[-1]
    centre = maps[44:46, 84:86].mean(axis=(0, 1))
    assert np.abs(centre).max() < 0.05
    # 20 pixels from it, 10 frames of 0.05 radians
    expected = 20 * np.array([np.cos(0.5) - 1, -np.sin(0.5)])
    assert maps[45, 105] == pytest.approx(expected, abs=0.6)


def test_going_back_undoes_going_on():
    maps = places(fields_of(0.5 / 160, 0), everywhere(90, 160))
    back = places(fields_of(0.5 / 160, 0), everywhere(90, 160), step=-1.0)
    np.testing.assert_allclose(maps[:, 40:50, 40:120], -back[:, 40:50, 40:120], atol=1e-4)


def test_a_mode_comes_back_after_its_period():
    fields = fields_of(0, 0)
    fields[:, :, 0, 1, 0] = 1 / 160                    # the cosine of the lowest mode
    maps = places(fields, everywhere(90, 160), number=33)[:, 45, 80]
    assert np.abs(maps[32]).max() < 0.01
    assert maps[8, 0] == pytest.approx(-32 / (2 * np.pi), abs=0.05)     # its integral's crest


def test_a_path_is_followed_through_a_velocity_that_changes_along_it():
    """x' = a x has the path x exp(a t); adding up the speed of one place would say x (1 + a t)."""
    fields = fields_of(0, 0)
    fields[:, :, 0, 0, 0] = (np.arange(16) + 0.5) / 16 * 2 / 160        # up to 2 pixels a frame
    maps = places(fields, everywhere(90, 160), number=33)[-1]
    assert 100 + maps[45, 100, 0] == pytest.approx(100 * np.exp(-32 * 2 / 160), abs=1)


def test_what_no_mask_covers_stays_exactly():
    share = everywhere(90, 160)
    share[:, :80] = 0
    frames = Frames(PHOTO[:90, :160], Flow(fields_of(2 / 160, 0), share)).array()
    assert (frames[:, :, :80] == PHOTO[:90, :80]).all()
    assert (frames[1:, :, 100:] != PHOTO[:90, 100:160]).any()


@pytest.mark.parametrize(("height", "width"), [(45, 80), (91, 163), (300, 400)])
@pytest.mark.parametrize("channels", [1, 3])
def test_frame_one_is_the_photo_at_any_size(height, width, channels):
    photo = pixels.to_channels(pixels.fit(PHOTO, height, width), channels)
    motion = Flow(fields_of(2 / 160, 0), everywhere(90, 160))
    frames = list(Frames(photo, motion))
    assert (frames[0] == photo).all() and (frames[1] != photo).any()
    assert {frame.shape for frame in frames} == {(height, width, channels)}


def test_frames_are_shrunk_to_the_photo_that_they_are_to_fit():
    fitted = pixels.fit(PHOTO, 45, 80)
    share = everywhere(90, 160)
    share[:, :80] = 0
    frames = Frames(pixels.fit(PHOTO, 90, 160), Flow(fields_of(2 / 160, 0), share), fitted=fitted)
    array = frames.array()
    assert array.shape == frames.shape == (9, 45, 80, 3) and (array[0] == fitted).all()
    assert (array[:, :, :40] == fitted[:, :40]).all()
    assert (array[1:, :, 50:] != fitted[:, 50:]).any()


@pytest.mark.parametrize("loop", ["phases", "fade", "back"])
def test_a_loop_closes(loop):
    """The step over its end is at most 1.2 times the mean step; without a loop it is a jump."""
    photo = smooth_photo(90, 160)
    motion = Flow(fields_of(1 / 160, 0), everywhere(90, 160))

    def steps(loop):
        frames = Frames(photo, motion, schedule(12, 1.0, loop, 12)).array().astype(int)
        assert (frames[0] == photo).all()
        return np.abs(np.diff(frames, axis=0, append=frames[:1])).mean(axis=(1, 2, 3))
    jump, closed = steps("none"), steps(loop)
    assert jump[-1] > 3 * jump[:-1].mean()
    assert closed[-1] < 1.2 * closed[:-1].mean()


def test_frames_are_rendered_as_they_are_asked_for():
    asked = []

    class Counted(Flow):
        def over(self, *given, **options):
            fitted = super().over(*given, **options)
            return FittedMotion(lambda moment: asked.append(moment) or fitted.at(moment))
    frames = Frames(smooth_photo(90, 160), Counted(fields_of(1 / 160, 0), everywhere(90, 160)))
    asked.clear()
    iterator = iter(frames)
    assert asked == []
    next(iterator), next(iterator)
    assert asked == [0, 1]
    assert len(list(frames)) == len(frames) == 9


def test_frames_of_several_rounds_are_those_of_one():
    motion = Flow(fields_of(1 / 160, 0), everywhere(90, 160))
    frames = Frames(smooth_photo(90, 160), motion, schedule(12, 1.0, "phases", 6))
    assert frames.rounds == 2 and len(frames.once()) == 6 and frames.once().rounds == 1
    each = np.stack(list(frames))
    assert (frames.array() == each).all() and (each[6:] == each[:6]).all()
    assert (each[3] != each[0]).any()


def test_a_path_can_be_asked_for_earlier_moments():
    terms = masked_terms(fields_of(1 / 160, 0.5 / 160), everywhere(90, 160))
    maps = list(islice(follow(terms, 1.0), 9))
    path = Path(terms)
    for moment in (0, 3, 8, 2, 5, 0.5, 7):
        expected = maps[int(moment)] if moment != 0.5 else (maps[0] + maps[1]) / 2
        np.testing.assert_allclose(path.at(moment), expected, atol=1e-7)
