"""Measures of frames and clips, in decibels and gray levels of 255."""

import cv2
import numpy as np

from scenegan.pixels import LUMA

WINDOW, SIGMA = (11, 11), 1.5                          # pixels; of SSIM
STABLE = (0.01 * 255) ** 2, (0.03 * 255) ** 2          # c1 and c2 of SSIM


def luma(images):
    """Brightness of RGB or gray pixels `(..., channels)`, float32 `(...)`, gray levels."""
    if images.shape[-1] == 1:
        return images[..., 0].astype(np.float32)
    return images.astype(np.float32) @ LUMA


def psnr(images, references):
    """Peak signal-to-noise ratio in dB of uint8 images against references; inf when equal."""
    difference = images.astype(np.float32) - references.astype(np.float32)
    error = float(np.mean(difference ** 2))
    return float("inf") if error == 0 else 10 * np.log10(255.0 ** 2 / error)


def ssim(image, reference):
    """Structural similarity of the brightness of two uint8 images `(height, width, channels)`.

    1 when equal, near 0 for unrelated ones, below 0 for a negative. The window is a Gaussian of
    11 pixels, mirrored at the borders.

    Reference: Wang et al. 2004, eq. 13, https://doi.org/10.1109/TIP.2003.819861
    """
    x, y = luma(image), luma(reference)
    mean_x, mean_y, xx, yy, xy = (cv2.GaussianBlur(values, WINDOW, SIGMA)
                                  for values in (x, y, x * x, y * y, x * y))
    covariance = xy - mean_x * mean_y
    variances = xx - mean_x ** 2 + yy - mean_y ** 2
    return float(np.mean((2 * mean_x * mean_y + STABLE[0]) * (2 * covariance + STABLE[1])
                         / ((mean_x ** 2 + mean_y ** 2 + STABLE[0]) * (variances + STABLE[1]))))


def detail_kept(clip):
    """Fine detail of a clip's last frame over that of its first, 1 where nothing blurs.

    Args:
        clip: uint8 `(frames, height, width, channels)`.

    Returns:
        Ratio of the mean absolute Laplacians of the brightness; 1 for a photo without detail.
    """
    first, last = (np.abs(cv2.Laplacian(luma(frame), cv2.CV_32F)).mean()
                   for frame in (clip[0], clip[-1]))
    return float(last / first) if first else 1.0


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
