"""Clips whose motion is known, without a border in view."""

import cv2
import numpy as np

FRAMES, HEIGHT, WIDTH = 32, 45, 80


def texture(seed=0, margin=8, scale=4, size=(HEIGHT, WIDTH)):
    """A smooth random image, `scale` times a frame's size, and `margin` pixels around it."""
    rng = np.random.default_rng(seed)
    rows, columns = (scale * (side + 2 * margin) for side in size)
    fine = cv2.GaussianBlur(rng.standard_normal((rows, columns)).astype(np.float32), (0, 0), 6)
    return 128 + 40 * fine / fine.std()


def moved(path, seed=0, margin=8, scale=4, size=(HEIGHT, WIDTH)):
    """A clip of a size whose picture is at each `(x, y)` of a path, in its pixels."""
    large = texture(seed, margin, scale, size)
    frames = []
    for x, y in path:
        shift = np.float32([[1, 0, scale * x], [0, 1, scale * y]])
        frame = cv2.warpAffine(large, shift, large.shape[::-1], flags=cv2.INTER_CUBIC)
        edge = scale * margin
        frames.append(cv2.resize(frame[edge:-edge, edge:-edge], size[::-1],
                                 interpolation=cv2.INTER_AREA))
    return np.clip(np.rint(frames), 0, 255).astype(np.uint8)[..., None]


def drift(x, y=0.0):
    return np.arange(FRAMES)[:, None] * np.array([[x, y]])


def sway(rate, size=0.5):
    """To and fro, `rate` times a second, at 15 frames a second."""
    return size * np.sin(2 * np.pi * rate * np.arange(FRAMES) / 15)[:, None] * [[1.0, 0.0]]


def jitter(size=0.5, seed=0):
    steps = np.random.default_rng(seed).normal(0, size, (FRAMES, 2))
    return steps - steps[0]


STILL = moved(drift(0))
