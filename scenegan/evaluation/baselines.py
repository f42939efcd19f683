"""Animations that take no learning. A model has to be better than these.

Each function turns uint8 photos `(n, height, width, channels)` into uint8 clips `(n, frames,
height, width, channels)` whose first frames are the photos.
"""

import cv2
import numpy as np

from scenegan.animation.motion import FrameMotion
from scenegan.animation.rendering import Frames
from scenegan.evaluation.frame_metrics import motion

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
    _, height, width, _ = photos.shape
    time = np.arange(frames, dtype=np.float32)[:, None, None, None]
    clips = []
    for index, photo in enumerate(photos):
        vectors = np.random.default_rng((*_key(seed), index)).standard_normal((*KNOTS, 2))
        field = cv2.resize(vectors.astype(np.float32), (width, height),
                           interpolation=cv2.INTER_CUBIC)
        field *= amplitude / np.sqrt(np.mean(field ** 2))
        clips.append(_bent(photo, time * field))
    return np.stack(clips)


def shake(photos, frames, amplitude, seed):
    """Each photo as a whole, shaken by white noise: a seed is one shake of all photos.

    Args:
        amplitude: Root mean square speed, in frame widths a frame.
        seed: Integer or tuple of integers.
    """
    path = np.random.default_rng(_key(seed)).standard_normal((frames, 2))
    path -= path[0]
    speed = np.sqrt(np.mean(np.sum(np.diff(path, axis=0) ** 2, axis=1)))
    return _moved(photos, path * (amplitude / max(speed, 1e-9)))


def pan(photos, frames, amplitude, seed):
    """Each photo as a whole, slid evenly in one direction, which is the seed's.

    Args:
        amplitude: Speed, in frame widths a frame.
        seed: Integer or tuple of integers.
    """
    angle = np.random.default_rng(_key(seed)).uniform(0, 2 * np.pi)
    return _moved(photos, np.outer(np.arange(frames), (np.cos(angle), np.sin(angle))) * amplitude)


def matched_amplitude(clips, seed, animate=smooth_warp):
    """The amplitude at which `animate` moves the first frames of clips as much as they do.

    Args:
        clips: uint8 `(n, frames, height, width, channels)`, real ones to learn from.
        animate: `smooth_warp`, `shake` or `pan`.

    Returns:
        Amplitude, at most LARGEST, found by bisection.
    """
    target = motion(clips)
    low, high = 0.0, LARGEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if motion(animate(clips[:, 0], clips.shape[1], middle, seed)) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _moved(photos, path):
    """Photos moved along a path `(frames, 2)`, in frame widths, as x and y."""
    height, width = photos.shape[1:3]
    field = np.array(path * (1, width / height), np.float32)[:, None, None]
    field = np.broadcast_to(field, (len(path), height, width, 2))
    return np.stack([_bent(photo, field) for photo in photos])


def _bent(photo, field):
    return Frames(photo, FrameMotion(field)).array()


def _key(seed):
    return seed if isinstance(seed, tuple) else (seed,)
