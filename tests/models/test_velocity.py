"""Velocity fields: their amounts, their integration along the flow, generators of them."""

from dataclasses import replace

import numpy as np
import pytest

from scenegan.models.velocity import FIELDS, Integrate, VelocityHead, mean_speed, sample
from scenegan.models.velocity_generator import EdgeConv, Render, build_generator
from scenegan.presets import stage
from scenegan.scenery import MOVING, PERIOD, TERMS
from scenegan.specs import NOISE_SIZE

pytestmark = pytest.mark.slow          # Keras

SKY, WATER, PLANTS = range(3)


def tiny(number):
    sizes = {1: {"height": 12, "width": 20}, 2: {"height": 23, "width": 40}}
    return replace(stage(number), frames=8, features=4, **sizes[number])


def fields_of(term, velocity, height=9, width=16, which=WATER):
    """One class' field of one term, the same at every pixel, in pixels a frame."""
    fields = np.zeros((1, height, width, len(MOVING), TERMS, 2), np.float32)
    fields[..., which, term, :] = np.array(velocity) / width
    return fields


def masks_of(value=1.0, height=9, width=16, which=WATER):
    masks = np.zeros((1, height, width, len(MOVING)), np.float32)
    masks[..., which] = value
    return masks


def pixels_moved(fields, masks, frames=33):
    """Displacement in pixels, `(frames, height, width, 2)`."""
    moved = np.asarray(Integrate(frames)(fields, masks))[0]
    return moved * [masks.shape[2], masks.shape[1]]


def test_a_steady_velocity_moves_pixels_the_same_way_a_frame():
    moved = pixels_moved(fields_of(0, (0.5, -0.25)), masks_of(), frames=5)
    np.testing.assert_allclose(moved[4], np.broadcast_to([-2.0, 1.0], moved[4].shape), atol=1e-5)
    assert not moved[0].any()


def test_a_mode_comes_back_after_its_period():
    moved = pixels_moved(fields_of(1, (0.3, 0)), masks_of(), frames=PERIOD + 1)
    # the integral of 0.3 cos(2 pi t / 32) is 0.3 * 32 / (2 pi) at its height
    assert moved[PERIOD // 4, 4, 8, 0] == pytest.approx(-0.3 * PERIOD / (2 * np.pi), rel=0.01)
    np.testing.assert_allclose(moved[PERIOD], 0, atol=1e-4)


def test_nothing_moves_where_the_mask_is_zero():
    masks = masks_of()
    masks[:, :, :8] = 0
    moved = pixels_moved(fields_of(0, (0.5, 0.5)), masks, frames=9)
    assert not moved[:, :, :8].any() and (moved[8, :, 8:] != 0).all()


def test_motion_is_integrated_along_the_flow():
    """In a rotation points keep their distance from the centre, in theory exactly."""
    size, turn = 41, 0.05                                  # radians a frame
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    fields = np.zeros((1, size, size, len(MOVING), TERMS, 2), np.float32)
    fields[0, ..., WATER, 0, :] = turn * np.stack([-y, x], axis=-1) / size
    moved = pixels_moved(fields, masks_of(height=size, width=size), frames=21)[-1]
    source = np.stack([x, y], axis=-1) + moved
    inner = np.hypot(x, y) < 12
    radius = np.hypot(*np.moveaxis(source, -1, 0))
    np.testing.assert_allclose(radius[inner], np.hypot(x, y)[inner], atol=0.7)
    angle = np.arctan2(y, x)[20, 30] - np.arctan2(source[20, 30, 1], source[20, 30, 0])
    assert angle == pytest.approx(20 * turn, abs=0.05)


def test_fields_have_the_amount_that_is_asked_for():
    raw = np.random.default_rng(0).normal(size=(2, 9, 16, FIELDS)).astype(np.float32)
    masks = np.random.default_rng(1).random((2, 9, 16, len(MOVING))).astype(np.float32)
    amount = np.array([[0.01, 0.0, 0.002], [0.005, 0.02, 0.0]], np.float32)
    fields = VelocityHead()(raw, masks, amount)
    np.testing.assert_allclose(np.asarray(mean_speed(fields, masks)), amount, atol=2e-6)


def test_clouds_only_drift_and_plants_only_sway():
    raw = np.ones((1, 4, 5, FIELDS), np.float32)
    fields = np.asarray(VelocityHead()(raw, np.ones((1, 4, 5, 3)), np.full((1, 3), 0.01)))
    assert not fields[..., SKY, 1:, :].any() and fields[..., SKY, 0, :].all()
    assert not fields[..., PLANTS, 0, :].any() and fields[..., PLANTS, 1:, :].all()
    assert fields[..., WATER, :, :].all()


def test_samples_lie_between_pixels_and_stop_at_the_edge():
    image = np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1)
    offset = np.zeros((1, 3, 4, 2), np.float32)
    offset[0, 1, 1] = [0.5, 0.25]                          # 5 + 0.5 + 0.25 * 4
    offset[0, 2, 3] = [9, 9]
    values = np.asarray(sample(image, offset))[0, ..., 0]
    assert values[1, 1] == pytest.approx(6.5) and values[2, 3] == 11 and values[0, 2] == 2


