"""What scenery consists of and how it may move: the figures that data and networks share.

A motion field holds for each pixel TERMS velocities, in frame widths a frame, (x, y), y down: one
that is steady and MODES Fourier modes in time, so that it has a meaning at any moment:

    v(t) = f_0 + sum over k of f_(2k-1) cos(2 pi k t / PERIOD) + f_(2k) sin(2 pi k t / PERIOD)
"""

import numpy as np

CLASSES = ("sky", "water", "plants", "rigid", "object")    # of the segmenter
MOVING = CLASSES[:3]                   # classes that may move, each with a field of its own
MODES = 3                              # Fourier modes beside the steady velocity
PERIOD = 32                            # frames of the lowest mode: 2.1 s, so 0.47 to 1.4 Hz
TERMS = 1 + 2 * MODES                  # velocities a pixel
FIRMEST, LOOSEST = 0.5, 0.8            # probability of MOVING below which nothing moves, and
                                       # above which all does


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
        float32 `(..., len(MOVING))` in [0, 1], exactly 0 where all of them together are no likelier
        than what stands still.
    """
    loose = probabilities[..., :len(MOVING)]
    total = loose.sum(axis=-1, keepdims=True)
    rise = np.clip((total - FIRMEST) / (LOOSEST - FIRMEST), 0, 1)
    masks = rise * rise * (3 - 2 * rise) * loose / np.maximum(total, FIRMEST)
    return masks.astype(np.float32)
