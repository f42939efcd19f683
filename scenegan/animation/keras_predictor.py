"""Predictors whose networks run in Keras."""

import cv2
import numpy as np

from scenegan import checkpoints
from scenegan.animation import masks
from scenegan.animation.dials import draw
from scenegan.animation.motion import FrameMotion, VelocityMotion
from scenegan.animation.predictors import Predictor
from scenegan.animation.segmentation import probabilities
from scenegan.errors import InputError
from scenegan.pixels import resize, to_channels, to_float
from scenegan.scenery import MOVING
from scenegan.specs import NOISE_SIZE

LOOKED_AT = 1280     # pixels of the longer side, at most, whose edges what stands is told along


def load(path):
    """The predictor of a generator's `.keras` file; a segmenter beside it comes first."""
    generator, beside = checkpoints.load_generator(path), path.with_name(checkpoints.SEGMENTER_FILE)
    return wrap(generator, checkpoints.load_segmenter(beside) if beside.is_file() else None)


def wrap(generator, segmenter=None):
    """The predictor of a generator that is loaded.

    Args:
        generator: As `checkpoints.load_generator` gives it.
        segmenter: What may move is told by it, as `checkpoints.load_segmenter` gives it. None: the
            shipped one.
    """
    kind = VelocityPredictor if checkpoints.tells_velocities(generator) else FramePredictor
    return kind(generator, segmenter or checkpoints.load_segmenter())


class FramePredictor(Predictor):
    """A generator that tells each frame's displacement, mask and change.

    Args:
        generator: Model from photo and noise to a clip, with a layer "motion".
        segmenter: As in `VelocityPredictor`: what it calls rigid or an object stands still.
    """

    def __init__(self, generator, segmenter):
        from scenegan.models.motion import motion_of
        self.network, self.segmenter = motion_of(generator), segmenter
        _, _, self.height, self.width, self.channels = generator.output.shape

    def motion(self, photo, seed, dials):
        if dials.direction is not None:
            raise InputError("direction needs a generator that tells velocities; this one is of "
                             "an older kind. Choose another one.")
        small = to_channels(resize(photo, self.height, self.width), self.channels)
        noise = np.random.default_rng(seed).standard_normal((1, NOISE_SIZE)).astype(np.float32)
        maps = self.network([to_float(small)[None], noise], training=False)
        return FrameMotion(*map(_first, maps), strength=dials.strength,
                           moving=self._moving(photo, dials))

    def mask(self, photo, dials):
        return loose_picture(photo, self.segmenter, dials)

    def _moving(self, photo, dials):
        """A picture of what moves, uint8 `(height, width, 1)`."""
        photo = resize(photo, *masks.working_size(*photo.shape[:2], LOOKED_AT))
        picture = loose_picture(photo, self.segmenter, dials)
        if dials.moving is None:
            picture = np.rint(picture * masks.ramp(picture > 0)).astype(np.uint8)
        return picture[..., None]


def loose_picture(photo, segmenter, dials):
    """What may move, along a photo's edges: uint8 `(height, width)`, white where it may."""
    chances = probabilities(photo, segmenter)
    return VelocityMotion(None, chances, 1, dials.still, dials.moving).mask_over(photo)


class VelocityPredictor(Predictor):
    """A generator that tells velocity fields, and the segmenter that says what may move.

    Args:
        generator: Model from a dict of photo, masks, noise, amount and direction to a dict that
            holds "fields" and "clip".
        segmenter: Model from a photo to logits of `scenery.CLASSES`.
    """

    def __init__(self, generator, segmenter):
        self.network, self.segmenter = generator, segmenter
        _, self.frames, self.height, self.width, self.channels = generator.output["clip"].shape
        inputs = {tensor.name: tensor.shape for tensor in generator.inputs}
        self.looked_at = inputs["photo"][1:3]

    def motion(self, photo, seed, dials):
        chances = probabilities(photo, self.segmenter)
        share = self._share(chances, dials)
        drawn = draw(seed, photo, dials)
        look = to_channels(resize(photo, *self.looked_at), self.channels)
        inputs = {"photo": to_float(look), "masks": share, "noise": drawn.noise,
                  "amount": drawn.amount, "direction": drawn.direction}
        outputs = self.network({name: value[None] for name, value in inputs.items()},
                               training=False)
        fields = _first(outputs["fields"])
        fields[:, :, [kind in dials.still for kind in MOVING]] = 0
        motion = VelocityMotion(fields, chances, self.frames, dials.still, dials.moving)
        return motion if dials.direction is None else motion.headed(dials.heading)

    def mask(self, photo, dials):
        return loose_picture(photo, self.segmenter, dials)

    def _share(self, chances, dials):
        """The masks at the network's size, as it was trained with: not yet along edges."""
        height, width = 4 * self.height, 4 * self.width
        chances = cv2.resize(np.ascontiguousarray(chances[..., :len(MOVING)]), (width, height),
                             interpolation=cv2.INTER_LINEAR)
        allowed = masks.fitted_picture(dials.moving, height, width)
        share = masks.held(masks.shares(
            chances, None if allowed is None else allowed / np.float32(255)), dials.still)
        return resize(share, self.height, self.width)


def _first(batch):
    from keras import ops
    array = np.array(ops.convert_to_numpy(batch)[0])
    if not np.isfinite(array).all():
        raise InputError("The generator gave NaN or infinity. Use another checkpoint.")
    return array
