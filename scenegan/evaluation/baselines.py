"""Animations that take no learning. A model has to be better than these.

Each function turns uint8 photos `(n, height, width, channels)` into uint8 clips `(n, frames,
height, width, channels)` whose first frames are the photos.
"""

import cv2
import numpy as np

from scenegan.animation import render
from scenegan.evaluation.metrics import motion

SHIFT = 0.05         # of a cross-fade, in widths: 4 pixels of 80
KNOTS = (4, 6)       # rows and columns of random vectors that a smooth warp runs through
HALVINGS = 10        # of the interval in which an amplitude is searched
LARGEST = 0.02       # amplitude, in frame widths a frame: the generators' own largest speed


def still(photos, frames):
    """The photo, again and again."""
    return np.repeat(photos[:, None], frames, axis=1)


def crossfade(photos, frames):
    """The photo fading evenly into itself moved to the right; the border is repeated."""
    width = photos.shape[2]
    columns = np.clip(np.arange(width) - max(1, round(SHIFT * width)), 0, None)
    share = np.linspace(0, 1, frames, dtype=np.float32)[:, None, None, None]
    photos = photos[:, None].astype(np.float32)
    return np.rint((1 - share) * photos + share * photos[:, :, :, columns]).astype(np.uint8)


def smooth_warp(photos, frames, amplitude, seed):
    """Each photo bent by a smooth random displacement that grows evenly with time.

    Args:
        amplitude: Root mean square speed, in frame widths (x) and heights (y) a frame.
        seed: Integer or tuple of integers; photo i of the same seed is always bent alike.
    """
    _, height, width, channels = photos.shape
    time = np.arange(frames, dtype=np.float32)[:, None, None, None]
    nothing = np.zeros((frames, height, width, 1), np.float32)
    colour = np.zeros((frames, height, width, channels), np.float32)
    clips = np.empty((len(photos), frames, height, width, channels), np.uint8)
    seeds = seed if isinstance(seed, tuple) else (seed,)
    for index, photo in enumerate(photos):
        vectors = np.random.default_rng((*seeds, index)).standard_normal((*KNOTS, 2))
        field = cv2.resize(vectors.astype(np.float32), (width, height),
                           interpolation=cv2.INTER_CUBIC)
        field *= amplitude / np.sqrt(np.mean(field ** 2))
        clips[index] = render(photo, time * field, nothing, colour)
    return clips


def matched_amplitude(clips, seed):
    """The amplitude at which `smooth_warp` moves the first frames of clips as much as they do.

    Args:
        clips: uint8 `(n, frames, height, width, channels)`, real ones to learn from.

    Returns:
        Amplitude, at most LARGEST, found by bisection.
    """
    wanted = motion(clips)
    low, high = 0.0, LARGEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if motion(smooth_warp(clips[:, 0], clips.shape[1], middle, seed)) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2
