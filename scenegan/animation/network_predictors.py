"""Predictors of the two kinds of generators, whatever runs their networks."""

import cv2
import numpy as np

from scenegan.animation import masks
from scenegan.animation.dials import draw
from scenegan.animation.falls import water_falls
from scenegan.animation.motion import FrameMotion, VelocityMotion
from scenegan.animation.predictors import Predictor
from scenegan.animation.segmentation import probabilities
from scenegan.errors import InputError
from scenegan.pixels import resize, to_channels, to_float
from scenegan.scenery import MOVING
from scenegan.specs import NOISE_SIZE

LOOKED_AT = 1280     # pixels of the longer side, at most, whose edges what stands is told along


class NetworkPredictor(Predictor):
    """A generator and a segmenter.

    Args:
        network: Function of a dict of float32 arrays to a dict of arrays, by the names that the
            generator has for them; the first axis is the batch.
        segmenter: As in `segmentation.probabilities`.
        shape: Of the generator's clips, `(frames, height, width, channels)`.
    """

    def __init__(self, network, segmenter, shape):
        self.network, self.segmenter = network, segmenter
        self.frames, self.height, self.width, self.channels = shape

    def mask(self, photo, dials):
        return loose_picture(photo, self.segmenter, dials)

    def _ask(self, inputs):
        """The network's outputs for one photo, without the batch's axis."""
        outputs = self.network({name: value[None] for name, value in inputs.items()})
        return {name: _first(batch) for name, batch in outputs.items()}


class FramePredictor(NetworkPredictor):
    """A generator that tells each frame's displacement, mask and change.

    What the segmenter calls rigid or an object stands still.
    """

    lacks = ("direction",)

    def motion(self, photo, seed, dials):
        if dials.direction is not None:
            raise InputError("direction needs a generator that tells velocities; this one is of "
                             "an older kind. Choose another one.")
        small = to_channels(resize(photo, self.height, self.width), self.channels)
        noise = np.random.default_rng(seed).standard_normal((1, NOISE_SIZE)).astype(np.float32)
        maps = self._ask({"photo": to_float(small), "noise": noise[0]})
        return FrameMotion(maps["displacement"], maps["mask"], maps["change"],
                           strength=dials.strength, moving=self._moving(photo, dials))

    def _moving(self, photo, dials):
        """A picture of what moves, uint8 `(height, width, 1)`."""
        photo = resize(photo, *masks.working_size(*photo.shape[:2], LOOKED_AT))
        picture = loose_picture(photo, self.segmenter, dials)
        if dials.moving is None:
            picture = np.rint(picture * masks.ramp(picture > 0)).astype(np.uint8)
        return picture[..., None]


class VelocityPredictor(NetworkPredictor):
    """A generator that tells velocity fields, and the segmenter that says what may move.

    Args:
        looked_at: (height, width) of the photo that the generator takes.
    """

    def __init__(self, network, segmenter, shape, looked_at):
        super().__init__(network, segmenter, shape)
        self.looked_at = looked_at

    def motion(self, photo, seed, dials):
        chances = probabilities(photo, self.segmenter)
        share = self._share(chances, dials)
        drawn = draw(seed, photo, dials, water_falls(photo, chances))
        look = to_channels(resize(photo, *self.looked_at), self.channels)
        fields = self._ask({"photo": to_float(look), "masks": share, "noise": drawn.noise,
                            "amount": drawn.amount, "direction": drawn.direction})["fields"]
        fields *= masks.gains(share)[:, None, None]
        fields[:, :, [kind in dials.still for kind in MOVING]] = 0
        motion = VelocityMotion(fields, chances, self.frames, dials.still, dials.moving)
        return motion if dials.direction is None else motion.headed(dials.heading)

    def _share(self, chances, dials):
        """The masks at the network's size, as it was trained with: not yet along edges."""
        height, width = 4 * self.height, 4 * self.width
        chances = cv2.resize(np.ascontiguousarray(chances[..., :len(MOVING)]), (width, height),
                             interpolation=cv2.INTER_LINEAR)
        allowed = masks.fitted_picture(dials.moving, height, width)
        share = masks.held(masks.shares(
            chances, None if allowed is None else allowed / np.float32(255)), dials.still)
        return resize(share, self.height, self.width)


class ClipPredictor(NetworkPredictor):
    """A generator that paints a whole clip of a photo, as vgan-future's.

    What it paints beside the photo is laid over that. At the generator's own size the frames after
    the first are its clip; above it the photo keeps its detail. There is no noise: every seed
    gives the same.

    Args:
        network, shape: As in `NetworkPredictor`.
        given: Frames of the clip's beginning that it is given, as summary's is. There is only the
            photo: it stands still in all of them.
    """

    supersampling = 1
    lacks = ("seed", "direction", "still")

    def __init__(self, network, shape, given=0):
        super().__init__(network, None, shape)
        self.given = given

    def motion(self, photo, seed, dials):
        if dials.direction is not None or dials.still:
            raise InputError("direction and still need a generator that tells motion; this one "
                             "paints clips. Leave them out, or choose another generator.")
        small = to_float(to_channels(resize(photo, self.height, self.width), self.channels))
        clip = self._ask({"photo": small, "alpha": np.ones(1, np.float32),
                          "given": np.repeat(small[None], self.given, axis=0)})["clip"]
        return FrameMotion(np.zeros((*clip.shape[:-1], 2), np.float32),
                           np.ones((*clip.shape[:-1], 1), np.float32), clip - small,
                           strength=dials.strength, moving=dials.moving)

    def mask(self, photo, dials):
        raise InputError("A generator that paints clips does not tell what may move. Choose one "
                         "of the preset scene.")


def loose_picture(photo, segmenter, dials):
    """What may move, along a photo's edges: uint8 `(height, width)`, white where it may."""
    chances = probabilities(photo, segmenter)
    return VelocityMotion(None, chances, 1, dials.still, dials.moving).mask_over(photo)


def _first(batch):
    array = np.array(batch[0])
    if not np.isfinite(array).all():
        raise InputError("The generator gave NaN or infinity. Use another checkpoint.")
    return array
