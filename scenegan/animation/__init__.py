"""Animate a photo with a trained generator, at the network's size or a multiple of it."""

import os

import cv2
import numpy as np

from scenegan import pixels
from scenegan.checkpoints import load_generator
from scenegan.errors import InputError
from scenegan.media import read_photo
from scenegan.stages import NOISE_SIZE

ALIKE = 0.02         # how much the proportions of a photo and of its mask may differ
LOOPED = 0.3         # share of a loop over which its end fades into its beginning


def animate(photo, seed=None, generator=None, scale=1, loop=False, moving=None):
    """Animate one photo.

    Args:
        photo: Path of a photo, or a uint8 array `(height, width, 3)`, RGB. Its centre is
            used, in the generator's aspect (16:9).
        seed: Whole number that picks one of the possible motions; the same one always gives
            the same animation. None gives another one each time.
        generator: A generator that `load_generator` gave, the path of one or a shipped one's
            name, such as "gray", or None for the shipped one. For several photos load it once.
        scale: Size of the animation as a multiple of the generator's. Above 1 the motion is
            enlarged and applied to the photo, which keeps its own detail.
        loop: Whether the end flows back into the photo, so that it can be shown over and over
            without a jump; see `render`.
        moving: Where things may move: path of a picture of the photo's proportions, or a uint8
            array `(height, width, 3)` of one, black where the photo stands still and white where
            it moves. None leaves it all to the generator.

    Returns:
        uint8 array `(frames, height * scale, width * scale, channels)`, RGB or gray as the
        generator was trained. The first frame is the photo at that size.

    Raises:
        InputError: If the photo, the checkpoint or `moving` cannot be used.
        ValueError: If `photo` or `moving` is another kind of array, or `scale` no whole number
            from 1.
    """
    if scale != int(scale) or scale < 1:
        raise ValueError(f"scale must be a whole number from 1. Received: {scale}.")
    photo = _as_array(photo, "photo")
    if moving is not None:
        moving = _as_array(moving, "moving")
        check_proportions(moving, photo)
    if generator is None or isinstance(generator, (str, os.PathLike)):
        generator = load_generator(generator)
    _, _, height, width, channels = generator.output.shape
    small, large = (pixels.to_channels(pixels.fit(photo, height * n, width * n), channels)
                    for n in (1, int(scale)))
    noise = np.random.default_rng(seed).standard_normal((1, NOISE_SIZE)).astype(np.float32)
    inputs = [pixels.to_float(small)[None], noise]
    if scale == 1 and not loop and moving is None:
        return pixels.to_uint8(_first(generator(inputs, training=False)))
    from scenegan.models.generator import motion_of
    maps = motion_of(generator)(inputs, training=False)
    share = 1.0 if moving is None else pixels.to_channels(
        pixels.fit(moving, *large.shape[:2]), 1) / np.float32(255)
    return render(large, *map(_first, maps), loop=loop, moving=share)


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


def _as_array(photo, name):
    if isinstance(photo, (str, os.PathLike)):
        return read_photo(photo)
    photo = np.asarray(photo)
    if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[-1] != 3 or not photo.size:
        raise ValueError(f"{name} must be a path or a uint8 array (height, width, 3). "
                         f"Received: {photo.dtype} {photo.shape}.")
    return photo


def _first(batch):
    from keras import ops
    array = ops.convert_to_numpy(batch)[0]
    if not np.isfinite(array).all():
        raise InputError("A generator must make finite numbers. Received: NaN or infinity from it. "
                         "Use another checkpoint.")
    return array


def render(large, displacement, mask, change, loop=False, moving=1.0):
    """Apply a motion to a photo that is larger than the motion's maps.

    As the network's `Compositor`, `warp(photo) + mask * change`, with the maps enlarged: the
    photo's own detail moves along and is painted over nowhere.

    Args:
        large: Photo, uint8 `(height, width, channels)`.
        displacement: float32 `(frames, rows, columns, 2)`: where each pixel comes from, as
            (x, y) in fractions of the width and height.
        mask: float32 `(frames, rows, columns, 1)` in [0, 1].
        change: float32 `(frames, rows, columns, channels)` in [-4, 4].
        loop: Whether the last frames fade into those that would have come before the photo:
            the same motion backwards from it, which ends in the photo again.
        moving: Share of the motion that each pixel takes part in, `(height, width, 1)` in
            [0, 1], or one for all.

    Returns:
        uint8 array `(frames, height, width, channels)`; `large` itself where displacement and
        mask are zero.

    Reference: the loop is that of Holynski et al. 2021, section 4.2, with a warp in place of
    splats, https://arxiv.org/abs/2011.15128
    """
    large = large.astype(np.float32)
    painted = 127.5 * mask * change
    frames = len(mask)
    shares = fade_back(frames) if loop else np.zeros(frames)
    animation = np.empty((frames, *large.shape), np.uint8)
    for index, share in enumerate(shares):
        frame = (1 - share) * (_warp(large, displacement[index], moving)
                               + moving * _fit(painted[index], large))
        if share:
            before = frames - index
            frame += share * _warp(large, -displacement[min(before, frames - 1)], moving)
        animation[index] = np.clip(np.rint(frame), 0, 255)
    return animation


def fade_back(frames):
    """How far each frame of a loop has faded into the next round, `(frames,)`.

    0 over the first 1 - LOOPED of it, then a smooth rise that would reach 1 at the frame after the
    last, which is the first.
    """
    place = np.arange(frames) / frames
    rise = np.clip((place - (1 - LOOPED)) / LOOPED, 0, 1)
    return rise * rise * (3 - 2 * rise)


def _fit(map, photo):
    """A map of one frame at the size of a photo."""
    height, width, _ = photo.shape
    return cv2.resize(map, (width, height),
                      interpolation=cv2.INTER_CUBIC).reshape(height, width, map.shape[-1])


def _warp(photo, displacement, moving):
    """One frame: float32 `(height, width, channels)` sampled at displaced places, edges clamped."""
    height, width, _ = photo.shape
    displacement = moving * _fit(displacement, photo)
    x = np.arange(width, dtype=np.float32) + displacement[..., 0] * width
    y = np.arange(height, dtype=np.float32)[:, None] + displacement[..., 1] * height
    return cv2.remap(photo, x, y, cv2.INTER_CUBIC,
                     borderMode=cv2.BORDER_REPLICATE).reshape(photo.shape)
