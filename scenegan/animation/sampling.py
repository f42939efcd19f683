"""Sample a photo between its pixels."""

import cv2
import numpy as np

from scenegan.animation.strips import enlarge, row_parts

LARGE = 1920 * 1200  # pixels of a photo, above which its interpolation would take 30 MB and more
EDGE = cv2.BORDER_REPLICATE
TAPS = np.arange(-3, 5) - 0.5
BETWEEN = (np.sinc(TAPS) * np.cos(np.pi * TAPS / 8) ** 2)[None]    # the middle of two pixels
BETWEEN /= BETWEEN.sum()


class Sampler:
    """Samples a photo where displacements say.

    Args:
        photo: uint8 `(height, width, channels)`.
    """

    def __init__(self, photo):
        self.shape = height, width, _ = photo.shape
        self.source = interpolated(photo)
        self.times = self.source.shape[0] // height
        rows = row_parts(height, width)[0].stop
        self.grid = self.times * np.stack(np.meshgrid(
            np.arange(width, dtype=np.float32), np.arange(rows, dtype=np.float32)), axis=-1)

    def rows(self, displacement, part):
        """Rows of a frame, uint8: of the photo, where the displacement is 0.

        Args:
            displacement: float32 `(rows, columns, 2)` in fractions of width and height.
            part: Slice of rows, as `row_parts` gives them.
        """
        height, width, channels = self.shape
        place = enlarge(displacement, height, width, part)
        place = cv2.multiply(place, (self.times * width, self.times * height, 0, 0), dst=place)
        place = cv2.add(place, self.grid[:len(place)], dst=place)
        place = cv2.add(place, (0, self.times * part.start, 0, 0), dst=place)
        return cv2.remap(self.source, place, None, cv2.INTER_CUBIC, borderMode=EDGE).reshape(
            -1, width, channels)


def interpolated(photo):
    """A photo with a pixel between each two of its own, if it is not too large for that.

    Bicubic samples of that keep more of the finest detail than those of the photo itself. The
    pixel after the last one is the last one again.

    Args:
        photo: uint8 `(height, width, channels)`.

    Returns:
        uint8 `(2 height, 2 width, channels)`, every other pixel the photo's, or the photo.
    """
    height, width, channels = photo.shape
    if height * width > LARGE:
        return photo
    finer = np.empty((2 * height, 2 * width, channels), np.uint8)
    finer[::2, ::2] = photo
    finer[::2, 1::2] = cv2.filter2D(photo, -1, BETWEEN, anchor=(3, 0), borderType=EDGE).reshape(
        photo.shape)
    finer[::2, -1] = photo[:, -1]
    finer[1::2] = cv2.filter2D(np.ascontiguousarray(finer[::2]), -1, BETWEEN.T, anchor=(0, 3),
                               borderType=EDGE).reshape(height, 2 * width, channels)
    finer[-1] = finer[-2]
    return finer
