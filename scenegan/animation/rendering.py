"""Render a motion over a photo, frame by frame."""

import cv2
import numpy as np

from scenegan.animation.blending import blend, share_of_second
from scenegan.animation.looping import straight
from scenegan.animation.masks import working_size
from scenegan.animation.paths import WORKING
from scenegan.animation.strips import strips
from scenegan.pixels import resize


class Frames:
    """The frames of an animation, rendered one after the other as they are asked for.

    It can be iterated any number of times; a few frames are held at once.

    Args:
        photo: uint8 `(height, width, channels)`.
        motion: A `Motion`.
        plan: A `Schedule`. None: each frame that the motion is made for.
        fitted: The photo at a smaller size, uint8. Then frames are rendered at the size of `photo`
            and shrunk to this one, which keeps more detail. None: as large as `photo`.

    Attributes:
        shape: `(frames, height, width, channels)`.

    Yields:
        uint8 `(height, width, channels)`. The first frame is the photo, and so is every pixel that
        does not move.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, photo, motion, plan=None, fitted=None):
        self.photo, self.motion = photo, motion
        self.fitted = photo if fitted is None else fitted
        self.plan = plan or straight(motion.frames)
        self.shape = (len(self.plan.frames), *self.fitted.shape)

    def __len__(self):
        return self.shape[0]

    def __iter__(self):
        blends = any(len(parts) > 1 for parts in self.plan.frames)
        motion = self.motion.over(self.photo, self.plan.period, inflow=blends)
        for parts in self.plan.frames:
            frame = self._frame(motion, parts)
            yield frame if self.fitted is self.photo else self._shrunk(frame)

    def _frame(self, motion, parts):
        """One frame of a `FittedMotion`, from its pairs (moment, weight)."""
        maps = [motion.at(moment) for moment, _ in parts]
        phases = [sample(self.photo, *at, motion.edge) for at in maps]
        if len(phases) == 1:
            return phases[0]
        (first, _), (second, _) = maps
        return blend(*phases, share_of_second(first, second, parts[1][1]), motion.edge)

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
