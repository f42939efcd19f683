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
        self.across = np.zeros((rows, width, 2), np.float32)
        self.across[..., 0] = self.times * np.arange(width)

    def places(self, displacement):
        """Where all rows of a frame come from, but for what `area` adds.

        Args:
            displacement: float32 `(rows, columns, 2)` in fractions of width and height.

        Returns:
            float32 `(height, columns, 2)`, in pixels.
        """
        height, width, _ = self.shape
        places = heightened(cv2.multiply(
            displacement, (self.times * width, self.times * height, 0, 0)), height)
        places[..., 1] += self.down
        return places

    def area(self, places, rows, columns):
        """An area of a frame, uint8: of the photo, where the displacement is 0.

        Args:
            places: As `places` gives them.
            rows, columns: Slices; the rows are one of `row_parts`.
        """
        across = self.across[:rows.stop - rows.start, columns]
        positions = cv2.add(widened(places[rows], self.shape[1])[:, columns], across)
        return cv2.remap(self.source, positions, None, cv2.INTER_CUBIC, borderMode=EDGE).reshape(
            *positions.shape[:2], -1)


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
