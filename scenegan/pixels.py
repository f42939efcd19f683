"""Pixels in and out of the networks: crop, resize, uint8 <-> [-1, 1]."""

import cv2
import numpy as np

CHANNELS_AT_ONCE = 4     # that OpenCV shrinks by area
LUMA = np.array([0.299, 0.587, 0.114], np.float32)     # ITU-R BT.601


def crop_to_aspect(image, aspect):
    """The largest centred part of an image with a given width / height.

    Args:
        image: Array `(height, width, ...)`.
        aspect: Width divided by height of the result.

    Returns:
        A view of `image`.
    """
    height, width = image.shape[:2]
    if width > height * aspect:
        new = max(1, round(height * aspect))
        left = (width - new) // 2
        return image[:, left:left + new]
    new = max(1, round(width / aspect))
    top = (height - new) // 2
    return image[top:top + new]


def resize(image, height, width):
    """Resize an image: area average when it shrinks, bicubic when it grows.

    Args:
        image: Array `(height, width)` or `(height, width, channels)`, uint8 or float32.

    Returns:
        Array `(height, width, channels)` (or without channels, as received), same dtype.
    """
    if image.shape[:2] == (height, width):
        return image
    if image.ndim == 3 and image.shape[-1] > CHANNELS_AT_ONCE:
        planes = np.moveaxis(image, -1, 0)
        return np.stack([resize(np.ascontiguousarray(plane), height, width) for plane in planes],
                        axis=-1)
    shrinks = image.shape[0] >= height and image.shape[1] >= width
    resized = cv2.resize(image, (width, height),
                         interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return resized.reshape(height, width, *image.shape[2:])


def fit(image, height, width):
    """Crop the centre of an image to a size's aspect and resize it to that size."""
    return resize(crop_to_aspect(image, width / height), height, width)


def to_channels(image, channels):
    """An RGB or gray uint8 image `(..., 3 or 1)` as RGB or gray (luma), `(..., channels)`."""
    if image.shape[-1] == channels:
        return image
    if channels == 3:
        return image.repeat(3, axis=-1)
    return np.rint(image @ LUMA)[..., None].astype(np.uint8)


def to_float(pixels):
    """uint8 pixels to float32 in [-1, 1]."""
    return np.asarray(pixels, np.float32) / 127.5 - 1.0


def to_uint8(values):
    """Values in [-1, 1] to uint8 pixels; what lies outside is clipped."""
    return np.clip(np.rint((np.asarray(values, np.float32) + 1.0) * 127.5), 0, 255).astype(np.uint8)
