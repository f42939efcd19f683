"""A clip to write, and what several tests of media share."""

import numpy as np

RAMP = np.linspace(0, 255, 64).astype(np.uint8)[None].repeat(48, axis=0)      # (48, 64)
COLOURS = np.stack([RAMP, RAMP[:, ::-1], np.full_like(RAMP, 90)], axis=-1)    # (48, 64, 3)


def clip(channels=3, frames=6, height=45, width=80):
    """A smooth gradient that moves: no two frames are equal."""
    t, y, x = np.mgrid[:frames, :height, :width]
    moving = [60 + 1.5 * x + 4 * t, 200 - y - 3 * t, 90 + x / 2 + y / 2][:channels]
    return np.stack(moving, axis=-1).astype(np.uint8)


def psnr(a, b):
    error = np.mean((a.astype(np.float32) - b) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-6))


def one_line(error):
    text = str(error.value)
    return text.count(". ") and text.endswith(".") and "\n" not in text
