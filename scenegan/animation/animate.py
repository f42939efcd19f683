"""Animate a photo: predict its motion, turn its dials, render it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, Union

import numpy as np

from scenegan.animation.dials import Dials, quarters_of
from scenegan.animation.looping import as_loop
from scenegan.animation.predictors import Predictor, load_predictor
from scenegan.animation.rendering import Frames
from scenegan.animation.sizes import NETWORK, enough, fitted_size, parse_size
from scenegan.animation.timing import Timing
from scenegan.errors import InputError
from scenegan.media.photos import read_photo
from scenegan.pixels import crop_to_aspect, resize, to_channels
from scenegan.specs import FPS

if TYPE_CHECKING:
    import keras

# A path, or a uint8 array (height, width, 3); what `frames` takes as a generator.
Picture: TypeAlias = str | os.PathLike | np.ndarray
Generator: TypeAlias = Union["keras.Model", Predictor, str, os.PathLike, None]    # noqa: UP007
Size: TypeAlias = str | int | tuple[int, int] | None
ALIKE = 0.02         # how much the proportions of a photo and of its mask may differ


def animate(photo: Picture, *, seed: int | None = None, generator: Generator = None,
            size: Size = None, scale: int | None = None, loop: str | bool = "phases",
            seconds: float | None = None, fps: float = FPS, speed: float = 1.0,
            strength: float = 1.0, direction: float | None = None, still: Iterable[str] = (),
            moving: Picture | None = None) -> np.ndarray:
    """Animate one photo; see `frames`.

    Returns:
        uint8 array `(frames, height, width, channels)`, RGB or gray as the generator was trained.
        The first frame is the photo at that size.
    """
    return frames(photo, seed=seed, generator=generator, size=size, scale=scale, loop=loop,
                  seconds=seconds, fps=fps, speed=speed, strength=strength, direction=direction,
                  still=still, moving=moving).array()


def frames(photo: Picture, *, seed: int | None = None, generator: Generator = None,
           size: Size = None, scale: int | None = None, loop: str | bool = "phases",
           seconds: float | None = None, fps: float = FPS, speed: float = 1.0,
           strength: float = 1.0, direction: float | None = None, still: Iterable[str] = (),
           moving: Picture | None = None) -> Frames:
    """The frames of one photo's animation, rendered as they are asked for.

    Args:
        photo: Path of a photo, or a uint8 array `(height, width, 3)`, RGB. The generator looks at
            all of it that is shown.
        seed: Whole number that picks one of the possible motions; the same one always gives
            the same animation. None gives another one each time.
        generator: A generator that `load_generator` gave, a `Predictor`, the path of one or a
            shipped one's name, such as "gray", or None for the shipped one. For several photos
            load it once.
        size: None for the photo's aspect, at most 960 pixels wide; a width in that aspect;
            (width, height), to which the photo is cropped; "photo" for its own size; or "network"
            for the generator's. Also as text, such as "1920x1080".
        scale: In place of `size`, the generator's own size times a whole number.
        loop: How the end flows back into the photo, one of "phases", "fade", "back" and "none";
            see `looping.schedule`. True is "phases" and False "none".
        seconds: From 0.1 to 60. None: 4, and at the generator's own size or a multiple of it as
            many frames as it was trained for.
        fps: Frames a second, from 1 to 120.
        speed: Times that time runs faster, from 0.05 to 10.
        strength: Times the usual speed of what moves, from 0 to 10.
        direction: Degrees that sky and water move to: 0 is right, 90 up, 180 left. None leaves it
            to the seed.
        still: Which of "sky", "water" and "plants" stand still.
        moving: Where things may move: path of a picture of the photo's proportions, or a uint8
            array `(height, width, 3)` of one, black where the photo stands still and white where
            it moves. None leaves it all to the generator.

    Returns:
        `Frames`: can be iterated, and has the `shape` of the array that `animate` returns.

    Raises:
        InputError: If the photo, the checkpoint or `moving` cannot be used, a value is out of its
            bounds, or the generator cannot do what is asked.
        ValueError: If `photo` or `moving` is another kind of array.
    """
    timing = Timing(seconds=seconds, fps=fps, speed=speed, loop=as_loop(loop))
    size, scale = parse_size(size), _whole(scale)
    dials = Dials(strength=strength, direction=direction, still=tuple(still))
    photo, moving = _pictures(photo, moving, None if scale else enough(size))
    predictor = as_predictor(generator)
    own = (predictor.width * scale, predictor.height * scale) if scale else None
    width, height = own or fitted_size(size, photo, (predictor.width, predictor.height))
    dials = replace(dials, quarters=quarters_of(photo),
                    moving=None if moving is None else crop_to_aspect(moving, width / height))
    photo = crop_to_aspect(photo, width / height)
    motion = predictor.motion(photo, seed, dials)
    plan = timing.schedule(motion, own=bool(scale) or size == NETWORK)
    return render(photo, motion, plan, (width, height), predictor)


def render(photo, motion, plan, size, predictor):
    """`Frames` of a photo at a size, through twice that if the network's own is not far below.

    Args:
        photo: uint8 `(height, width, 3)` of the aspect of `size`.
        size: (width, height).
    """
    (width, height), channels = size, predictor.channels
    fitted = to_channels(resize(photo, height, width), channels)
    if width >= predictor.supersampling * predictor.width:
        return Frames(fitted, motion, plan)
    large = resize(photo, predictor.supersampling * height, predictor.supersampling * width)
    return Frames(to_channels(large, channels), motion, plan, fitted=fitted)


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
    photo, moving = _pictures(photo, moving, None)
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


def _whole(scale):
    """A scale that was checked, or None."""
    if scale is not None and (scale != int(scale) or scale < 1):
        raise InputError(f"scale must be a whole number from 1. Received: {scale}.")
    return scale and int(scale)


def _pictures(photo, moving, enough):
    """The photo and what moves in it, checked, as uint8 `(height, width, 3)`, or None of it."""
    photo = _as_array(photo, "photo", enough)
    if moving is not None:
        moving = _as_array(moving, "moving", enough)
        check_proportions(moving, photo)
    return photo, moving


def _as_array(photo, name, enough):
    if isinstance(photo, (str, os.PathLike)):
        return read_photo(photo, enough=enough)
    photo = np.asarray(photo)
    if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[-1] != 3 or not photo.size:
        raise ValueError(f"{name} must be a path or a uint8 array (height, width, 3). "
                         f"Received: {photo.dtype} {photo.shape}.")
    return photo
