"""Render a motion over a photo, frame by frame."""

from itertools import islice

import cv2
import numpy as np

from scenegan.animation.looping import schedule
from scenegan.animation.masks import working_size
from scenegan.animation.motion import WORKING
from scenegan.animation.strips import strips
from scenegan.pixels import resize


class Frames:
    """The frames of an animation, rendered one after the other as they are asked for.

    It can be iterated any number of times; a few frames are held at once.

    Args:
        photo: uint8 `(height, width, channels)`.
        motion: A `Motion`.
        loop: Whether the end flows back into the photo, see `looping.schedule`.
        fitted: The photo at a smaller size, uint8. Then frames are rendered at the size of `photo`
            and shrunk to this one, which keeps more detail. None: as large as `photo`.

    Attributes:
        shape: `(frames, height, width, channels)`.

    Yields:
        uint8 `(height, width, channels)`. The first frame is the photo, and so is every pixel that
        does not move.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, photo, motion, loop=False, fitted=None):
        self.photo, self.motion = photo, motion
        self.fitted = photo if fitted is None else fitted
        self.plan = schedule(motion.frames, loop)
        self.shape = (motion.frames, *self.fitted.shape)

    def __len__(self):
        return len(self.plan)

    def __iter__(self):
        fitted = self.motion.over(self.photo)
        earliest = min(moment for parts in self.plan for moment, _ in parts)
        before = list(islice(fitted.moments(-1.0), 1 - earliest))         # small maps
        for parts, now in zip(self.plan, fitted.moments(1.0), strict=False):
            parts = [(before[-moment] if moment < 0 else now, weight) for moment, weight in parts]
            frame = _blend([(sample(self.photo, *maps, fitted.edge), weight)
                            for maps, weight in parts])
            yield frame if self.fitted is self.photo else self._shrunk(frame)

    def _shrunk(self, frame):
        """A frame at the size of the fitted photo, which it is where it is the large one."""
        frame, photo = (resize(image, *self.fitted.shape[:2]).astype(np.int16)
                        for image in (frame, self.photo))
        return np.clip(self.fitted + frame - photo, 0, 255).astype(np.uint8)

    def array(self):
        """All frames, uint8 `(frames, height, width, channels)`."""
        frames = np.empty(self.shape, self.dtype)
        for index, frame in enumerate(self):
            frames[index] = frame
        return frames


def sample(photo, displacement, painted=None, edge=None):
    """One frame.

    Args:
        photo: uint8 `(height, width, channels)`.
        displacement, painted, edge: As in `FittedMotion`.

    Returns:
        uint8 `(height, width, channels)`: the photo, where both maps are 0.
    """
    height, width, _ = photo.shape
    frame = np.empty_like(photo)
    maps = smooth(displacement, height, width)
    columns = np.arange(width, dtype=np.float32)
    lines = np.arange(height, dtype=np.float32)[:, None]
    for part, place in strips(maps, height, width):
        place *= np.float32([width, height])
        if edge is not None:
            place *= edge[part, :, None] / np.float32(255)
        place[..., 0] += columns
        place[..., 1] += lines[part]
        frame[part] = cv2.remap(photo, place, None, cv2.INTER_CUBIC,
                                borderMode=cv2.BORDER_REPLICATE).reshape(frame[part].shape)
    if painted is not None and painted.any():
        _paint(frame, smooth(painted, height, width), edge)
    return frame


def _paint(frame, painted, edge):
    """Add gray levels to a frame, in place."""
    for part, levels in strips(painted, *frame.shape[:2]):
        if edge is not None:
            levels *= edge[part, :, None] / np.float32(255)
        frame[part] = np.clip(np.rint(frame[part] + levels), 0, 255)


def smooth(maps, height, width):
    """Coarse maps enlarged to where straight lines between them will do, by cubic splines."""
    rows, columns = working_size(height, width, WORKING)
    if rows <= maps.shape[0] and columns <= maps.shape[1]:
        return maps
    return cv2.resize(maps, (columns, rows), interpolation=cv2.INTER_CUBIC).reshape(
        rows, columns, maps.shape[-1])


def _blend(parts):
    """The weighted mean of uint8 frames, from pairs (frame, weight)."""
    if len(parts) == 1:
        return parts[0][0]
    (first, share), (second, rest) = parts
    return cv2.addWeighted(first, share, second, rest, 0, dst=first).reshape(first.shape)
