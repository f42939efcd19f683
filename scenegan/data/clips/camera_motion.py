"""Global motion of the camera: measure it, and take it out.

Features (ORB, http://doi.org/10.1109/ICCV.2011.6126544) are matched between two frames and a
homography is fitted to them by RANSAC, as VGAN prepares its data
(https://arxiv.org/abs/1609.02612, section 3.1).
"""

import itertools
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

LOOK = 160                 # pixels of width that the tolerances below are meant for
STILL = 1.0                # pixels: a feature that moves less has not moved
STILL_SHARE = 0.12         # of the matches: as many features at rest show that the camera is, ...
STILL_SPAN = 0.4           # ... if they spread over this share of the width or of the height
RIGID = 0.45               # share of the matches that a camera's homography explains
CHAINED = 0.35             # the same while a shot is stabilised, where each frame needs one
FEW = 12                   # matches; below, there is nothing to go by
WHIP = 2.0                 # pixels a frame: so fast that its views do not overlap for long
NEAR = 3                   # frames between views, to see a whip
SMALLEST_CROP = 0.6        # share of the width that must be left of a stabilised clip


@dataclass(frozen=True)
class Track:
    """How the features of one frame are found again in another."""

    still: float                       # share of the matches that did not move, 0 if huddled
    drift: float                       # pixels, median over the still ones
    rigid: float                       # share of the matches that the homography explains
    homography: np.ndarray | None      # (3, 3), from the first frame's pixels to the second's


@cache
def _tools():
    orb = cv2.ORB_create(nfeatures=400, nlevels=4, edgeThreshold=10, patchSize=20, fastThreshold=5)
    return orb, cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True)


@dataclass(frozen=True)
class View:
    """One frame as its ORB features."""

    gray: np.ndarray                   # (height, width), uint8
    points: np.ndarray                 # (n, 2), pixels
    words: np.ndarray | None           # (n, 32), descriptors

    @property
    def size(self):
        return self.gray.shape


def view(frame):
    """The `View` of a uint8 RGB frame."""
    gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    points, words = _tools()[0].detectAndCompute(gray, None)
    return View(gray, np.float32([point.pt for point in points]).reshape(-1, 2), words)


def track(first, second):
    """Find one frame's features again in another.

    Args:
        first, second: `View` of each.

    Returns:
        `Track`, or None if there is too little to go by.
    """
    if min(len(first.points), len(second.points)) < FEW:
        return None
    pairs = [pair for pair in _tools()[1].match(first.words, second.words) if pair.distance < 50]
    if len(pairs) < FEW:
        return None
    start = first.points[[pair.queryIdx for pair in pairs]]
    end = second.points[[pair.trainIdx for pair in pairs]]
    end = _refine(first, second, start, end)
    height, width = first.size
    moved = np.linalg.norm(end - start, axis=1)
    still = moved < STILL * width / LOOK
    spread = still.any() and np.max(np.ptp(start[still], axis=0) / (width, height)) >= STILL_SPAN
    cv2.setRNGSeed(0)                                  # RANSAC draws
    homography, inliers = cv2.findHomography(start, end, cv2.RANSAC, 1.5 * width / LOOK,
                                             maxIters=500, confidence=0.99)
    return Track(float(still.mean()) if spread else 0.0,
                 float(np.median(moved[still])) if spread else 0.0,
                 float(inliers.mean()) if homography is not None else 0.0, homography)


def _refine(first, second, start, end):
    """Where features went, to a fraction of a pixel; ORB knows it to a whole one.

    Reference: Lucas and Kanade 1981, in OpenCV's pyramidal form.
    """
    flow, status, _ = cv2.calcOpticalFlowPyrLK(
        first.gray, second.gray, start, end.copy(), winSize=(15, 15), maxLevel=0,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW)
    near = (status.ravel() == 1) & (np.linalg.norm(flow - end, axis=1) < NEAR)
    return np.where(near[:, None], flow, end)


