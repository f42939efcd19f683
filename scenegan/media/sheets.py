"""A contact sheet of animations: some frames of each, one animation a row."""

import numpy as np

from scenegan.files.atomic import replacing
from scenegan.pixels import resize, to_channels

SHOWN = (0.0, 0.25, 0.5, 0.75)       # parts of an animation whose frames are shown
WIDTH = 320                          # pixels of a frame on the sheet, at most
GAP = 4                              # white pixels between frames


class Watched:
    """Frames that keep what a sheet shows of them while they are written.

    Args:
        frames: Iterable of uint8 frames with `shape` and `dtype`, such as `scenegan.frames` gives.

    Attributes:
        thumbnails: List of small uint8 frames `(height, width, 3)`, once they were iterated.
    """

    def __init__(self, frames):
        self.frames, self.shape, self.dtype = frames, frames.shape, frames.dtype
        self.rounds = getattr(frames, "rounds", 1)
        self.thumbnails = []

    def once(self):
        """One round of the frames, watched for the same sheet."""
        watched = Watched(self.frames.once())
        watched.thumbnails = self.thumbnails
        return watched

    def __iter__(self):
        shown = {int(part * self.shape[0]) for part in SHOWN}
        self.thumbnails.clear()
        for number, frame in enumerate(self.frames):
            if number in shown:
                self.thumbnails.append(_shrink(frame))
            yield frame


def write_sheet(rows, path):
    """Write a PNG of rows of frames of one size, atomically.

    Args:
        rows: List of lists of uint8 `(height, width, 3)`. All are shown at the size of the first.
    """
    from PIL import Image
    height, width, _ = rows[0][0].shape
    columns = max(map(len, rows))
    sheet = np.full((len(rows) * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3), 255,
                    np.uint8)
    for down, row in enumerate(rows):
        for across, frame in enumerate(row):
            top, left = down * (height + GAP), across * (width + GAP)
            sheet[top:top + height, left:left + width] = resize(frame, height, width)
    with replacing(path) as part:
        Image.fromarray(sheet).save(part)


def _shrink(frame):
    height, width, _ = frame.shape
    scale = min(1.0, WIDTH / width)
    small = resize(frame, max(1, round(scale * height)), max(1, round(scale * width)))
    return to_channels(small, 3)
