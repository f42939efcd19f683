"""What a training that is taught measured motion sees of a clip: a view of it and its target."""

from functools import lru_cache

import cv2
import numpy as np

from scenegan.data.clip_motion import GRID
from scenegan.pixels import resize, to_channels, to_float
from scenegan.scenery import (
    CLASS_TERMS,
    MODES,
    PERIOD,
    SUPERSAMPLING,
    TERMS,
    moving_masks,
    speed,
)

ENOUGH = 0.003             # of the weights of all pixels: of a class with fewer, nothing is known
CLEAR = 0.5                # length of the mean steady velocity over the mean of its lengths: below,
                           # a class has no clear direction
SLOWEST = 0.03 / GRID[1]   # frame widths a frame: the direction of less is that of noise


def make_example(clip, target, spec, view, directed, *, whole=True):
    """One example.

    Args:
        clip: As it is stored, uint8 `(frames, height, width, channels)`.
        target: Its `Target`.
        spec: `StageSpec`.
        view: `View` of the clip. Its colour is of the pixels alone.
        directed: Whether the example says in which direction its motion goes.
        whole: Whether the clip is asked for, too, which takes most of the time.

    Returns:
        Dict of float32 arrays: photo `(2 height, 2 width, channels)` and, if asked for, clip
        `spec.shape`, both in [-1, 1]; masks `(height, width, len(MOVING))`, amount
        `(len(MOVING),)`, direction `(len(MOVING), 2)` as `summarise` gives them, flow `(height,
        width, TERMS, 2)` in frame widths a frame and weight `(height, width)`.
    """
    photo, small = supersample(clip if whole else _first(clip, view), spec, view)
    flow, weight, probabilities = show(target, clip.shape[1:3], spec, view)
    masks = moving_masks(probabilities)
    amount, direction = summarise(flow, masks * weight[..., None])
    example = {"photo": photo, "masks": masks, "amount": amount,
               "direction": direction if directed else np.zeros_like(direction),
               "flow": flow, "weight": weight}
    return example | {"clip": small} if whole else example


def _first(clip, view):
    """The frame that a view of a clip begins with, a clip of one."""
    return clip[-1:] if view.backwards else clip[:1]


def supersample(clip, spec, view):
    """A view of a clip as a generator makes it: at twice the stage's size, and then shrunk.

    Returns:
        The first frame at twice the size, and the clip at the stage's; both in [-1, 1].
    """
    rows, columns = SUPERSAMPLING * spec.height, SUPERSAMPLING * spec.width
    viewed = clip[::-1 if view.backwards else 1, view.top:view.top + view.height,
                view.left:view.left + view.width]
    large = np.empty((len(viewed), rows, columns, spec.channels), np.uint8)
    for row, frame in enumerate(to_channels(viewed, spec.channels)):
        large[row] = resize(np.ascontiguousarray(frame), rows, columns)
    colour = view.colour * [[1] * spec.channels + [127.5]]     # of pixels of 0 to 255
    colour[:, -1] += 127.5 * (1 - colour[:, :-1].sum(axis=1))
    if not np.allclose(colour, np.eye(*colour.shape)):
        large = cv2.transform(large.reshape(-1, columns, spec.channels), colour).reshape(
            large.shape)
    if view.mirrored:
        large = large[:, :, ::-1]
    tall = large.reshape(-1, columns, spec.channels).astype(np.float32)
    small = resize(tall, len(viewed) * spec.height, spec.width).reshape(-1, *spec.shape[1:])
    return to_float(large[0]), small / np.float32(127.5) - 1


def show(target, size, spec, view):
    """A target as a view of its clip shows it, at a stage's size.

    Args:
        target: `Target`.
        size: Height and width of the stored clip, pixels.
        spec: `StageSpec`.
        view: `View` of the clip.

    Returns:
        flow `(height, width, TERMS, 2)`, weight `(height, width)` and probabilities `(height,
        width, len(CLASSES))`, float32.
    """
    grid = target.weight.shape
    planes = np.concatenate([target.flow.reshape(*grid, -1), target.weight[..., None],
                             target.probabilities], axis=-1)
    down, across = grid[0] / size[0], grid[1] / size[1]
    planes = resample(planes, (view.left * across, view.top * down,
                               (view.left + view.width) * across,
                               (view.top + view.height) * down), spec.height, spec.width)
    if view.mirrored:
        planes = planes[:, ::-1]
    flow = planes[..., :2 * TERMS].reshape(spec.height, spec.width, TERMS, 2)
    flow = flow * np.float32(size[1] / view.width)             # the frame is narrower now
    if view.mirrored:
        flow = flow * np.float32([-1, 1])
    if view.backwards:
        flow = -np.einsum("ij,hwjc->hwic", reversal(spec.frames), flow)
    return flow, np.ascontiguousarray(planes[..., 2 * TERMS]), planes[..., 2 * TERMS + 1:]


def resample(planes, box, height, width):
    """A part of float32 `(rows, columns, n)` at another size, `(height, width, n)`.

    Bilinear, and smoothed where it shrinks.

    Args:
        box: Left, top, right and bottom of the part, in pixels; they need not be whole.
    """
    from PIL import Image
    if planes.shape[:2] == (height, width) and box == (0, 0, width, height):
        return planes
    return np.stack([Image.fromarray(plane).resize((width, height), Image.BILINEAR, box)
                     for plane in np.ascontiguousarray(planes.transpose(2, 0, 1))], axis=-1)


@lru_cache
def reversal(frames):
    """The terms of a field that is seen from a clip's end, float32 `(TERMS, TERMS)`.

    With it `time_basis(frames - 1 - t) @ f = time_basis(t) @ (reversal @ f)`.
    """
    matrix = np.eye(TERMS, dtype=np.float32)
    for mode in range(1, MODES + 1):
        angle = 2 * np.pi * mode * (frames - 1) / PERIOD
        pair = slice(2 * mode - 1, 2 * mode + 1)
        matrix[pair, pair] = [[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]]
    return matrix


def summarise(flow, weights):
    """How fast, and in which direction, each class of MOVING moves.

    Args:
        flow: `(height, width, TERMS, 2)`, frame widths a frame.
        weights: `(height, width, len(MOVING))`.

    Returns:
        amount `(len(MOVING),)`: mean of the root mean square speeds, of the terms that the class
        has (CLASS_TERMS), 0 where too little is seen;
        direction `(len(MOVING), 2)`: of the mean steady velocity, a unit vector (x, y), 0 where it
        is not clear.
    """
    total = weights.sum(axis=(0, 1))
    enough = total > ENOUGH * weights[..., 0].size
    share = weights / np.maximum(total, 1e-6)
    steady = flow[:, :, 0]
    speeds = speed(flow[:, :, None] * CLASS_TERMS[..., None])              # (h, w, classes)
    amount = np.where(enough, np.einsum("hwc,hwc->c", share, speeds), 0)
    mean = np.einsum("hwc,hwd->cd", share, steady)
    length = np.linalg.norm(mean, axis=-1)
    lengths = np.einsum("hwc,hw->c", share, np.linalg.norm(steady, axis=-1))
    clear = (CLASS_TERMS[:, 0] > 0) & (amount > SLOWEST) & (length > CLEAR * lengths)
    direction = np.where(clear[:, None], mean / np.maximum(length, 1e-9)[:, None], 0)
    return amount.astype(np.float32), direction.astype(np.float32)
