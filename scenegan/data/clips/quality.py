"""Measure a clip, and find what is wrong with it."""

import itertools

import numpy as np

from scenegan.data.clips import camera_motion
from scenegan.data.clips.shots import change
from scenegan.pixels import fit

JUDGED_WIDTH = 80          # pixels at which all but the camera's motion is measured, at most: the
                           # limits are meant for it, and larger frames show more grain. The
                           # camera's motion is told in pixels of this width
STUTTER = 0.1              # of a clip's larger changes; a smaller one is a repeated frame
STUTTERS = 3               # repeated frames that a clip may hold
FADE_LIKENESS = 0.7        # correlation of the first and the last frame; a dissolve has less, ...
FADE_REST = 0.5            # ... the frames between are mixtures of the two, but for this share, ...
FADE_DIP = 0.94            # ... and have less contrast than the two: this share of it, or less
BLANK = 2.0                # gray levels of contrast: a frame with less shows nothing


def judge(clip, rules):
    """Measure a clip, and find what is wrong with it.

    Args:
        clip: List of `Tick`.
        rules: `ClipRules`.

    Returns:
        A dict with motion and camera_motion; the frames, uint8 `(frames, height, width, 3)`,
        stabilised if that is what makes them usable; and "still", "jumps", "stutters", "fades",
        "camera" or None.
    """
    frames = np.stack([tick.frame for tick in clip])
    motion, fault = judge_motion(np.stack([tick.small for tick in clip]), rules)
    record = {"motion": round(motion, 3), "camera_motion": None}
    if fault:
        return record, frames, fault
    views = [tick.view for tick in clip]
    moved, settled = settle(views, frames, rules)
    if settled is None:
        return record | {"camera_motion": round(moved, 4)}, frames, "camera"
    if settled is not frames:
        frames, motion = settled, motion_of(shrink(settled, rules))
    record["motion"] = round(motion, 3)
    record["camera_motion"] = None if moved is None else round(moved, 3)
    return record, frames, "still" if record["motion"] < rules.min_motion else None


def judge_motion(frames, rules):
    """A clip's motion (gray levels a frame), and "still", "jumps", "stutters", "fades" or None."""
    changes = [change(*pair) for pair in itertools.pairwise(frames)]
    motion = float(np.mean(changes))
    if motion < rules.min_motion:
        return motion, "still"
    if motion > rules.max_motion:
        return motion, "jumps"
    if np.sum(changes < STUTTER * np.percentile(changes, 80)) > STUTTERS:
        return motion, "stutters"
    return motion, "fades" if is_fade(frames) else None


def shrink(frames, rules):
    """A clip at the size at which its motion is measured."""
    return np.stack([fit(frame, *rules.judged) for frame in frames])


def motion_of(frames):
    """Mean absolute change from frame to frame, gray levels."""
    return float(np.mean([change(*pair) for pair in itertools.pairwise(frames)]))


def is_fade(frames):
    """Whether a clip dissolves from one picture into another, or into a blank one.

    The frames of a dissolve are weighted means of the first and the last, which are not alike, and
    have less contrast than either. (Of 234 dissolves made of real shots 77 % were found, and 14 of
    2,261 real clips taken for one.)
    """
    first, last = (frames[index].ravel().astype(np.float32) for index in (0, -1))
    contrasts = sorted((float(first.std()), float(last.std())))
    if contrasts[0] < BLANK:
        return contrasts[1] > 5 * BLANK
    path = last - first
    length = float(path @ path)
    if np.corrcoef(first, last)[0, 1] >= FADE_LIKENESS or not length:
        return False
    dip = 1.0
    for frame in frames[2:-2:2]:
        offset = frame.ravel() - first
        share = np.clip(path @ offset / length, 0, 1)
        residue = offset - share * path
        if residue @ residue > FADE_REST ** 2 * length:
            return False
        dip = min(dip, frame.std() / ((1 - share) * first.std() + share * last.std()))
    return dip < FADE_DIP


def settle(views, frames, rules):
    """See to the camera's motion.

    Args:
        views: List of uint8 RGB frames, as large as `rules.view`.
        frames: The same at the clips' size, `(frames, height, width, 3)`.

    Returns:
        What is left of the camera's motion, in pixels of JUDGED_WIDTH a frame, or None
        where it cannot be told; and the frames, or None if the clip is to be dropped for the motion
        that it has.
    """
    if np.isinf(rules.max_camera_motion):
        return None, frames
    scale = JUDGED_WIDTH / rules.view[1]
    moved = camera_motion.camera_motion(views)
    if moved is None or moved * scale <= rules.max_camera_motion:
        return moved and moved * scale, frames
    settled = camera_motion.stabilise(views) if rules.stabilise else None
    if settled is None:
        return moved * scale, None
    unsettled, moved = moved * scale, camera_motion.camera_motion(settled)
    moved = moved and moved * JUDGED_WIDTH / settled.shape[2]
    settled = np.stack([fit(frame, rules.height, rules.width) for frame in settled])
    calmer = motion_of(shrink(settled, rules)) < motion_of(shrink(frames, rules))
    if (moved or 0.0) > rules.max_camera_motion or not calmer:
        return unsettled, None
    return moved, settled
