"""Clips of a texture that slides, of noise, and of a still picture."""

import cv2
import numpy as np

FRAMES, HEIGHT, WIDTH = 16, 32, 48


def texture(seed=0, height=HEIGHT, width=WIDTH):
    """A smooth random image without a seam from right to left, uint8 `(height, width, 3)`."""
    rough = np.random.default_rng(seed).uniform(0, 255, (height // 4, width // 4, 3))
    three = cv2.resize(np.tile(rough, (1, 3, 1)), (3 * width, height))
    return np.clip(three[:, width:2 * width], 0, 255).astype(np.uint8)


def sliding(step, seed=0, frames=FRAMES):
    """A clip whose picture moves `step` pixels to the right a frame, around the border."""
    return np.stack([np.roll(texture(seed), step * t, axis=1) for t in range(frames)])


def noise(seed=0, deviation=20):
    values = np.random.default_rng(seed).normal(128, deviation, (FRAMES, HEIGHT, WIDTH, 1))
    return np.clip(np.rint(values), 0, 255).astype(np.uint8).repeat(3, axis=-1)


STILL = sliding(0)

# The figures of whole sets

REAL = np.stack([sliding(1, seed) for seed in range(3)])
REAL[:, :, 24:] = REAL[:, :1, 24:]                 # the ground stands still
