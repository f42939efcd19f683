"""Bring a video's frames to an even pace."""

import itertools

import numpy as np

from scenegan.errors import InputError

STALL = 1.0                # seconds without a frame: the video goes on as after a cut
SLOWEST = 0.6              # of the wanted pace; a slower video would have to repeat frames


def resample(frames, fps):
    """Frames at an even pace.

    Args:
        frames: Iterable of `(seconds, frame)`, at any and even a varying rate.
        fps: The wanted pace.

    Returns:
        The pace in frames a second, as `pace` gives it, and an iterator over `(seconds,
        frame)`: at each tick the last frame that was there by then. After a gap of more
        than a second in the video the ticks start anew.

    Raises:
        InputError: If the video is too slow.
    """
    frames = iter(frames)
    head = list(itertools.islice(frames, 25))
    if len(head) < 2:
        raise InputError("a video must have at least two frames")
    interval = usual_interval([seconds for seconds, _ in head])
    even = pace(1 / interval, fps)
    if even < SLOWEST * fps:
        raise InputError(f"too slow: {even:.1f} frames a second for {fps:g}")
    return even, _ticks(itertools.chain(head, frames), even, tolerance=interval / 4)


def usual_interval(seconds):
    """The usual time from one frame to the next: the mean without stalls and bursts."""
    gaps = np.diff(seconds)
    middle = np.median(gaps)
    if not middle > 0:
        raise InputError("a video's frames must have rising time stamps")
    return float(np.mean(gaps[np.abs(gaps - middle) <= middle / 2]))


def pace(rate, fps):
    """The even pace nearest to `fps` that takes every n-th frame of a video of `rate`.

    25 frames a second become 12.5, not 15: steps of one and two frames in turn would
    teach a network to judder, while a fifth more or less of speed is not to be seen.
    """
    return rate / max(1, round(rate / fps))


def _ticks(frames, fps, tolerance):
    start, tick, last, previous = None, 0, None, None
    for seconds, frame in frames:
        if start is None or seconds - previous > STALL:
            if start is not None and start + tick / fps <= previous + tolerance:
                yield start + tick / fps, last
            start, tick = seconds, 0                  # what lies between is not there
        while start + tick / fps < seconds - tolerance:
            yield start + tick / fps, last
            tick += 1
        last, previous = frame, seconds
    if start + tick / fps <= previous + tolerance:
        yield start + tick / fps, last
