"""Enlarge maps a strip of rows at a time, so that a large photo needs no maps of its size."""

import cv2
import numpy as np

PIXELS = 1 << 16     # of a strip: a map of two channels takes half a megabyte
GAP = 32             # columns that are rendered rather than left out


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
    positions = np.clip((np.arange(part.start, part.stop, dtype=np.float32) + 0.5) * (rows / height)
                        - 0.5, 0, rows - 1)
    above = np.minimum(positions.astype(int), max(rows - 2, 0))
    below = np.minimum(above + 1, rows - 1)
    share = (positions - above).astype(np.float32)[:, None, None]
    return widened((1 - share) * maps[above] + share * maps[below], width)


def strips(maps, height, width):
    """All strips of enlarged maps: pairs of a slice and what `enlarge` gives there."""
    for part in row_parts(height, width):
        yield part, enlarge(maps, height, width, part)


def moving_areas(still, height, width):
    """The parts of a picture's strips in which something moves.

    Args:
        still: bool `(height, width)`, or None if all may move.

    Returns:
        List of (rows, list of columns), all of them slices. Columns are split where more than GAP
        of them stand still.
    """
    strips = row_parts(height, width)
    if still is None:
        return [(rows, [slice(0, width)]) for rows in strips]
    moving = ((rows, np.flatnonzero(~still[rows].all(axis=0))) for rows in strips)
    return [(rows, [slice(run[0], run[-1] + 1) for run in np.split(
        columns, np.flatnonzero(np.diff(columns) > GAP + 1) + 1)])
        for rows, columns in moving if len(columns)]


def heightened(maps, height):
    """Maps `(rows, columns)` or `(rows, columns, up to 4)` with more rows, bilinearly.

    `widened` does the rest, a strip at a time.
    """
    return cv2.resize(maps, (maps.shape[1], height), interpolation=cv2.INTER_LINEAR).reshape(
        height, *maps.shape[1:])


def widened(lines, width):
    """Rows `(n, columns)` or `(n, columns, channels)` at another width."""
    if lines.ndim == 2 or lines.shape[-1] <= 4:       # OpenCV resizes up to four channels
        return cv2.resize(lines, (width, len(lines)), interpolation=cv2.INTER_LINEAR).reshape(
            len(lines), width, *lines.shape[2:])
    groups = [widened(np.ascontiguousarray(lines[..., first:first + 4]), width)
              for first in range(0, lines.shape[-1], 4)]
    return np.concatenate(groups, axis=-1)