def test_a_convolution_sees_no_border_in_an_even_picture():
    for strides in (1, 2):
        layer = EdgeConv(3, strides=strides)
        values = np.asarray(layer(np.full((1, 7, 9, 2), 0.7, np.float32)))
        assert values.shape == (1, -(-7 // strides), -(-9 // strides), 3)
        np.testing.assert_allclose(values, np.broadcast_to(values[:, :1, :1], values.shape),
                                   atol=1e-6)


def test_a_still_photo_is_rendered_as_it_is_shrunk():
    photo = np.random.default_rng(0).uniform(-1, 1, (1, 18, 32, 3)).astype(np.float32)
    clip = np.asarray(Render()(photo, np.zeros((1, 4, 9, 16, 2), np.float32)))
    small = photo.reshape(1, 9, 2, 16, 2, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(clip, np.repeat(small[:, None], 4, axis=1), atol=1e-6)


@pytest.fixture(scope="module")
def generators():
    first = build_generator(tiny(1))
    return {1: first, 2: build_generator(tiny(2), first)}


def inputs_of(spec, seed=0):
    random = np.random.default_rng(seed)
    shape = spec.height, spec.width
    return {"photo": random.uniform(-1, 1, (2, 2 * shape[0], 2 * shape[1], 3)).astype("float32"),
            "masks": random.random((2, *shape, len(MOVING))).astype("float32") / 3,
            "noise": random.standard_normal((2, NOISE_SIZE)).astype("float32"),
            "amount": np.full((2, len(MOVING)), 0.01, "float32"),
            "direction": np.zeros((2, len(MOVING), 2), "float32")}


@pytest.mark.parametrize("number", [1, 2])
def test_generators_move_the_photo_from_its_first_frame_on(generators, number):
    spec, inputs = tiny(number), inputs_of(tiny(number))
    outputs = {name: np.asarray(value) for name, value in generators[number](inputs).items()}
    assert outputs["clip"].shape == (2, *spec.shape)
    assert outputs["displacement"].shape == (2, *spec.shape[:3], 2)
    small = inputs["photo"].reshape(2, spec.height, 2, spec.width, 2, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(outputs["clip"][:, 0], small, atol=1e-6)
    assert np.abs(outputs["clip"][:, -1] - small).max() > 0.01
    still = generators[number](inputs | {"amount": np.zeros((2, len(MOVING)), "float32")})
    np.testing.assert_allclose(np.asarray(still["clip"])[:, -1], small, atol=1e-6)


def test_noise_and_direction_change_the_motion(generators):
    inputs = inputs_of(tiny(2))
    before = np.asarray(generators[2](inputs)["fields"])
    for name in ("noise", "direction"):
        after = np.asarray(generators[2](inputs | {name: inputs[name] + 1})["fields"])
        assert np.abs(after - before).max() > 1e-5


def test_a_new_stage_moves_as_the_one_it_grows_from(generators):
    from keras import Model
    raw = Model(generators[2].inputs, generators[2].get_layer("change").output)
    assert not np.asarray(raw(inputs_of(tiny(2)))).any()


def test_a_saved_generator_is_the_same(tmp_path, generators):
    import keras
    generators[2].save(tmp_path / "generator.keras")
    loaded = keras.saving.load_model(tmp_path / "generator.keras")
    inputs = inputs_of(tiny(2))
    np.testing.assert_array_equal(np.asarray(loaded(inputs)["clip"]),
                                  np.asarray(generators[2](inputs)["clip"]))
