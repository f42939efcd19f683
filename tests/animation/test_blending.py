"""Two phases of one motion: what is not known is filled, what is sharp stays sharp."""

import cv2
import numpy as np
import pytest

from scenegan.animation import blending
from scenegan.animation.blending import share_of_second, trust
from scenegan.animation.looping import LOOPS, schedule
from scenegan.animation.motion import FARTHEST, VelocityMotion
from scenegan.animation.rendering import Frames
from scenegan.animation.sampling import interpolated
from scenegan.animation.shading import Shading
from scenegan.scenery import CLASSES, MOVING, TERMS


def textured(height=180, width=320, seed=0):
    """Gray noise as photos have it: less of it the finer it is."""
    noise = np.random.default_rng(seed).normal(size=(height, width, 1))
    shape = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)) + 0.01
    values = np.fft.irfft2(np.fft.rfft2(noise[..., 0]) / shape, s=(height, width))
    return np.clip(128 + 40 * values / values.std(), 0, 255).astype(np.uint8)[..., None].repeat(
        3, axis=-1)


def drift(kinds, x=0.15 / 80, y=0.0):
    """Everything flows evenly: dict from a kind to its rows at 45x80."""
    fields = np.zeros((23, 40, len(MOVING), TERMS, 2), np.float32)
    fields[:, :, :, 0] = x, y
    chances = np.zeros((45, 80, len(CLASSES)), np.float32)
    chances[..., 3] = 1
    for kind, rows in kinds.items():
        chances[rows] = np.eye(len(CLASSES))[CLASSES.index(kind)]
    return VelocityMotion(fields, chances, 32)


WATER = {"water": slice(0, 45)}


def play(photo, motion, loop="phases"):
    return Frames(photo, motion, schedule(60, 1.0, loop, motion.reach, motion.endless)).array()


def sharpness(frame):
    """Mean strength of the finest detail, away from the border."""
    return np.abs(cv2.Laplacian(frame[20:-20, 40:-40, 1].astype(np.float32), cv2.CV_32F)).mean()


def test_a_loop_stays_as_sharp_as_the_photo(monkeypatch):
    photo = textured()
    clip = play(photo, drift(WATER))
    least = min(map(sharpness, clip)) / sharpness(photo)
    assert least > 0.8
    monkeypatch.setattr(blending, "STRONGEST", 1.0)    # a plain fade
    assert min(map(sharpness, play(photo, drift(WATER)))) / sharpness(photo) < 0.7


@pytest.mark.parametrize("loop", LOOPS[:3])
def test_the_step_over_a_loops_end_is_like_the_others(loop):
    photo = textured()
    frames = play(photo, drift(WATER), loop).astype(int)
    assert (frames[0] == photo).all()
    steps = np.abs(np.diff(frames, axis=0, append=frames[:1])).mean(axis=(1, 2, 3))
    assert steps[-1] < 1.2 * steps[:-1].mean() and steps.min() > 0


def test_trust_is_lost_where_pixels_are_pulled_apart():
    slope = np.zeros((9, 16, 2), np.float32)
    assert (trust(slope) == 1).all()
    slope[..., 0] = -np.arange(16) / 16                # all comes from one place
    assert (trust(slope) == pytest.approx(blending.LEAST))
    assert (share_of_second(0 * slope, slope, 0.5) < 0.01).all()
    assert (share_of_second(slope, 0 * slope, 0.5) > 0.99).all()
    assert (share_of_second(slope, slope, 0.25) == pytest.approx(0.25))


def test_what_comes_in_at_the_border_is_not_pulled_out_of_it():
    """Beside the border that things come in at there is as much detail as elsewhere."""
    photo = textured()

    def detail(frames):
        left = frames[12:20, 20:-20, 2:10, 1].astype(np.float32)
        return np.abs(np.diff(left, axis=2)).mean()
    known = detail(photo[None].repeat(20, axis=0))
    assert detail(play(photo, drift(WATER, x=0.3 / 80), "none")) < 0.55 * known
    assert detail(play(photo, drift(WATER, x=0.3 / 80))) > 0.7 * known


def test_nothing_crosses_the_horizon_and_near_it_all_is_slow():
    """A dark shore of two rows between sky and water stays where it is, whatever flows."""
    photo = textured() // 4 + 150
    photo[88:91] = 20
    scene = {"sky": slice(0, 22), "water": slice(22, 45)}
    clip = play(photo, drift(scene, x=0, y=0.2 / 80))
    assert (np.abs(clip[:, 87:92, 40:-40].astype(int) - photo[87:92, 40:-40]) < 40).mean() > 0.97
    assert (clip[:, 20:70].min() > 120) and clip[:, 110:160].min() > 120
    assert np.abs(clip[8, 140:170].astype(int) - photo[140:170]).mean() > 5


def test_the_light_of_the_sky_stays_while_its_clouds_move():
    width = 320
    light = np.linspace(40, 220, width)[None, :, None].repeat(180, axis=0).repeat(3, axis=2)
    photo = light.astype(np.uint8)
    photo[80:100, 150:170] += 25                       # a cloud
    clip = play(photo, drift({"sky": slice(0, 45)}, x=0.3 / 80), "none").astype(int)
    clear = np.s_[:, 10:60, 30:-30]
    assert np.abs(clip[clear] - light[10:60, 30:-30]).max() < 6     # it would be 40 and more
    row = clip[30, 90, :, 1] - light[90, :, 1]
    assert 175 < np.flatnonzero(row > 12).mean() < 210              # it moved by 36 pixels
    share = np.ones((45, 80, len(MOVING)), np.float32) * (1, 0, 0)
    shading = Shading(photo, share)
    assert (shading.change(np.zeros((45, 80, 2), np.float32)) == 0).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_a_photo_is_interpolated_around_its_own_pixels(channels):
    y, x = np.mgrid[:64, :96]
    wave = np.stack([128 + 100 * np.sin(x / 2 + kind) * np.cos(y / 3) for kind in range(channels)],
                    axis=-1)
    finer = interpolated(wave.astype(np.uint8))
    assert finer.shape == (128, 192, channels) and (finer[::2, ::2] == wave.astype(np.uint8)).all()
    y, x = np.mgrid[:128, :192] / 2
    between = np.stack([128 + 100 * np.sin(x / 2 + kind) * np.cos(y / 3)
                        for kind in range(channels)], axis=-1)
    assert np.abs(finer - between)[10:-10, 10:-10].max() < 4
    assert (finer[-1] == finer[-2]).all() and (finer[:, -1] == finer[:, -2]).all()


def test_what_goes_fast_comes_back_to_the_photo_sooner():
    slow, fast = drift(WATER), drift(WATER, x=1.5 / 80)
    assert slow.reach == 40 and fast.reach == pytest.approx(FARTHEST * 80 / 1.5, rel=0.01)
    assert drift({}).reach == 40
