"""Cut one video into clips of a fixed length, pace and size."""

import itertools
from collections import Counter, deque
from dataclasses import dataclass, field

import numpy as np

from scenegan.data.clips.duplicates import Signatures, Signer
from scenegan.data.clips.quality import JUDGED_WIDTH, judge
from scenegan.data.clips.resample import STALL, resample
from scenegan.data.clips.shots import number_shots
from scenegan.data.dropped import NearMisses
from scenegan.errors import InputError
from scenegan.media import videos
from scenegan.pixels import fit, to_channels
from scenegan.specs import CHANNELS, FPS

RANGES = {"frames": (5, 1000), "height": (1, 2160), "width": (1, 3840), "fps": (0.1, 240),
          "stride": (1, 100_000), "min_motion": (0, 255), "max_motion": (0, 255),
          "max_camera_motion": (0, float("inf"))}
VIEW_HEIGHT = 90           # pixels at which the camera's motion is measured, at least


@dataclass(frozen=True, kw_only=True)
class ClipRules:
    """What a clip is, and which ones are dropped."""

    frames: int = 32
    height: int = 90                   # pixels
    width: int = 160                   # pixels
    channels: int = 3                  # 3 is RGB, 1 is gray
    fps: float = FPS                   # frames a second, nearly: see `resample.pace`
    stride: int = 16                   # frames from one clip's start to the next one's
    min_motion: float = 0.35           # gray levels a frame: below, grain and hardly more
    max_motion: float = 20.0           # gray levels a frame: above, only flames and shaken cameras
    max_camera_motion: float = 0.05    # pixels of 80 columns a frame: above, a network learns to
    #                                    slide everything
    stabilise: bool = False            # whether to take the camera's motion out where it is above
    keep_repeats: bool = False         # whether to keep clips that were there before

    def __post_init__(self):
        for name, (low, high) in RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise InputError(f"--{name.replace('_', '-')} must be from {low:g} to {high:g}. "
                                 f"Received: {getattr(self, name)}. Choose another.")
        if self.channels not in CHANNELS:
            raise InputError("--channels must be 1 (gray) or 3 (RGB). Received: "
                             f"{self.channels}. Choose one of the two.")

    @property
    def view(self):
        """Height and width, pixels, at which videos are looked at: the clips' or larger."""
        enlarge = max(1.0, VIEW_HEIGHT / self.height)
        return round(self.height * enlarge), round(self.width * enlarge)

    @property
    def judged(self):
        """Height and width, pixels, at which motion, cuts, fades and repeats are measured."""
        shrink = min(1.0, JUDGED_WIDTH / self.width)
        return max(1, round(self.height * shrink)), round(self.width * shrink)


@dataclass
class CutVideo:
    """What became of one video."""

    records: list[dict] = field(default_factory=list)  # of the clips that were kept
    dropped: Counter = field(default_factory=Counter)  # clips by the reason
    skipped: str | None = None                       # why the video gave nothing at all
    shots: int = 0
    signatures: Signatures | None = None             # what it looks like, by the moment
    misses: list[dict] = field(default_factory=list)  # records of dropped clips to look at


@dataclass(frozen=True)
class Tick:
    """One frame at the even pace, in three sizes."""

    number: int                        # from 0 on, over the whole video
    shot: int
    seconds: float
    view: np.ndarray                   # uint8 RGB, to measure the camera's motion
    frame: np.ndarray                  # uint8 RGB, at the clips' size
    small: np.ndarray                  # uint8 RGB, to measure all else: see `ClipRules.judged`


def cut_video(path, rules, write, write_miss=lambda clip: None):
    """Cut one video into clips.

    Args:
        path: A video file.
        rules: `ClipRules`.
        write: Called with each clip that is kept, uint8 `(frames, height, width, channels)`.
        write_miss: Called at the end with a dropped clip for each reason, see `NearMisses`.

    Returns:
        `CutVideo`, its records with start (seconds), place (its first frame, at the even pace),
        shot, fps, motion (gray levels a frame) and camera_motion (pixels of JUDGED_WIDTH a frame,
        or None where nothing rigid is to be seen).

    Raises:
        InputError: If the video cannot be read or is too slow.
    """
    result, signer, misses = CutVideo(), Signer(), NearMisses(rules)
    fps, ticks = read_ticks(path, rules)
    for clip in windows(watch(ticks, result, signer), rules.frames, rules.stride):
        record, frames, fault = judge(clip, rules)
        record = {"start": round(clip[0].seconds, 3), "place": clip[0].number,
                  "shot": clip[0].shot, "fps": round(fps, 3), **record}
        if fault:
            result.dropped[fault] += 1
            misses.add(fault, record, to_channels(frames, rules.channels))
            continue
        write(to_channels(frames, rules.channels))
        result.records.append(record)
    for record, clip in misses:
        write_miss(clip)
        result.misses.append(record)
    result.signatures = signer.signatures()
    if not result.records and not result.dropped:
        result.skipped = f"no shot of {rules.frames / fps:.1f} s"
    return result


def read_ticks(path, rules):
    """A video's frames at an even pace and in three sizes, cut at nothing yet.

    Returns:
        The pace in frames a second, and an iterator over `(seconds, view, frame, small)`.
    """
    views = ((seconds, fit(frame, *rules.view)) for seconds, frame in videos.iterate_frames(path))
    fps, views = resample(views, rules.fps)
    return fps, ((seconds, view, fit(view, rules.height, rules.width), fit(view, *rules.judged))
                 for seconds, view in views)


def watch(ticks, result, signer):
    """Number the shots, take the signatures; yield each `Tick`."""
    gaps, previous = 0, np.inf
    for number, (shot, seconds, view, frame, small) in enumerate(number_shots(ticks)):
        gaps += seconds - previous > STALL
        shot, previous = shot + gaps, seconds
        result.shots = shot + 1
        signer.add(number, shot, small)
        yield Tick(number, shot, seconds, view, frame, small)


def windows(ticks, frames, stride):
    """Clips of a fixed length, a stride apart, none across a cut.

    Args:
        ticks: Iterable of `Tick`.
        frames: Length of a clip.
        stride: Frames from one start to the next.

    Yields:
        Lists of `frames` ticks.
    """
    for _, shot in itertools.groupby(ticks, key=lambda tick: tick.shot):
        held = deque(maxlen=frames)
        for position, tick in enumerate(shot):
            held.append(tick)
            start = position + 1 - frames
            if start >= 0 and start % stride == 0:
                yield list(held)
