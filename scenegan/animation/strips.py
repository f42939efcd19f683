"""Enlarge maps a strip of rows at a time, so that a large photo needs no maps of its size."""

import cv2
import numpy as np

PIXELS = 1 << 18     # of a strip: a map of two channels takes 2 MB


def row_parts(height, width):
    """The strips of a size, slices of rows, from the top down."""
    step = max(1, PIXELS // width)
    return [slice(start, min(start + step, height)) for start in range(0, height, step)]


def enlarge(maps, height, width, part):
    """Enlarge maps bilinearly, at some rows only.

    Args:
        maps: float32 `(rows, columns, channels)`.
        height, width: The size to enlarge to.
        part: Slice of its rows.

    Returns:
        float32 `(rows of the slice, width, channels)`, a new array.
    """
    rows = maps.shape[0]
    places = np.clip((np.arange(part.start, part.stop, dtype=np.float32) + 0.5) * (rows / height)
                     - 0.5, 0, rows - 1)
    above = np.minimum(places.astype(int), max(rows - 2, 0))
    below = np.minimum(above + 1, rows - 1)
    share = (places - above).astype(np.float32)[:, None, None]
    return _widened((1 - share) * maps[above] + share * maps[below], width)


def strips(maps, height, width):
    """All strips of enlarged maps: pairs of a slice and what `enlarge` gives there."""
    for part in row_parts(height, width):
        yield part, enlarge(maps, height, width, part)


def _widened(lines, width):
    """Rows `(n, columns, channels)` at another width; OpenCV resizes up to four channels."""
    groups = [cv2.resize(np.ascontiguousarray(lines[..., first:first + 4]), (width, len(lines)),
                         interpolation=cv2.INTER_LINEAR).reshape(len(lines), width, -1)
              for first in range(0, lines.shape[-1], 4)]
    return groups[0] if len(groups) == 1 else np.concatenate(groups, axis=-1)
