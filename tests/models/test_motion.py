"""Motion, warp and paint by hand."""

import numpy as np
import pytest
from tiny_stages import examples, shake, tiny_stage

from scenegan.models.generator import motion_of
from scenegan.models.motion import MotionHead, warp

pytestmark = pytest.mark.slow          # Keras


def test_motion_is_nothing_in_frame_1(grown):
    shake(grown[1])
    displacement, mask, change = motion_of(grown[1])([*examples(tiny_stage(2))])
    assert np.abs(displacement[:, 0]).max() == 0 and np.abs(mask[:, 0]).max() == 0
    assert np.min(mask) >= 0 and np.max(mask) <= 1
    assert np.abs(change).max() <= 4
    assert np.abs(displacement).max() <= tiny_stage(2).max_speed * 7 + 1e-6


def test_what_is_painted_leaves_the_light_of_every_frame_as_it_was():
    """One channel of one region gets brighter and brighter; the mask elsewhere takes it back."""
    random = np.random.default_rng(0)
    raw = random.normal(size=(2, 8, 12, 20, 6)).astype(np.float32)
    raw[:, 4:, :6, :, 3] += 3
    gate = random.normal(size=(2, 12, 20, 1)).astype(np.float32)
    _, mask, change = map(np.asarray, MotionHead(0.02)(raw, gate))
    painted = mask * change
    assert np.abs(painted[:, 4:, :6, :, 0]).mean() > 0.05
    np.testing.assert_allclose(painted.sum(axis=(2, 3)), 0, atol=1e-4)
    inside = change[:, 4:, :6, :, 0].mean() - change[:, 4:, 6:, :, 0].mean()
    assert inside > 1


def test_warp_moves_by_whole_and_half_pixels():
    photo = np.tile(np.array([0, 1, 4, 3], np.float32), (3, 1)).reshape(1, 3, 4, 1)
    displacement = np.zeros((1, 2, 3, 4, 2), np.float32)
    displacement[0, 0, ..., 0] = 1 / 4          # one pixel from the right
    displacement[0, 1, ..., 0] = 0.5 / 4
    upright = warp(photo.swapaxes(1, 2), displacement.swapaxes(2, 3)[..., ::-1])
    for clip in (np.asarray(warp(photo, displacement)), np.asarray(upright).swapaxes(2, 3)):
        np.testing.assert_allclose(clip[0, 0, 1, :, 0], [1, 4, 3, 3])
        # Catmull and Rom's spline in the middle, (9 (1 + 4) - 0 - 3) / 16; no bend at the edges
        np.testing.assert_allclose(clip[0, 1, 1, :, 0], [0.5 - 2 / 16, 42 / 16, 3.5 + 4 / 16, 3])


def test_warp_keeps_more_detail_than_a_straight_line():
    wave = np.sin(np.arange(40) * np.pi / 2).astype(np.float32)      # four pixels a period
    displacement = np.zeros((1, 1, 3, 40, 2), np.float32)
    displacement[..., 0] = 0.5 / 40
    photo = np.tile(wave, (3, 1)).reshape(1, 3, 40, 1)
    moved = np.asarray(warp(photo, displacement))[0, 0, 1, :, 0]
    line = (wave + np.roll(wave, -1)) / 2
    assert moved[2:-3].std() > 1.2 * line[2:-3].std()
