"""Cut videos into clips of a fixed length, pace and size."""

import itertools
from collections import Counter, deque
from dataclasses import dataclass, field

import numpy as np

from scenegan import media
from scenegan.errors import InputError
from scenegan.pixels import fit, to_channels
from scenegan.stages import CHANNELS, FPS

NEAR = 8                   # frames to either side of a cut that must differ across it: after a
                           # flash the old picture comes back
CUT_FLOOR = 25.0           # gray levels; below it, nothing is a cut
CUT_RATIO = 3.0            # times the video's own running change
SLOWEST = 0.6              # of the wanted pace; a slower video would have to repeat frames
STUTTER = 0.1              # of a clip's usual change; a smaller one is a repeated frame
STUTTERS = 3               # repeated frames that a clip may hold


@dataclass(frozen=True, kw_only=True)
class ClipRules:
    """What a clip is, and which ones are dropped."""

    frames: int = 32
    height: int = 45                   # pixels
    width: int = 80                    # pixels
    channels: int = 3                  # 3 is RGB, 1 is gray
    fps: float = FPS                   # frames a second, nearly: see `pace`
    stride: int = 16                   # frames from one clip's start to the next one's
    min_motion: float = 0.35           # gray levels a frame: below, grain and hardly more
    max_motion: float = 20.0           # gray levels a frame: above, only flames and shaken cameras

    def __post_init__(self):
        sizes = {"frames": self.frames - 1, "height": self.height, "width": self.width,
                 "fps": self.fps, "stride": self.stride}
        for name, value in sizes.items():
            if not value > 0:
                raise InputError(f"{name} must be above {int(name == 'frames')}. "
                                 f"Received: {getattr(self, name)}.")
        if self.channels not in CHANNELS:
            raise InputError(f"channels must be 1 (gray) or 3 (RGB). Received: {self.channels}.")


@dataclass
class CutVideo:
    """What became of one video."""

    records: list = field(default_factory=list)      # of the clips that were kept
    dropped: Counter = field(default_factory=Counter)  # clips by the reason
    skipped: str | None = None                       # why the video gave nothing at all


def cut_video(path, rules, write):
    """Cut one video into clips.

    Args:
        path: A video file.
        rules: `ClipRules`.
        write: Called with each clip that is kept, uint8 `(frames, height, width, channels)`.

    Returns:
        `CutVideo`, its records with start (seconds), fps and motion (gray levels a frame).

    Raises:
        InputError: If the video cannot be read or is too slow.
    """
    result = CutVideo()
    frames = ((seconds, to_channels(fit(frame, rules.height, rules.width), rules.channels))
              for seconds, frame in media.iterate_frames(path))
    fps, frames = resample(frames, rules.fps)
    taken = 0
    for start, clip in windows(number_shots(frames), rules.frames, rules.stride):
        taken += 1
        motion, fault = judge(clip, rules)
        if fault:
            result.dropped[fault] += 1
            continue
        write(clip)
        result.records.append({"start": round(start, 3), "fps": round(fps, 3),
                               "motion": round(motion, 3)})
    if not taken:
        result.skipped = f"no shot of {rules.frames / fps:.1f} s"
    return result


def resample(frames, fps):
    """Frames at an even pace.

    Args:
        frames: Iterable of `(seconds, frame)`, at any and even a varying rate.
        fps: The wanted pace.

    Returns:
        The pace in frames a second, as `pace` gives it, and an iterator over `(seconds,
        frame)`: at each tick the last frame that was there by then.

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
    start, tick, last = None, 0, None
    for seconds, frame in frames:
        start = seconds if start is None else start
        while start + tick / fps < seconds - tolerance:
            yield start + tick / fps, last
            tick += 1
        last = frame
    if start + tick / fps <= seconds + tolerance:
        yield start + tick / fps, last


def number_shots(frames):
    """Count the camera's cuts.

    Args:
        frames: Iterable of `(seconds, frame)`.

    Yields:
        `(shot, seconds, frame)`: the shot's number from 0 on.
    """
    shot, before, ahead = 0, deque(maxlen=NEAR), deque()
    for item in itertools.chain(frames, [None] * NEAR):
        ahead.append(item)
        if len(ahead) <= NEAR:
            continue
        seconds, frame = ahead.popleft()
        yield shot, seconds, frame
        before.append(frame)
        if is_cut(list(before), [item[1] for item in ahead if item is not None]):
            shot += 1
            before.clear()


def is_cut(before, after):
    """Whether the camera cuts between some frames and the ones that follow.

    A cut is a jump far above the video's own changes to either side, after which nothing
    is as before: lightning, flames and breaking waves are none.

    Args:
        before: List of uint8 arrays, at least one.
        after: List of uint8 arrays; where it is empty, the video ends.
    """
    if not after or change(before[-1], after[0]) <= CUT_FLOOR:
        return False
    usual = [np.median([change(*pair) for pair in itertools.pairwise(side)])
             for side in (before, after) if len(side) > 1]
    limit = max([CUT_FLOOR, *(CUT_RATIO * level for level in usual)])
    return (all(change(frame, after[0]) > limit for frame in before)
            and all(change(before[-1], frame) > limit for frame in after))


def windows(shots, frames, stride):
    """Clips of a fixed length, a stride apart, none across a cut.

    Args:
        shots: Iterable of `(shot, seconds, frame)`.
        frames: Length of a clip.
        stride: Frames from one start to the next.

    Yields:
        `(start, clip)`: seconds, and uint8 `(frames, height, width, channels)`.
    """
    for _, shot in itertools.groupby(shots, key=lambda item: item[0]):
        held = deque(maxlen=frames)
        for position, (_, seconds, frame) in enumerate(shot):
            held.append((seconds, frame))
            start = position + 1 - frames
            if start >= 0 and start % stride == 0:
                yield held[0][0], np.stack([frame for _, frame in held])


def judge(clip, rules):
    """Measure a clip's motion, and find what is wrong with it.

    Returns:
        Motion (gray levels a frame), and "still", "jumps", "stutters" or None.
    """
    changes = [change(*pair) for pair in itertools.pairwise(clip)]
    motion = float(np.mean(changes))
    if motion < rules.min_motion:
        return motion, "still"
    if motion > rules.max_motion:
        return motion, "jumps"
    if np.sum(changes < STUTTER * np.median(changes)) > STUTTERS:
        return motion, "stutters"
    return motion, None


def change(first, second):
    """Mean absolute difference of two uint8 frames, gray levels."""
    return float(np.mean(np.abs(np.subtract(first, second, dtype=np.int16))))
