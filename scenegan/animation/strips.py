"""Enlarge maps a strip of rows at a time, so that a large photo needs no maps of its size."""

import cv2
import numpy as np

PIXELS = 1 << 18     # of a strip: a map of two channels takes 2 MB


def strips(maps, height, width):
    """Enlarge maps bilinearly, from the top down.

    Args:
        maps: float32 `(rows, columns, channels)`.
        height, width: The size to enlarge to.

    Yields:
        `(slice, part)`: rows of the large size and the enlarged maps there, float32
        `(rows of the slice, width, channels)`, each a new array.
    """
    rows, _, channels = maps.shape
    step = max(1, PIXELS // width)
    places = np.clip((np.arange(height, dtype=np.float32) + 0.5) * (rows / height) - 0.5, 0,
                     rows - 1)
    above = np.minimum(places.astype(int), max(rows - 2, 0))
    below = np.minimum(above + 1, rows - 1)
    shares = (places - above).astype(np.float32)[:, None, None]
    for start in range(0, height, step):
        part = slice(start, min(start + step, height))
        share = shares[part]
        lines = (1 - share) * maps[above[part]] + share * maps[below[part]]
        yield part, _widened(lines, width).reshape(len(lines), width, channels)


def _widened(lines, width):
    """Rows `(n, columns, channels)` at another width; OpenCV resizes up to four channels."""
    groups = [cv2.resize(np.ascontiguousarray(lines[..., first:first + 4]), (width, len(lines)),
                         interpolation=cv2.INTER_LINEAR).reshape(len(lines), width, -1)
              for first in range(0, lines.shape[-1], 4)]
    return groups[0] if len(groups) == 1 else np.concatenate(groups, axis=-1)
