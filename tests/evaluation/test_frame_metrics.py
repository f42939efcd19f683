"""Measures of frames by hand."""

import cv2
import numpy as np
import pytest
from sliding_clips import STILL, noise, sliding, texture

from scenegan import evaluation


def test_psnr_by_hand():
    black = np.zeros((4, 4, 3), np.uint8)
    assert evaluation.psnr(black, black) == np.inf
    assert evaluation.psnr(black + 255, black) == pytest.approx(0)
    assert evaluation.psnr(black + 51, black) == pytest.approx(20 * np.log10(5))


def test_ssim_of_the_same_another_and_a_negative():
    image = texture()
    assert evaluation.ssim(image, image) == pytest.approx(1)
    assert abs(evaluation.ssim(image, noise()[0])) < 0.1
    assert evaluation.ssim(image, 255 - image) < -0.5


def test_ssim_of_brightness_by_hand():
    dark, light = np.full((8, 8, 1), 60, np.uint8), np.full((8, 8, 1), 120, np.uint8)
    # no structure: (2 * 60 * 120 + c1) / (60^2 + 120^2 + c1), c1 = (0.01 * 255)^2
    assert evaluation.ssim(dark, light) == pytest.approx(14406.5025 / 18006.5025, abs=1e-4)


def test_motion_of_a_step():
    clip = np.zeros((3, 2, 2, 1), np.uint8)
    clip[1:] = 10
    assert evaluation.motion(clip) == 5


def test_correlation_finds_a_negative():
    clip = STILL.copy()
    assert evaluation.photo_correlation(clip) == pytest.approx(1)
    clip[-1] = 255 - clip[0]
    assert evaluation.photo_correlation(clip) == pytest.approx(-1)


def test_detail_is_lost_by_blur_and_kept_by_motion():
    assert evaluation.detail_kept(sliding(1)) == pytest.approx(1, abs=0.1)
    blurred = STILL.copy()
    blurred[-1] = cv2.blur(blurred[0], (5, 5))
    assert evaluation.detail_kept(blurred) < 0.6
    assert evaluation.detail_kept(np.zeros_like(STILL)) == 1
