"""Measures of an animation, in the units that people see: decibels and gray levels of 255."""

import numpy as np


def psnr(images, references):
    """Peak signal-to-noise ratio in dB of uint8 images against references; inf when equal."""
    difference = images.astype(np.float32) - references.astype(np.float32)
    error = float(np.mean(difference ** 2))
    return float("inf") if error == 0 else 10 * np.log10(255.0 ** 2 / error)


def motion(clip):
    """Mean absolute change from frame to frame, in gray levels.

    Args:
        clip: uint8 `(..., frames, height, width, channels)`.
    """
    return float(np.mean(np.abs(np.diff(clip.astype(np.int16), axis=-4))))


def variety(clips, others):
    """Mean absolute difference of animations of the same photos, in gray levels."""
    return float(np.mean(np.abs(clips.astype(np.int16) - others.astype(np.int16))))


def photo_correlation(clip):
    """Lowest correlation of a frame of uint8 `(frames, height, width, channels)` with frame 1.

    1 is the photo itself, below 0 it is its negative. 1 for a photo of a single colour.
    """
    frames = clip.reshape(len(clip), -1).astype(np.float64)
    frames -= frames.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(frames, axis=1)
    if norms.min() == 0:
        return 1.0
    return float((frames @ frames[0] / (norms * norms[0])).min())
