"""Render a motion over a photo, frame by frame."""

from itertools import islice

import cv2
import numpy as np

from scenegan.animation.looping import schedule
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
        small = resize(self.photo, *self.fitted.shape[:2]).astype(np.int16)
        for parts, now in zip(self.plan, fitted.moments(1.0), strict=False):
            parts = [(before[-moment] if moment < 0 else now, weight) for moment, weight in parts]
            frame = _blend([(sample(self.photo, *maps, fitted.edge), weight)
                            for maps, weight in parts])
            if self.fitted is not self.photo:
                change = resize(frame, *small.shape[:2]).astype(np.int16) - small
                frame = np.clip(self.fitted + change, 0, 255).astype(np.uint8)
            yield frame

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
    height, width, channels = photo.shape
    place = enlarge(displacement, height, width)
    place *= np.float32([width, height])
    if edge is not None:
        place *= edge[..., None]
    place[..., 0] += np.arange(width, dtype=np.float32)
    place[..., 1] += np.arange(height, dtype=np.float32)[:, None]
    frame = cv2.remap(photo, place, None, cv2.INTER_CUBIC,
                      borderMode=cv2.BORDER_REPLICATE).reshape(photo.shape)
    if painted is None or not painted.any():
        return frame
    painted = enlarge(painted, height, width)
    if edge is not None:
        painted *= edge[..., None]
    return np.clip(np.rint(frame + painted), 0, 255).astype(np.uint8)


def enlarge(maps, height, width):
    """float32 maps `(rows, columns, n)` at another size, a copy."""
    smooth = height > 4 * maps.shape[0]              # squares show where a map is much coarser
    return cv2.resize(maps, (width, height), interpolation=cv2.INTER_CUBIC if smooth else
                      cv2.INTER_LINEAR).reshape(height, width, maps.shape[-1])


def _blend(parts):
    """The weighted mean of uint8 frames, from pairs (frame, weight)."""
    if len(parts) == 1:
        return parts[0][0]
    (first, share), (second, rest) = parts
    return cv2.addWeighted(first, share, second, rest, 0).reshape(first.shape)
