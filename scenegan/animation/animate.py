"""Animate a photo: predict its motion, turn its dials, render it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias, Union

import numpy as np

from scenegan import pixels
from scenegan.animation.dials import Dials
from scenegan.animation.predictors import Predictor, load_predictor
from scenegan.animation.rendering import Frames
from scenegan.errors import InputError
from scenegan.media.photos import read_photo

if TYPE_CHECKING:
    import keras

# A path, or a uint8 array (height, width, 3); what `frames` takes as a generator.
Picture: TypeAlias = str | os.PathLike | np.ndarray
Generator: TypeAlias = Union["keras.Model", Predictor, str, os.PathLike, None]    # noqa: UP007
ALIKE = 0.02         # how much the proportions of a photo and of its mask may differ
SUPERSAMPLING = 2    # times the network's own size that its animations are rendered at


def animate(photo: Picture, *, seed: int | None = None, generator: Generator = None,
            scale: int = 1, loop: bool = False, moving: Picture | None = None,
            size: tuple[int, int] | None = None, strength: float = 1.0,
            direction: float | None = None, still: Iterable[str] = ()) -> np.ndarray:
    """Animate one photo; see `frames`.

    Returns:
        uint8 array `(frames, height * scale, width * scale, channels)`, RGB or gray as the
        generator was trained. The first frame is the photo at that size.
    """
    return frames(photo, seed=seed, generator=generator, scale=scale, loop=loop, moving=moving,
                  size=size, strength=strength, direction=direction, still=still).array()


def frames(photo: Picture, *, seed: int | None = None, generator: Generator = None,
           scale: int = 1, loop: bool = False, moving: Picture | None = None,
           size: tuple[int, int] | None = None, strength: float = 1.0,
           direction: float | None = None, still: Iterable[str] = ()) -> Frames:
    """The frames of one photo's animation, rendered as they are asked for.

    Args:
        photo: Path of a photo, or a uint8 array `(height, width, 3)`, RGB. Its centre is
            used, in the generator's aspect (16:9).
        seed: Whole number that picks one of the possible motions; the same one always gives
            the same animation. None gives another one each time.
        generator: A generator that `load_generator` gave, a `Predictor`, the path of one or a
            shipped one's name, such as "gray", or None for the shipped one. For several photos
            load it once.
        scale: Size of the animation as a multiple of the generator's. The motion is enlarged
            and applied to the photo, which keeps its own detail.
        loop: Whether the end flows back into the photo, so that it can be shown over and over
            without a jump; see `looping.schedule`.
        moving: Where things may move: path of a picture of the photo's proportions, or a uint8
            array `(height, width, 3)` of one, black where the photo stands still and white where
            it moves. None leaves it all to the generator.
        size: (width, height) in pixels, in place of `scale`.
        strength, direction, still: As in `Dials`.

    Returns:
        `Frames`: can be iterated, and has the `shape` of the array that `animate` returns.

    Raises:
        InputError: If the photo, the checkpoint or `moving` cannot be used, or the generator
            cannot do what is asked.
        ValueError: If `photo` or `moving` is another kind of array, `scale` no whole number
            from 1, or `size` no two.
    """
    _check_size(scale, size)
    photo = _as_array(photo, "photo")
    if moving is not None:
        moving = _as_array(moving, "moving")
        check_proportions(moving, photo)
    predictor = as_predictor(generator)
    width, height = size or (int(scale) * predictor.width, int(scale) * predictor.height)
    photo = pixels.crop_to_aspect(photo, width / height)
    if moving is not None:
        moving = pixels.crop_to_aspect(moving, width / height)
    motion = predictor.motion(photo, seed, Dials(strength=strength, direction=direction,
                                                 still=tuple(still), moving=moving))
    fitted = pixels.to_channels(pixels.resize(photo, height, width), predictor.channels)
    if width >= SUPERSAMPLING * predictor.width:
        return Frames(fitted, motion, loop)
    large = pixels.resize(photo, SUPERSAMPLING * height, SUPERSAMPLING * width)
    return Frames(pixels.to_channels(large, predictor.channels), motion, loop, fitted)


def show_mask(photo: Picture, *, generator: Generator = None, moving: Picture | None = None,
              still: Iterable[str] = ()) -> np.ndarray:
    """What may move in a photo, ready to be painted over and given as `moving`.

    Args:
        As in `frames`.

    Returns:
        uint8 `(height, width)` of the photo's size, white where it may move.

    Raises:
        As `frames`, and InputError if the generator does not know.
    """
    photo = _as_array(photo, "photo")
    if moving is not None:
        moving = _as_array(moving, "moving")
        check_proportions(moving, photo)
    return as_predictor(generator).mask(photo, Dials(moving=moving, still=tuple(still)))


def as_predictor(generator):
    """A `Predictor` from what `frames` takes as `generator`."""
    if isinstance(generator, Predictor):
        return generator
    if generator is None or isinstance(generator, (str, os.PathLike)):
        return load_predictor(generator)
    from scenegan.animation.keras_predictor import wrap
    return wrap(generator)


def check_proportions(moving, photo):
    """Raise InputError unless a picture of what moves has a photo's proportions.

    Args:
        moving, photo: Arrays `(height, width, ...)`.
    """
    (height, width), (rows, columns) = moving.shape[:2], photo.shape[:2]
    if abs(width * rows - columns * height) > max(width * rows, columns * height) * ALIKE:
        raise InputError(f"A picture of what moves must have the photo's proportions. Received: "
                         f"{width}x{height} for a photo of {columns}x{rows}. Paint it black and "
                         "white over a copy of the photo.")


def _check_size(scale, size):
    if scale != int(scale) or scale < 1:
        raise ValueError(f"scale must be a whole number from 1. Received: {scale}.")
    if size is not None and (len(size) != 2 or any(side != int(side) or side < 2 for side in size)):
        raise ValueError("size must be (width, height), two whole numbers from 2. "
                         f"Received: {size}.")


def _as_array(photo, name):
    if isinstance(photo, (str, os.PathLike)):
        return read_photo(photo)
    photo = np.asarray(photo)
    if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[-1] != 3 or not photo.size:
        raise ValueError(f"{name} must be a path or a uint8 array (height, width, 3). "
                         f"Received: {photo.dtype} {photo.shape}.")
    return photo
