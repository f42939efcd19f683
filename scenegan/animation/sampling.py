"""Sample a photo between its pixels."""

import cv2
import numpy as np

from scenegan.animation.strips import heightened, row_parts, widened

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
        self.down = self.times * np.arange(height, dtype=np.float32)[:, None]
        self.across = np.tile(self.times * np.arange(width, dtype=np.float32), (rows, 1))

    def places(self, displacement):
        """Where all rows of a frame come from, but for what `strip` adds.

        Args:
            displacement: float32 `(rows, columns, 2)` in fractions of width and height.

        Returns:
            Two of float32 `(height, columns)`: x and y in pixels. (OpenCV enlarges two maps of one
            channel in half the time of one of two.)
        """
        height, width, _ = self.shape
        x, y = (heightened(cv2.multiply(plane, self.times * side), height)
                for plane, side in zip(cv2.split(displacement), (width, height), strict=True))
        y += self.down
        return x, y

    def strip(self, places, rows):
        """Where all pixels of a strip come from.

        Args:
            places: As `places` gives them.
            rows: Slice, one of `row_parts`.

        Returns:
            Two of float32 `(rows, width)`: x and y in pixels.
        """
        x, y = (widened(plane[rows], self.shape[1]) for plane in places)
        return cv2.add(x, self.across[:len(x)], dst=x), y

    def sample(self, x, y):
        """What is at some places, uint8 `(rows, columns, channels)`: of the photo, where the
        displacement is 0.
        """
        return cv2.remap(self.source, x, y, cv2.INTER_CUBIC, borderMode=EDGE).reshape(*x.shape, -1)


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
