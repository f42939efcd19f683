"""Animate a photo with a trained generator, at the network's size or a multiple of it."""

import os

import cv2
import numpy as np

from scenegan import pixels
from scenegan.checkpoints import load_generator
from scenegan.media import read_photo
from scenegan.stages import NOISE_SIZE


def animate(photo, seed=None, generator=None, scale=1):
    """Animate one photo.

    Args:
        photo: Path of a photo, or a uint8 array `(height, width, 3)`, RGB. Its centre is
            used, in the generator's aspect (16:9).
        seed: Whole number that picks one of the possible motions; the same one always gives
            the same animation. None gives another one each time.
        generator: A generator that `load_generator` gave, the path of one, or None for the
            shipped one. For several photos load it once.
        scale: Size of the animation as a multiple of the generator's. Above 1 the motion is
            enlarged and applied to the photo, which keeps its own detail.

    Returns:
        uint8 array `(frames, height * scale, width * scale, channels)`, RGB or gray as the
        generator was trained. The first frame is the photo at that size.

    Raises:
        InputError: If the photo or the checkpoint cannot be used.
        ValueError: If `photo` is another kind of array or `scale` is no whole number from 1.
    """
    if scale != int(scale) or scale < 1:
        raise ValueError(f"scale must be a whole number from 1. Received: {scale}.")
    photo = _as_array(photo)
    if generator is None or isinstance(generator, (str, os.PathLike)):
        generator = load_generator(generator)
    _, _, height, width, channels = generator.output.shape
    small, large = (pixels.to_channels(pixels.fit(photo, height * n, width * n), channels)
                    for n in (1, int(scale)))
    noise = np.random.default_rng(seed).standard_normal((1, NOISE_SIZE)).astype(np.float32)
    inputs = [pixels.to_float(small)[None], noise]
    if scale == 1:
        return pixels.to_uint8(_first(generator(inputs, training=False)))
    from scenegan.models.generator import motion_of
    maps = motion_of(generator)(inputs, training=False)
    return render(large, small, *map(_first, maps))


def _as_array(photo):
    if isinstance(photo, (str, os.PathLike)):
        return read_photo(photo)
    photo = np.asarray(photo)
    if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[-1] != 3 or not photo.size:
        raise ValueError("photo must be a path or a uint8 array (height, width, 3). "
                         f"Received: {photo.dtype} {photo.shape}.")
    return photo


def _first(batch):
    from keras import ops
    return ops.convert_to_numpy(batch)[0]


def render(large, small, displacement, mask, foreground):
    """Apply a motion to a photo that is larger than the motion's maps.

    The network's compositor is `(1 - mask) * warp(photo) + mask * foreground`, which equals
    `warp(photo) + mask * (foreground - warp(photo))`. Here the first term comes from the
    large photo and the second, a change of colour without the photo's detail, is enlarged
    from the small one: detail moves with the photo and does not fade where the mask is.

    Args:
        large: Photo, uint8 `(height, width, channels)`.
        small: The same photo at the size of the maps.
        displacement: float32 `(frames, rows, columns, 2)`: where each pixel comes from, as
            (x, y) in fractions of the width and height.
        mask: float32 `(frames, rows, columns, 1)` in [0, 1].
        foreground: float32 `(frames, rows, columns, channels)` in [-1, 1].

    Returns:
        uint8 array `(frames, height, width, channels)`; `large` itself where displacement and
        mask are zero.
    """
    height, width, channels = large.shape
    large, small = large.astype(np.float32), small.astype(np.float32)
    animation = np.empty((len(mask), height, width, channels), np.uint8)
    for frame, shift, share, colour in zip(animation, displacement, mask, foreground, strict=True):
        change = share * ((colour + 1.0) * 127.5 - _warp(small, shift, cv2.INTER_LINEAR))
        shift = cv2.resize(shift, (width, height), interpolation=cv2.INTER_CUBIC)
        change = cv2.resize(change, (width, height), interpolation=cv2.INTER_CUBIC)
        moved = _warp(large, shift, cv2.INTER_CUBIC)
        frame[:] = np.clip(np.rint(moved + change.reshape(moved.shape)), 0, 255)
    return animation


def _warp(photo, displacement, interpolation):
    """One frame: float32 `(height, width, channels)` sampled at displaced places, edges clamped."""
    height, width, _ = photo.shape
    x = np.arange(width, dtype=np.float32) + displacement[..., 0] * width
    y = np.arange(height, dtype=np.float32)[:, None] + displacement[..., 1] * height
    return cv2.remap(photo, x, y, interpolation,
                     borderMode=cv2.BORDER_REPLICATE).reshape(photo.shape)
