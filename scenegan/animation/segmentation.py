"""What is in a photo: the probabilities of the segmenter's classes, at a size of its own."""

import numpy as np

from scenegan.errors import InputError
from scenegan.pixels import resize, to_float
from scenegan.scenery import CLASSES, STRIDE

# Pixels of the longer side at which a photo is looked at: small, for what the whole shows, and
# large, for its parts. The mean of both is sure only of what they agree in.
LOOKS = (192, 320)
SMALLEST_SIDE = 64       # pixels: of less the coarsest map has a few columns only


def probabilities(photo, segmenter):
    """What each part of a photo shows.

    Args:
        photo: uint8 `(height, width, 3)`, RGB, of any size and aspect. All of it is used.
        segmenter: As `scenegan.checkpoints.load_segmenter` gives it, or another function of photos
            to logits, arrays or tensors of the backend.

    Returns:
        float32 `(rows, columns, len(CLASSES))`; a pixel's sum to 1. The longer side has that of
        the larger of LOOKS, both are multiples of STRIDE, and the aspect is kept as far as that
        allows.

    Raises:
        ValueError: If `photo` is another kind of array.
        InputError: If the segmenter gives no finite numbers.
    """
    photo = np.asarray(photo)
    if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[-1] != 3 or not photo.size:
        raise ValueError("photo must be a uint8 array (height, width, 3). "
                         f"Received: {photo.dtype} {photo.shape}.")
    looks = [_look(resize(photo, *working_size(*photo.shape[:2], longer)), segmenter)
             for longer in LOOKS]
    chances = np.mean([enlarge(look, *working_size(*photo.shape[:2], max(LOOKS)))
                       for look in looks], axis=0)
    if not np.isfinite(chances).all():
        raise InputError("The segmenter gave NaN or infinity. Use another one.")
    return chances


def _look(photo, segmenter):
    """Probabilities of one size of a photo, `(rows / 4, columns / 4, len(CLASSES))`."""
    logits = segmenter(to_float(photo)[None], training=False)
    if not isinstance(logits, np.ndarray):
        from keras.ops import convert_to_numpy
        logits = convert_to_numpy(logits)
    powers = np.exp(logits[0] - logits[0].max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def working_size(height, width, longer):
    """The size with a longer side at which a photo of some height and width is looked at.

    Returns:
        (rows, columns), multiples of STRIDE.
    """
    scale = longer / max(height, width)
    return tuple(max(SMALLEST_SIDE, round(side * scale / STRIDE) * STRIDE)
                 for side in (height, width))


def enlarge(chances, height, width):
    """Probabilities `(rows, columns, len(CLASSES))` at a larger size, still summing to 1."""
    import cv2
    return cv2.resize(chances, (width, height), interpolation=cv2.INTER_LINEAR).reshape(
        height, width, len(CLASSES))
