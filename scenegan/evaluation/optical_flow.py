"""Optical flow of clips, the paths that points take along it, and where flow can be seen at all.

Clips are uint8 `(frames, height, width, channels)`. Distances are pixels of a frame of `WIDTH`
columns, whatever the size of the clip, so that figures of several sizes compare.
"""

import cv2
import numpy as np

from scenegan.evaluation.frame_metrics import luma

WIDTH = 80                   # columns of the frame whose pixels distances are measured in
# Measured on photos shifted by 0.05 to 1.5 pixels at 80x45: the full resolution is needed (a preset
# stops two levels above it); of frames enlarged by 2 and 4 the flow is the same, one and two levels
# up. Pixels mirrored around a frame slow its border to 0.65 of a drift; without them it is 1.0.
FINEST = 0
TEXTURE = 4.0                # least eigenvalue of the structure tensor where flow can be seen, in
                             # squared gray levels a pixel: a slope of 2 levels in every direction
NEIGHBOURHOOD = 5            # pixels: side of the square that the structure tensor is averaged over


def flow_between(frame, later):
    """Optical flow from one brightness to another, float32 `(height, width, 2)`.

    The error of a shift by 0.15 pixels is 0.02 in the median of textured pixels; of a still
    picture with noise of one gray level, 0.012. Where the picture is exactly the same, in a
    pixel and its eight neighbours, it stands still: flow that leaks there from beside is taken off.

    Args:
        frame, later: uint8 `(height, width)`.

    Reference: Kroeger et al. 2016, https://arxiv.org/abs/1603.03590
    """
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(FINEST)
    flow = search.calc(frame, later, None) * np.float32(WIDTH / frame.shape[1])
    changed = cv2.dilate((frame != later).astype(np.uint8), np.ones((3, 3), np.uint8))
    return flow * changed[..., None]


def successive_flow(clip):
    """Flow from each frame to the next, float32 `(frames - 1, height, width, 2)`."""
    frames = brightness(clip)
    return np.stack([flow_between(*pair) for pair in zip(frames[:-1], frames[1:], strict=True)])


def flow_from_first(clip):
    """Flow from the first frame to each later one, float32 `(frames - 1, height, width, 2)`.

    Says where a point that keeps its looks is, without adding up the errors of many frames.
    """
    first, *later = brightness(clip)
    return np.stack([flow_between(first, frame) for frame in later])


def follow(flows):
    """Follow the pixels of the first frame along the flow.

    Args:
        flows: As `successive_flow` gives them.

    Returns:
        Displacements from the first frame, float32 `(frames, height, width, 2)`, the first
        zero, and bool `(height, width)`: points that stayed inside the frame.
    """
    count, height, width, _ = flows.shape
    scale = np.float32(width / WIDTH)
    start = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
    paths = np.zeros((count + 1, *flows.shape[1:]), np.float32)
    inside = np.ones((height, width), bool)
    for index, flow in enumerate(flows):
        position = start + scale * paths[index]
        step = cv2.remap(flow, position, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        paths[index + 1] = paths[index] + step
        position = start + scale * paths[index + 1]
        inside &= ((position >= 0) & (position <= (width - 1, height - 1))).all(axis=-1)
    return paths, inside


def textured(photo, within=None):
    """Where motion in any direction can be seen, bool `(height, width)`.

    Args:
        photo: uint8 `(height, width, channels)`.
        within: bool `(height, width)`: pixels whose own texture is asked for. A clear sky beside
            a ridge has none: the gradients are the ridge's. None: all.

    Reference: Shi and Tomasi 1994, section 3, https://doi.org/10.1109/CVPR.1994.323794
    """
    image = luma(photo)
    scale = np.float32(photo.shape[1] / WIDTH)
    x, y = (scale * cv2.Sobel(image, cv2.CV_32F, *order, scale=1 / 8) for order in ((1, 0), (0, 1)))
    side = max(3, round(NEIGHBOURHOOD * scale))
    own = np.ones(image.shape, np.float32) if within is None else within.astype(np.float32)
    share = np.maximum(cv2.blur(own, (side, side)), 1e-6)
    xx, yy, xy = (cv2.blur(own * product, (side, side)) / share
                  for product in (x * x, y * y, x * y))
    return (own > 0) & ((xx + yy) / 2 - np.sqrt((xx - yy) ** 2 / 4 + xy ** 2) > TEXTURE)


def brightness(clip):
    """A clip in whole gray levels, uint8 `(frames, height, width)`."""
    return np.rint(luma(clip)).astype(np.uint8)
