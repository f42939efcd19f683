"""Who is evaluated: functions that animate the photos of an evaluation, models and baselines.

A player takes nothing and gives three sets of uint8 clips `(n, frames, height, width, channels)`:
two of all photos, by different noises, and one of the first `SAME` photos, all by the same noise.
"""

from functools import partial

import numpy as np

from scenegan.evaluation import baselines, generators

STILL, SHAKE, PAN = "still copy", "shaken photo", "panned photo"
DULL = (STILL, SHAKE, PAN)   # what they win, tells no good animation
SAME = 16                    # photos that are animated with one noise
MATCHED = 32                 # clips that the amplitudes of baselines are matched to


def model_player(model, photos, frames, seed):
    """Player of a generator or of what `load_reference` gave.

    Args:
        photos: uint8 `(n, height, width, channels)`.
        frames: Of the clips.
        seed: Whole number from 0.
    """
    def play():
        noise = generators.draw_noise(len(photos), seed)
        same = np.repeat(noise[0][:1], min(SAME, len(photos)), axis=0)
        return [*(generators.play(model, photos, some, frames) for some in noise),
                generators.play(model, photos[:SAME], same, frames)]
    return play


def baseline_players(photos, known, seed):
    """Players that take no learning, by name; those that move do so as much as `known` clips."""
    frames = known.shape[1]

    def moving(animate, first):
        amplitude = baselines.matched_amplitude(known[:MATCHED], (seed, first - 1), animate)
        clips, others = (animate(photos, frames, amplitude, (seed, way))
                         for way in (first, first + 1))
        return clips, others, clips[:SAME]

    def unmoved(animate):
        clips = animate(photos, frames)
        return clips, clips, clips[:SAME]

    return {STILL: partial(unmoved, baselines.still),
            "cross-fade": partial(unmoved, baselines.crossfade),
            "smooth warp": partial(moving, baselines.smooth_warp, 5),
            SHAKE: partial(moving, baselines.shake, 21),
            PAN: partial(moving, baselines.pan, 24)}
