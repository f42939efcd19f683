"""How the end of an animation flows back into its beginning."""

import numpy as np

FADED = 0.3          # share of a loop over which its end fades into its beginning


def schedule(frames, loop=False):
    """Which moments of a motion each frame shows.

    Args:
        frames: Frames of the animation.
        loop: Whether the last ones fade into those that would have come before the photo, which
            end in the photo again.

    Returns:
        List with a list of pairs (moment, weight) for each frame. A moment is a frame's index,
        negative before the photo; a frame's weights sum to 1.

    Reference: Holynski et al. 2021, section 4.2, with a warp in place of splats,
    https://arxiv.org/abs/2011.15128
    """
    shares = fade_back(frames) if loop else np.zeros(frames)
    return [[(index, 1 - share), (index - frames, share)] if share else [(index, 1.0)]
            for index, share in enumerate(shares.tolist())]


def fade_back(frames):
    """How far each frame of a loop has faded into the next round, `(frames,)`.

    0 over the first 1 - FADED of it, then a smooth rise that would reach 1 at the frame after the
    last, which is the first.
    """
    place = np.arange(frames) / frames
    rise = np.clip((place - (1 - FADED)) / FADED, 0, 1)
    return rise * rise * (3 - 2 * rise)
