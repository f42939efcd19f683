"""Numbers that describe a clip, for classifiers that tell kinds of clips apart.

`simple` holds what can be said in words: how strong change of each speed is, how points travel,
what becomes of detail. `patterns` holds local binary patterns over space and time, which see
textures of motion that nobody thought of.
"""

import cv2
import numpy as np

from scenegan.evaluation import motion_metrics
from scenegan.evaluation.flow_metrics import describe, per_clip
from scenegan.evaluation.frame_metrics import luma

DETAIL_AT = (0.125, 0.25, 0.5, 0.75, 1)      # of the clip's length
CHANGE_AT = (0.125, 0.25, 0.5, 1)
SMALL = 0.01                                 # gray levels, added before a logarithm
PLANES = ((1, 2), (0, 2), (0, 1))            # of time, row, column: one picture, and two over time
AROUND = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))


def simple(clips, flow=None):
    """36 statistics of each clip of 32 frames, NaN where a clip has no such thing.

    The temporal spectrum in dB (16 of 32 frames), the traits of the flow but its direction (9),
    the logarithms of the detail over the first frame's at `DETAIL_AT` and of the change since
    the first frame at `CHANGE_AT`, flicker and the jump of a loop.

    Args:
        clips: uint8 `(n, frames, height, width, channels)`.
        flow: Their traits as `flow_metrics.per_clip` gives them, where they are known.

    Returns:
        float64 `(n, statistics)`.
    """
    traits = per_clip([describe(clip) for clip in clips]) if flow is None else flow
    flows = np.stack([values for name, values in traits.items() if name != "direction"], axis=1)
    return np.hstack([flows, [np.concatenate([
        motion_metrics.spectrum(clip), _detail(clip), _change(clip),
        [motion_metrics.flicker(clip), motion_metrics.loop_jump(clip)]]) for clip in clips]])


def patterns(clips):
    """Local binary patterns of each clip on three orthogonal planes, float64 `(n, 3 * 59)`.

    Roots of the shares of the 58 uniform patterns, and of all others, in the planes of rows and
    columns, of time and columns and of time and rows; each compares a pixel with the eight
    around it.

    Args:
        clips: uint8 `(n, frames, height, width, channels)`.

    Reference: Zhao and Pietikaeinen 2007, https://doi.org/10.1109/TPAMI.2007.1110
    """
    return np.stack([np.concatenate([_pattern_shares(luma(clip), plane) for plane in PLANES])
                     for clip in clips])


def _detail(clip):
    levels = [np.abs(cv2.Laplacian(luma(frame), cv2.CV_32F)).mean() + SMALL for frame in clip]
    return np.log([levels[index] / levels[0] for index in _at(clip, DETAIL_AT)])


def _change(clip):
    first = clip[0].astype(np.float32)
    return np.log([np.abs(clip[index] - first).mean() + SMALL for index in _at(clip, CHANGE_AT)])


def _at(clip, fractions):
    return [max(1, round(fraction * len(clip))) - 1 for fraction in fractions]


def _pattern_shares(volume, plane):
    centre = volume[1:-1, 1:-1, 1:-1]
    codes = np.zeros(centre.shape, np.uint8)
    for bit, steps in enumerate(AROUND):
        start = np.ones(3, int)
        start[list(plane)] += steps
        beside = volume[tuple(slice(first, first + size)
                              for first, size in zip(start, centre.shape, strict=True))]
        codes |= (beside > centre).astype(np.uint8) << bit
    counts = np.bincount(UNIFORM[codes.ravel()], minlength=UNIFORM.max() + 1)
    return np.sqrt(counts / codes.size)


def _uniform_patterns():
    """For each of 256 codes its number among those of at most two changes around; 58 for others."""
    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    uniform = (bits != np.roll(bits, 1, axis=1)).sum(axis=1) <= 2
    return np.where(uniform, np.cumsum(uniform) - 1, uniform.sum())


UNIFORM = _uniform_patterns()
