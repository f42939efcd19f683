"""Loss terms on velocity fields, by hand."""

import numpy as np
import pytest

from scenegan import velocity_losses as losses
from scenegan.scenery import MOVING, TERMS

pytestmark = pytest.mark.slow          # Keras

SPEED = 0.005        # frame widths a frame: 0.4 pixels of 80


def drift(x, y, count=1):
    """Fields of water that drifts, its masks and its measured flow, `(count, 6, 8, ...)`."""
    fields = np.zeros((count, 6, 8, len(MOVING), TERMS, 2), np.float32)
    fields[..., 1, 0, :] = x, y
    masks = np.zeros((count, 6, 8, len(MOVING)), np.float32)
    masks[..., 1] = 1
    return fields, masks, fields[..., 1, :, :]


def test_the_right_flow_has_no_error_and_a_still_one_about_one():
    fields, masks, flow = drift(SPEED, 0)
    weight = np.ones((1, 6, 8), np.float32)
    right, still, back = (float(losses.flow_errors(f, masks, flow, weight)[0])
                          for f in (fields, 0 * fields, -fields))
    assert right == pytest.approx(0, abs=1e-6)
    # (|v| - KNEE) / (1.02 (|v| + SLOWEST)), nearly
    assert still == pytest.approx(0.0046 / (1.02 * 0.00625), rel=0.02)
    assert back == pytest.approx(0.0096 / (1.02 * 0.00625), rel=0.02)


def test_pixels_without_weight_or_mask_are_not_asked():
    fields, masks, flow = drift(SPEED, 0)
    weight = np.ones((1, 6, 8), np.float32)
    weight[:, :3] = 0
    fields = fields.copy()
    fields[:, :3] = 1
    assert float(losses.flow_errors(fields, masks, flow, weight)[0]) == pytest.approx(0, abs=1e-6)
    assert float(losses.flow_errors(fields, 0 * masks, flow, 0 * weight + 1)[0]) == 0


def test_the_best_noise_of_each_example_counts():
    errors = np.array([3.0, 1.0, 5.0, 9.0])                # two examples, two noises each
    assert float(losses.best_of(errors, 2, mean=0.0)) == 3.0
    assert float(losses.best_of(errors, 2, mean=0.5)) == pytest.approx((3 + 4.5) / 2)


def test_direction_error_is_one_minus_the_cosine():
    fields, masks, _ = drift(SPEED, 0, count=2)
    amount = np.full((2, len(MOVING)), SPEED, np.float32)
    direction = np.zeros((2, len(MOVING), 2), np.float32)
    direction[0, 1] = 0, 1                                 # asked down, goes right: 1 - 0
    asked = float(losses.direction_error(fields, masks, amount, direction))
    assert asked == pytest.approx(1 / 2, abs=1e-3)         # of one asked, over 1 + 1
    assert float(losses.direction_error(fields, masks, amount, 0 * direction)) == 0
    assert float(losses.direction_error(fields, masks, 0 * amount, direction)) == 0


def test_roughness_and_divergence_of_unit_amount():
    fields, masks, _ = drift(0, 0)
    fields[..., 1, 0, 0] = SPEED * np.arange(8)            # stretches along x by 1 a pixel
    amount = np.full((1, len(MOVING)), SPEED, np.float32)
    classes = len(MOVING)
    assert float(losses.divergence(fields, amount)) == pytest.approx(1 / classes, rel=1e-3)
    assert float(losses.roughness(fields, amount)) == pytest.approx(
        1 / (classes * TERMS * 2), rel=1e-3)
    fields[..., 1, 0, 1] = -SPEED * np.arange(6)[:, None]  # and shrinks along y: no divergence
    assert float(losses.divergence(fields, amount)) == pytest.approx(0, abs=1e-4)
