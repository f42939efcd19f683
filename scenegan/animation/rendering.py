"""Render a motion over a photo, frame by frame."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from scenegan.animation.blending import Blender
from scenegan.animation.looping import straight
from scenegan.animation.sampling import Sampler
from scenegan.animation.strips import heightened, moving_areas, widened
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
        rounds: How often the same frames follow each other.

    Yields:
        uint8 `(height, width, channels)`. The first frame is the photo, and so is every pixel that
        does not move.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, photo, motion, plan=None, *, fitted=None):
        self.photo, self.motion = photo, motion
        self.fitted = photo if fitted is None else fitted
        self.plan = plan or straight(motion.frames)
        self.shape = (len(self.plan.frames), *self.fitted.shape)
        self.rounds = self.plan.rounds

    def once(self):
        """`Frames` of one round."""
        return Frames(self.photo, self.motion, self.plan.once(), fitted=self.fitted)

    def __len__(self):
        return self.shape[0]

    def __iter__(self):
        renderer = Renderer(self.photo, self.motion.over(self.photo, self.plan.period))
        with ThreadPoolExecutor(cv2.getNumThreads()) as threads:
            for shown in self.plan.frames:
                frame = renderer.frame(shown, threads.map)
                yield frame if self.fitted is self.photo else self._shrunk(frame)

    def _shrunk(self, frame):
        """A frame at the size of the fitted photo, which it is where it is the large one."""
        frame, photo = (resize(image, *self.fitted.shape[:2]).astype(np.int16)
                        for image in (frame, self.photo))
        return np.clip(self.fitted + frame - photo, 0, 255).astype(np.uint8)

    def array(self):
        """All frames, uint8 `(frames, height, width, channels)`."""
        frames = np.empty((self.rounds, len(self) // self.rounds, *self.shape[1:]), self.dtype)
        for index, frame in enumerate(self.once()):
            frames[:, index] = frame
        return frames.reshape(self.shape)


class Renderer:
    """Renders frames of one photo, a part of a strip of rows at a time.

    Args:
        photo: uint8 `(height, width, channels)`.
        motion: Its `FittedMotion`.
    """

    def __init__(self, photo, motion):
        self.photo, self.motion = photo, motion
        self.sampler, self.blender = Sampler(photo), Blender(photo)
        self.moves = motion.edge
        self.areas = moving_areas(None if motion.edge is None else motion.edge == 0,
                                  *photo.shape[:2])

    def frame(self, shown, over=map):
        """One frame, uint8 `(height, width, channels)`: the photo, where nothing moves it.

        Args:
            shown: One or two pairs (moment, weight), as in `Schedule`.
            over: What calls a function for each of its arguments, such as `map`.
        """
        phases, painted = zip(*(self.motion.at(moment) for moment, _ in shown), strict=True)
        weights, added = None, painted[0]
        if len(phases) > 1:
            share = shown[1][1]
            weights, added = self.blender.mix(*phases, share)
            for levels, part in zip(painted, (1 - share, share), strict=True):
                added = added if levels is None else added + part * resize(levels, *added.shape[:2])
        height, frame = self.photo.shape[0], self.photo.copy()
        places = [self.sampler.places(phase) for phase in phases]
        weights = [] if weights is None else [heightened(w, height) for w in cv2.split(weights)]
        added = None if added is None else heightened(added, height)

        def render(area):
            rows, runs = area
            self._strip(frame, rows, runs, places, weights, added)
        for _ in over(render, self.areas):            # each writes rows of its own
            pass
        return frame

    def _strip(self, frame, rows, runs, places, weights, added):
        """Render the columns of a strip in which something moves."""
        width = self.photo.shape[1]
        places = [self.sampler.strip(place, rows) for place in places]
        weights = [widened(weight[rows], width) for weight in weights]
        added = None if added is None else widened(added[rows], width)
        for columns in runs:
            shots = [self.sampler.sample(x[:, columns], y[:, columns]) for x, y in places]
            moved = mixed(shots, [weight[:, columns] for weight in weights],
                          None if added is None else added[:, columns])
            area = rows, columns
            if self.moves is None:
                frame[area] = moved
            else:
                cv2.copyTo(moved, self.moves[area], frame[area])


def mixed(shots, weights, added):
    """The sum of one or two pictures times weights, and of what is added, uint8.

    Args:
        shots: List of uint8 `(rows, columns, channels)`.
        weights: List of as many of float32 `(rows, columns)`, or an empty one for one picture.
        added: float32 `(rows, columns, channels)` or None.
    """
    shape = shots[0].shape
    shots = [cv2.multiply(shot, cv2.merge([weight] * shape[-1]), dtype=cv2.CV_32F)
             for shot, weight in zip(shots, weights, strict=True)] if weights else shots
    result = shots[0] if len(shots) == 1 else cv2.add(*shots, dst=shots[0])
    if added is not None:
        result = cv2.add(result.reshape(shape), added, dtype=cv2.CV_8U)
    return result.reshape(shape)
