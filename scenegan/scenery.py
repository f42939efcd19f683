"""What scenery consists of and how it may move: the figures that data and networks share.

A motion field holds for each pixel TERMS velocities, in frame widths a frame, (x, y), y down: one
that is steady and MODES Fourier modes in time, so that it has a meaning at any moment:

    v(t) = f_0 + sum over k of f_(2k-1) cos(2 pi k t / PERIOD) + f_(2k) sin(2 pi k t / PERIOD)
"""

import numpy as np

CLASSES = ("sky", "water", "plants", "rigid", "object")    # of the segmenter
STRIDE = 16                            # the sides of the segmenter's input are multiples of it
MOVING = CLASSES[:3]                   # classes that may move, each with a field of its own
MODES = 3                              # Fourier modes beside the steady velocity
PERIOD = 32                            # frames of the lowest mode: 2.1 s, so 0.47 to 1.4 Hz
SUPERSAMPLING = 2                      # pixels of a photo along each axis for one of its clip
TERMS = 1 + 2 * MODES                  # velocities a pixel
# Clouds drift, water flows and heaves, plants sway and go nowhere: the terms of each of MOVING.
CLASS_TERMS = np.array([[1] + 2 * MODES * [0], TERMS * [1], [0] + 2 * MODES * [1]], np.float32)
FLUID = CLASSES[:2]                    # those of them that flow, and would drag along what stands
FIRMEST, LOOSEST = 0.85, 0.97          # probability below which nothing moves, and above which all
                                       # does. A rock that moves is seen at once, and water that
                                       # stands is not: hence so high. See docs/experiments.md.


def time_basis(times):
    """Values of a field's terms at moments, float32 `(len(times), TERMS)`, times in frames."""
    angles = 2 * np.pi * np.arange(1, MODES + 1) * np.asarray(times)[:, None] / PERIOD
    waves = np.stack([np.cos(angles), np.sin(angles)], axis=-1).reshape(len(angles), -1)
    return np.concatenate([np.ones((len(waves), 1)), waves], axis=1).astype(np.float32)


def speed(terms):
    """Root mean square over a period of the speed of a field `(..., TERMS, 2)`."""
    power = np.sum(np.square(terms), axis=-1)
    return np.sqrt(power[..., 0] + 0.5 * power[..., 1:].sum(axis=-1))


def moving_masks(probabilities):
    """How much each class of MOVING may move.

    Args:
        probabilities: Float `(..., len(CLASSES))`.

    Returns:
        float32 `(..., len(MOVING))` in [0, 1], their sum too: exactly 0 for sky and water where
        both together are no likelier than FIRMEST, and for plants where all of MOVING are not.
    """
    loose = np.asarray(probabilities)[..., :len(MOVING)]
    total, fluid = total_of(loose), total_of(loose[..., :len(FLUID)])
    rises = [_rise(fluid)] * len(FLUID) + [_rise(total)] * (len(MOVING) - len(FLUID))
    masks = np.concatenate(rises, axis=-1) * loose / np.maximum(total, FIRMEST)
    return masks.astype(np.float32)


def total_of(maps):
    """Sum over the last axis, `(..., 1)`; for a few channels faster than NumPy's own."""
    return sum(maps[..., index:index + 1] for index in range(maps.shape[-1]))


def _rise(probability):
    share = np.clip((probability - FIRMEST) / (LOOSEST - FIRMEST), 0, 1)
    return share * share * (3 - 2 * share)