def camera_motion(frames):
    """How fast the camera moves.

    What moves as one rigid picture from the first frame to the last ones is the camera's; clouds
    and water lose their shape in between. Where some of the features over a good part of
    the picture stay where they are, the camera stands still, however much of it drifts.

    Args:
        frames: uint8 `(frames, height, width, 3)`, RGB, at least 5 frames.

    Returns:
        Pixels a frame (median over the picture), or None where nothing rigid is to be seen, such
        as in a sky or a surf that fills the picture.
    """
    last = len(frames) - 1
    first = view(frames[0])
    for distance in (last, 2 * last // 3, last // 3, min(NEAR, last)):
        matched = track(first, view(frames[distance]))
        motion = matched and _motion(matched, distance, last, first.size)
        if motion is not None:
            return motion / distance
    return None


def _motion(matched, distance, last, size):
    """Pixels that the camera moved between two frames, or None if they do not tell."""
    if distance > NEAR and matched.still >= STILL_SHARE:
        return matched.drift
    if matched.rigid < RIGID:
        return None
    moved = shift(matched.homography, size)
    whip = moved / distance >= WHIP * size[1] / LOOK
    return moved if distance > last / 2 or whip else None


def shift(homography, size):
    """Pixels by which a homography moves a picture of `(height, width)`, the median over it."""
    height, width = size
    grid = np.stack(np.meshgrid(np.linspace(0.1, 0.9, 5) * width,
                                np.linspace(0.1, 0.9, 4) * height), -1).reshape(-1, 1, 2)
    return float(np.median(np.linalg.norm(cv2.perspectiveTransform(grid, homography) - grid,
                                          axis=2)))


def stabilise(frames):
    """Warp a clip's frames onto the first one, and crop what is not in all of them.

    Args:
        frames: uint8 `(frames, height, width, 3)`, RGB.

    Returns:
        uint8 `(frames, height', width', 3)` of nearly the same aspect, or None if the camera's path
        cannot be followed or too little of the picture is left.
    """
    size = frames[0].shape[:2]
    path = _path([view(frame) for frame in frames])
    if path is None:
        return None
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = np.stack([cv2.warpPerspective(frame, homography, size[::-1], flags=flags,
                                           borderMode=cv2.BORDER_REPLICATE)
                       for frame, homography in zip(frames, path, strict=True)])
    inside = np.min([cv2.warpPerspective(np.ones(size, np.uint8), homography, size[::-1],
                                         flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
                     for homography in path], axis=0)
    window = largest_window(inside)
    return None if window is None else warped[(slice(None), *window)]


def _path(views):
    """Homographies from the first frame to each one, or None where the track is lost."""
    path = [np.eye(3)]
    for before, now in itertools.pairwise(views):
        matched = track(views[0], now)
        if matched is not None and matched.rigid >= CHAINED:
            path.append(matched.homography)
            continue
        matched = track(before, now)
        if matched is None or matched.rigid < CHAINED:
            return None
        path.append(matched.homography @ path[-1])
    return path


def largest_window(inside):
    """The largest window of a picture's aspect that lies within a mask.

    Args:
        inside: uint8 `(height, width)`, 1 where a pixel may be used.

    Returns:
        `(slice, slice)` of rows and columns, or None if it is below 0.6 of the width.
    """
    height, width = inside.shape
    outside = cv2.integral(1 - inside)
    for columns in range(width, int(SMALLEST_CROP * width) - 1, -2):
        rows = round(columns * height / width)
        holes = (outside[rows:, columns:] - outside[:-rows, columns:]
                 - outside[rows:, :-columns] + outside[:-rows, :-columns])
        free = np.argwhere(holes == 0)
        if len(free):
            centre = (np.array(inside.shape) - (rows, columns)) / 2
            top, left = free[np.argmin(np.abs(free - centre).sum(axis=1))]
            return slice(top, top + rows), slice(left, left + columns)
    return None
