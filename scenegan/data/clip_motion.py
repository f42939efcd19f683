"""The motion of a stored clip, measured by optical flow, as the terms of a motion field.

See `scenegan.scenery` for the terms. All is measured on one of two grids, whatever the clip's size.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from scenegan.pixels import LUMA
from scenegan.scenery import TERMS, time_basis

GRID = (45, 80)            # rows, columns
FINE_GRID = (90, 160)      # for stages larger than that: the pixels that flow is measured at
LOOK = 160, 320            # pixels of width that flow is measured at: at least, at most
FINEST = 1                 # level of the pyramid, as clips are enlarged twofold. At their own size
                           # a preset stops too early for motions of less than a pixel
DISAGREEMENT = 0.5, 0.2    # pixels, and share of the flow, by which the flow back may miss
RIDGE = np.array([0.05] + [2.0] * (TERMS - 1))     # frames: terms that are little seen stay small
UNSEEN = 1e-3              # weight of a frame whose flow cannot be trusted
WINDOW = 4.0               # pixels, of LOOK's most: deviation of the window of the texture
FAINT = 2.0                # gray levels a pixel: a slope whose flow counts half
TEXTURED = 1.5             # gray levels a pixel: a slope whose motion can be seen


@dataclass(frozen=True)
class ClipMotion:
    """How one clip moves, and where that can be told."""

    flow: np.ndarray       # float32 (*grid, TERMS, 2), frame widths a frame
    weight: np.ndarray     # float32 (*grid,), 0 to 1: how far the flow can be trusted
    textured: np.ndarray   # bool (*grid,)


def grid_of(spec):
    """The grid that a stage, a `StageSpec`, is taught on: GRID, or FINE_GRID above its size."""
    fits = spec.height <= GRID[0] and spec.width <= GRID[1]
    return GRID if fits else FINE_GRID


def measure_motion(clip, grid=GRID):
    """Measure the motion of a clip.

    The flow between successive frames is fitted by a field of `scenery`: least squares, weighted by
    whether the flow back agrees, with a ridge.

    Args:
        clip: uint8 `(frames, height, width, channels)`.
        grid: Rows and columns of what is returned.

    Returns:
        `ClipMotion`.

    References: Kroeger et al. 2016 (DIS), https://arxiv.org/abs/1603.03590; Sundaram et al. 2010,
    eq. 5 (the check), https://doi.org/10.1007/978-3-642-15549-9_32
    """
    frames = _enlarge(clip)
    width = frames[0].shape[1]
    pairs = [_checked_flow(*pair) for pair in zip(frames[:-1], frames[1:], strict=True)]
    flows = np.stack([_to_grid(flow, grid) for flow, _ in pairs]) / width
    agree = np.stack([_to_grid(good, grid) for _, good in pairs])
    texture = _texture(frames[0], grid)
    weight = agree.mean(axis=0) ** 2 * texture / (texture + FAINT)
    return ClipMotion(fit_terms(flows, agree), weight, texture > TEXTURED)


def fit_terms(flows, weights):
    """Fit motion fields to flow, each pixel by itself.

    Args:
        flows: `(frames - 1, height, width, 2)`, from each frame to the next.
        weights: `(frames - 1, height, width)`, 0 to 1.

    Returns:
        float32 `(height, width, TERMS, 2)`, in units of `flows`.
    """
    count, height, width, _ = flows.shape
    basis = time_basis(np.arange(count) + 0.5).astype(np.float64)          # (t, TERMS)
    weights = weights.reshape(count, -1).T + UNSEEN                        # (pixels, t)
    products = (basis[:, :, None] * basis[:, None]).reshape(count, -1)
    normal = (weights @ products).reshape(-1, TERMS, TERMS) + np.diag(RIDGE)
    weighted = weights[..., None] * flows.reshape(count, -1, 2).transpose(1, 0, 2)
    terms = np.linalg.solve(normal, basis.T @ weighted)                        # (pixels, TERMS, 2)
    return terms.reshape(height, width, TERMS, 2).astype(np.float32)


def _enlarge(clip):
    """A clip's brightness at the size at which flow is measured, a list of uint8 images."""
    width = int(np.clip(2 * clip.shape[2], *LOOK))
    size = width, max(1, round(width * clip.shape[1] / clip.shape[2]))
    shrinks = width < clip.shape[2]
    gray = clip[..., 0] if clip.shape[-1] == 1 else np.rint(clip @ LUMA).astype(np.uint8)
    way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return [cv2.resize(frame, size, interpolation=way) for frame in gray]


def _checked_flow(frame, later):
    """Flow in pixels `(height, width, 2)`, and where the flow back agrees, 0 or 1, float32."""
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(FINEST)
    flow, back = search.calc(frame, later, None), search.calc(later, frame, None)
    height, width = frame.shape
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32),
                                np.arange(height, dtype=np.float32))
    back = cv2.remap(back, columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_LINEAR,
                     borderMode=cv2.BORDER_REPLICATE)
    miss, length = np.linalg.norm(flow + back, axis=-1), np.linalg.norm(flow, axis=-1)
    return flow, (miss < DISAGREEMENT[0] + DISAGREEMENT[1] * length).astype(np.float32)


def _texture(frame, grid):
    """Slope of the brightness, root mean square over a window, gray levels a pixel of LOOK's most.

    Returns:
        float32 `grid`.
    """
    scale = frame.shape[1] / LOOK[1]
    image = frame.astype(np.float32)
    x, y = (cv2.Sobel(image, cv2.CV_32F, *order, scale=scale / 8) for order in ((1, 0), (0, 1)))
    return np.sqrt(_to_grid(cv2.GaussianBlur(x * x + y * y, (0, 0), WINDOW * scale), grid))


def _to_grid(image, grid):
    shrinks = image.shape[0] >= grid[0] and image.shape[1] >= grid[1]
    return cv2.resize(image, grid[::-1],
                      interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
