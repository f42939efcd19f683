"""Who is evaluated: functions that animate the photos of an evaluation, models and baselines.

A player takes nothing and gives three sets of uint8 clips `(n, frames, height, width, channels)`:
two of all photos, by different noises, and one of the first `SAME` photos, all by the same noise.
"""

from functools import partial

import numpy as np

from scenegan import pixels
from scenegan.animation.dials import Dials
from scenegan.animation.predictors import Predictor
from scenegan.animation.rendering import Frames
from scenegan.evaluation import baselines, generators

STILL, SHAKE, PAN = "still copy", "shaken photo", "panned photo"
DULL = (STILL, SHAKE, PAN)   # what they win, tells no good animation
SAME = 16                    # photos that are animated with one noise
MATCHED = 32                 # clips that the amplitudes of baselines are matched to


def model_player(model, photos, large, frames, seed, clips=None):
    """Player of what `load_evaluated` or `load_reference` gave.

    Args:
        photos: uint8 `(n, height, width, channels)`.
        large: n uint8 arrays `(rows, columns, channels)`, the same at sizes of their own, which
            predictors look at.
        frames: Of the clips.
        seed: Whole number from 0.
        clips: The real ones, as `generators.play` takes them.
    """
    if isinstance(model, Predictor):
        return partial(_predicted, model, photos, large, seed)

    def play():
        noise = generators.draw_noise(len(photos), seed, generators.noise_size(model))
        same = np.repeat(noise[0][:1], min(SAME, len(photos)), axis=0)
        return [*(generators.play(model, photos, vectors, frames, clips) for vectors in noise),
                generators.play(model, photos[:SAME], same, frames,
                                None if clips is None else clips[:SAME])]
    return play


def move(predictor, photo, large, seed, dials=Dials()):  # noqa: B008 (frozen)
    """One animation of a photo by a predictor, rendered as `scenegan.animate` renders it.

    Args:
        photo: uint8 `(height, width, channels)`: the first frame.
        large: The same at another size.
        seed: Whole number from 0.
        dials: `Dials`.

    Returns:
        uint8 `(frames, height, width, channels)`.
    """
    height, width, channels = photo.shape
    large = pixels.to_channels(large, 3)
    motion = predictor.motion(large, seed, dials)
    times = predictor.supersampling
    source = pixels.resize(large, times * height, times * width)
    return Frames(pixels.to_channels(source, channels), motion, fitted=photo).array()


def _predicted(predictor, photos, large, seed):
    """What a predictor makes: its seed, not a noise, is the same for all photos."""
    clips, others = (np.stack([move(predictor, photo, big, way) for photo, big in
                               zip(photos, large, strict=True)]) for way in (seed, seed + 1))
    return clips, others, clips[:SAME]


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
