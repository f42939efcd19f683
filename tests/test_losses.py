import numpy as np
import pytest

from scenegan import losses

pytestmark = pytest.mark.slow          # Keras


def value(tensor):
    return float(np.asarray(tensor))


def test_least_squares_by_hand():
    real, fake = np.array([[1.0], [3.0]]), np.array([[0.0], [2.0]])
    # generator: (1 + 1) / 2 / 2; discriminator: (0 + 4) / 2 / 2 + (0 + 4) / 2 / 2
    assert value(losses.least_squares_generator(fake)) == pytest.approx(0.5)
    assert value(losses.least_squares_discriminator(real, fake)) == pytest.approx(2.0)


def test_wasserstein_by_hand():
    real, fake = np.array([[1.0], [3.0]]), np.array([[0.0], [1.0]])
    assert value(losses.wasserstein_generator(fake)) == pytest.approx(-0.5)
    assert value(losses.wasserstein_discriminator(real, fake)) == pytest.approx(0.5 - 2.0)


def test_gradient_penalty_is_zero_for_unit_slope():
    gradients = np.full((2, 1, 1, 4, 1), 0.5)      # norm sqrt(4 * 0.25) = 1
    assert value(losses.gradient_penalty(gradients)) == pytest.approx(0.0, abs=1e-6)


def test_gradient_penalty_by_hand():
    gradients = np.zeros((2, 1, 1, 2, 1))
    gradients[0, 0, 0, :, 0] = 3, 4                # norms 5 and 0: (16 + 1) / 2
    assert value(losses.gradient_penalty(gradients)) == pytest.approx(8.5, abs=1e-4)


def test_gradient_penalty_refuses_what_is_not_clips():
    with pytest.raises(ValueError, match="shape of clips"):
        losses.gradient_penalty(np.zeros((2, 3)))


def test_content_counts_the_chosen_examples():
    real, fake = np.zeros((2, 1, 1, 1, 1)), np.array([0.5, 9.0]).reshape(2, 1, 1, 1, 1)
    assert value(losses.content(real, fake, np.array([1.0, 0.0]))) == pytest.approx(0.25)


def test_motion_energy_of_a_blinking_patch():
    clip = np.zeros((1, 5, 8, 4, 1))
    clip[0, 1::2, :4] = 0.5                        # the upper patch changes by 0.5 each frame
    energy = np.asarray(losses.motion_energy(clip))
    assert energy.shape == (1, 1, 2, 1)
    np.testing.assert_allclose(energy[0, 0, :, 0], [0.5, 0.0])


def test_energy_ignores_which_way_things_move():
    ramp = np.arange(16.0).reshape(1, 1, 1, 16, 1).repeat(4, 2)
    left = np.concatenate([ramp + t for t in range(5)], axis=1)
    right = np.concatenate([ramp - t for t in range(5)], axis=1)
    still = np.concatenate([ramp] * 5, axis=1)
    assert value(losses.energy(left, right)) == pytest.approx(0.0)
    # 0.08 * (sqrt(1 + (1 / 0.08)^2) - 1)
    assert value(losses.energy(left, still)) == pytest.approx(0.9232, abs=1e-4)


def test_smoothness_by_hand():
    displacement = np.zeros((1, 1, 2, 2, 2))
    displacement[..., 1, 0] = 0.02                 # x: 2 percent between columns, y: none
    # across: 2 rows of one difference, (0.02, 0) -> mean 0.01; down: 0
    assert value(losses.smoothness(displacement)) == pytest.approx(1.0)


def test_posterior_by_hand():
    chosen = np.array([1.0, 1.0])
    assert value(losses.posterior(np.zeros((2, 3)), np.zeros((2, 3)), chosen)) == 0
    assert value(losses.posterior(np.ones((2, 3)), np.zeros((2, 3)), chosen)) == pytest.approx(1.5)


def test_recovery_by_hand():
    noise, mean = np.array([[1.0, 0.0], [5.0, 5.0]]), np.zeros((2, 2))
    assert value(losses.recovery(noise, mean, np.array([1.0, 0.0]))) == pytest.approx(0.25)


def test_gate_by_hand():
    real = np.zeros((1, 2, 1, 3, 1), np.float32)
    real[0, 1, 0, 0] = 0.1                       # moves: deviation 0.05
    real[0, 1, 0, 1] = 0.02                      # does not: 0.01
    logits = np.array([2.0, -1.0, 3.0], np.float32).reshape(1, 1, 3, 1)
    expected = np.mean(np.log1p(np.exp([-2.0, -1.0, 3.0])))
    assert float(losses.gate(real, logits)) == pytest.approx(expected, rel=1e-5)


def test_mask_area_is_its_mean():
    assert value(losses.mask_area(np.array([0.0, 1.0, 1.0, 0.0]))) == pytest.approx(0.5)


def test_hinge_by_hand():
    real, fake = np.array([[0.5], [3.0]]), np.array([[-2.0], [1.0]])
    # (0.5 + 0) / 2 + (0 + 2) / 2
    assert value(losses.hinge_discriminator(real, fake)) == pytest.approx(1.25)
    assert value(losses.hinge_generator(fake)) == pytest.approx(0.5)


def test_cross_entropy_of_two_logits_is_that_of_a_softmax():
    real, fake = np.array([[0.5, 2.0]]), np.array([[1.0, -1.0]])       # of (fake, real)
    right = -np.log(np.exp(2) / (np.exp(0.5) + np.exp(2))) - np.log(np.e / (np.e + np.exp(-1)))
    scores = losses.one_score(real), losses.one_score(fake)
    assert value(losses.cross_entropy_discriminator(*scores)) == pytest.approx(right, abs=1e-5)
    fooled = -np.log(np.exp(-1) / (np.e + np.exp(-1)))
    assert value(losses.cross_entropy_generator(scores[1])) == pytest.approx(fooled, abs=1e-5)
    np.testing.assert_allclose(np.asarray(losses.one_score(real[:, 1:])), [[2.0]])


def test_first_frame_looks_at_the_first_frame_alone():
    clip = np.ones((1, 3, 1, 2, 1))
    clip[0, 0, 0, 0] = 0.5
    assert value(losses.first_frame(np.zeros((1, 1, 2, 1)), clip)) == pytest.approx(0.75)
