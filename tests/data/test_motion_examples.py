"""What becomes of a clip's target with the view of the clip; numbers by hand."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from scenegan.data.augmentation import Augmentation, View, colour_matrix
from scenegan.data.clip_motion import FINE_GRID, GRID
from scenegan.data.motion_examples import (
    make_example,
    resample,
    reversal,
    show,
    summarise,
    supersample,
)
from scenegan.data.motion_targets import Target
from scenegan.presets import stage
from scenegan.scenery import MOVING, TERMS, time_basis

SPEC = replace(stage(2), frames=4)                     # 80x45, as the grid
SIZE = 90, 160                                         # of the stored clip
NO_COLOUR = colour_matrix(3, shift=0, contrast=1, saturation=1, turn=0)
WHOLE = View(top=0, left=0, height=90, width=160, mirrored=False, backwards=False,
             colour=NO_COLOUR)
RNG = np.random.default_rng(0)
CLIP = RNG.integers(0, 256, (4, *SIZE, 3), np.uint8)
TARGET = Target(RNG.normal(size=(*GRID, TERMS, 2)).astype(np.float32),
                RNG.random(GRID).astype(np.float32),
                RNG.dirichlet([4, 4, 0.5, 0.1, 0.1], GRID).astype(np.float32))


def test_a_whole_view_leaves_a_target_as_it_is():
    flow, weight, probabilities = show(TARGET, SIZE, SPEC, WHOLE)
    np.testing.assert_array_equal(flow, TARGET.flow)
    np.testing.assert_array_equal(weight, TARGET.weight)
    np.testing.assert_array_equal(probabilities, TARGET.probabilities)


def test_a_finer_target_is_shown_at_its_own_size():
    fine = Target(*(cv2.resize(array.reshape(*GRID, -1), FINE_GRID[::-1]).reshape(
        *FINE_GRID, *array.shape[2:]) for array in vars(TARGET).values()))
    flow, weight, _ = show(fine, SIZE, replace(stage(3), frames=4), WHOLE)
    np.testing.assert_array_equal(flow, fine.flow)
    np.testing.assert_array_equal(weight, fine.weight)
    view = replace(WHOLE, top=20, left=40, height=45, width=80)
    part, _, _ = show(fine, SIZE, SPEC, view)          # half of the sides: at the stage's 80x45
    np.testing.assert_allclose(part, 2 * fine.flow[20:65, 40:120], rtol=1e-5)


def test_a_crop_is_a_part_and_velocities_are_of_its_width():
    # Half of the sides, from row 30 and column 40 of 90x160: 15 and 20 of the grid.
    rows, columns = np.indices(GRID, np.float32)
    slope = np.broadcast_to(columns[..., None, None], TARGET.flow.shape)
    target = replace(TARGET, flow=slope, weight=rows)
    spec = replace(SPEC, height=22, width=40)
    view = replace(WHOLE, top=30, left=40, height=44, width=80)
    flow, weight, _ = show(target, SIZE, spec, view)
    expected = 2 * (np.arange(40) + 20)                # twice as many widths a frame
    np.testing.assert_allclose(flow, np.broadcast_to(expected[:, None, None], flow.shape),
                               rtol=1e-5)
    np.testing.assert_allclose(weight, np.broadcast_to(15.0 + np.arange(22)[:, None], (22, 40)),
                               rtol=1e-5)


def test_a_crop_between_pixels_is_exact_on_a_slope():
    columns = np.broadcast_to(np.arange(80, dtype=np.float32)[:, None], (*GRID, 1))
    part = resample(columns, (10.25, 5, 30.25, 25), 20, 20)
    np.testing.assert_allclose(part[..., 0], np.broadcast_to(10.25 + np.arange(20), (20, 20)),
                               rtol=1e-5)


def test_a_mirror_turns_the_velocity_across():
    flow, weight, _ = show(TARGET, SIZE, SPEC, replace(WHOLE, mirrored=True))
    np.testing.assert_array_equal(flow, TARGET.flow[:, ::-1] * np.float32([-1, 1]))
    np.testing.assert_array_equal(weight, TARGET.weight[:, ::-1])


@pytest.mark.parametrize("frames", [4, 32])
def test_a_reversal_is_the_field_from_the_end(frames):
    flow, _, _ = show(TARGET, SIZE, replace(SPEC, frames=frames), replace(WHOLE, backwards=True))
    times = np.arange(frames - 1) + 0.5

    def velocity(terms):
        return np.einsum("ti,hwic->thwc", time_basis(times), terms)
    np.testing.assert_allclose(velocity(flow), -velocity(TARGET.flow)[::-1], atol=1e-4)
    np.testing.assert_allclose(reversal(frames) @ reversal(frames), np.eye(TERMS), atol=1e-6)


def test_colour_leaves_the_target():
    view = replace(WHOLE, colour=colour_matrix(3, shift=0.2, contrast=2, saturation=0, turn=1))
    for one, other in zip(show(TARGET, SIZE, SPEC, view), show(TARGET, SIZE, SPEC, WHOLE),
                          strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("view", [
    WHOLE, replace(WHOLE, top=11, left=7, height=70, width=124, mirrored=True, backwards=True),
    replace(WHOLE, colour=colour_matrix(3, shift=0.3, contrast=1.5, saturation=1.3, turn=0.2))])
@pytest.mark.parametrize("number", [1, 2])
def test_the_first_frame_is_the_photo_shrunk(view, number):
    spec = replace(stage(number), frames=4)
    photo, clip = supersample(CLIP, spec, view)
    assert photo.shape == (2 * spec.height, 2 * spec.width, 3) and clip.shape == spec.shape
    assert photo.dtype == clip.dtype == np.float32 and np.abs(photo).max() <= 1
    blocks = photo.reshape(spec.height, 2, spec.width, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(clip[0], blocks, atol=1e-5)


def test_pixels_of_the_stage_are_enlarged_and_others_kept():
    photo, clip = supersample(CLIP, SPEC, WHOLE)
    np.testing.assert_allclose(photo, CLIP[0] / 127.5 - 1, atol=1e-6)
    backwards = supersample(CLIP, SPEC, replace(WHOLE, backwards=True))[1]
    np.testing.assert_array_equal(backwards, clip[::-1])
    small = CLIP[:, :45, :80]
    view = replace(WHOLE, height=45, width=80)
    large = cv2.resize(small[0], (160, 90), interpolation=cv2.INTER_CUBIC)
    np.testing.assert_allclose(supersample(small, SPEC, view)[0], large / 127.5 - 1, atol=1e-6)


def test_gray_and_colour_by_hand():
    clip = np.full((4, *SIZE, 3), 178, np.uint8)
    view = replace(WHOLE, colour=colour_matrix(3, shift=0.1, contrast=2, saturation=1, turn=0))
    expected = 2 * (178 / 127.5 - 1) + 0.1
    photo, shown = supersample(clip, SPEC, view)
    np.testing.assert_allclose([photo.min(), photo.max()], expected, atol=0.5 / 127.5)
    np.testing.assert_allclose(shown, expected, atol=0.5 / 127.5)
    gray = replace(SPEC, channels=1)
    view = replace(view, colour=colour_matrix(1, shift=0.1, contrast=2, saturation=1, turn=0))
    photo, shown = supersample(clip, gray, view)
    assert shown.shape == gray.shape and photo.shape == (90, 160, 1)
    np.testing.assert_allclose(shown, expected, atol=0.5 / 127.5)


def test_amount_and_direction_by_hand():
    # sky: half goes 0.03 right, half 0.01: the mean of the speeds is 0.02. Water: to and fro with
    # an amplitude of 0.02: root mean square 0.02 / sqrt(2). Plants: too few are seen.
    flow, weights = np.zeros((10, 10, TERMS, 2)), np.zeros((10, 10, len(MOVING)))
    flow[:2, :, 0, 0], flow[2:4, :, 0, 0] = 0.03, 0.01
    flow[4:, :, 1, 1] = 0.02
    weights[:4, :, 0], weights[4:, :, 1], weights[9, 9, 2] = 0.5, 0.25, 0.2
    amount, direction = summarise(flow, weights)
    np.testing.assert_allclose(amount, [0.02, 0.02 / np.sqrt(2), 0], rtol=1e-5)
    np.testing.assert_allclose(direction, [[1, 0], [0, 0], [0, 0]], atol=1e-6)


def test_a_direction_must_be_clear_and_no_noise():
    flow, weights = np.zeros((10, 10, TERMS, 2)), np.ones((10, 10, len(MOVING)))
    flow[:, :, 0, 1] = 0.0003                          # 0.024 pixels of 80
    assert not summarise(flow, weights)[1].any()
    flow[:, :, 0, 1] = -0.003
    np.testing.assert_allclose(summarise(flow, weights)[1], [[0, -1], [0, -1], [0, 0]],
                               atol=1e-6)              # plants sway and have no direction
    flow[:5, :, 0, 1] *= -1                            # one half up, one down
    assert not summarise(flow, weights)[1].any()


def test_an_example_has_all_that_a_training_takes():
    view = Augmentation(crop=0.7).draw(np.random.default_rng(1), (*SIZE, 3), 0.5)
    told, untold = (make_example(CLIP, replace(TARGET, weight=np.ones(GRID, np.float32),
                                               flow=np.ones_like(TARGET.flow)), SPEC, view, told)
                    for told in (True, False))
    shapes = {"photo": (90, 160, 3), "clip": SPEC.shape, "masks": (45, 80, 3), "amount": (3,),
              "direction": (3, 2), "flow": (45, 80, TERMS, 2), "weight": (45, 80)}
    assert {name: array.shape for name, array in told.items()} == shapes
    assert {array.dtype for array in told.values()} == {np.dtype(np.float32)}
    np.testing.assert_allclose(np.abs(told["direction"][:2]), np.sqrt(0.5), rtol=1e-4)
    assert not untold["direction"].any() and untold["amount"].all()
