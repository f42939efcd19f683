"""Which moments of a motion each frame shows, so that the end of a loop is its beginning."""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from scenegan.animation.masks import smooth_rise
from scenegan.errors import InputError
from scenegan.scenery import PERIOD

DIGITS = 9           # of moments: those of two rounds are the same, whatever way they were computed
LOOPS = ("phases", "fade", "back", "none")
# Part of a round over which one phase takes over from the other: around its middle, or at its end.
TAKEOVER = {"phases": (0.1, 0.9), "fade": (0.7, 1.0)}


@dataclass(frozen=True)
class Schedule:
    """What an animation shows when.

    Attributes:
        frames: For each frame one or two pairs (moment, weight). A moment is in frames of the
            motion, negative before the photo; weights sum to 1.
        period: Frames of the motion in which what sways has to come back.
    """

    frames: list[list[tuple[float, float]]]
    period: float = PERIOD

    @property
    def rounds(self):
        """How often the same frames follow each other, at least 1."""
        number = len(self.frames)
        return next(rounds for rounds in range(number, 0, -1) if not number % rounds
                    and self.frames == self.frames[:number // rounds] * rounds)

    def once(self):
        """The `Schedule` of one round."""
        return replace(self, frames=self.frames[:len(self.frames) // self.rounds])


def as_loop(loop):
    """The name of a loop, one of LOOPS; True is the first of them and False none.

    Raises:
        InputError: If it is something else.
    """
    loop = {True: LOOPS[0], False: "none"}.get(loop, loop)
    if loop not in LOOPS:
        raise InputError(f"A loop must be one of {', '.join(LOOPS)}. Received: {loop}.")
    return loop


def straight(frames):
    """The `Schedule` of a motion as the network tells it: a frame at each of its moments."""
    return Schedule([[(float(moment), 1.0)] for moment in range(frames)])


def schedule(number, step, loop, reach, endless=False):
    """Which moments of a motion the frames of an animation show.

    - "phases": the motion starts from the photo once a round, and before it ends there has taken
      over one that ends in the photo with the round: two phases of one motion, a round apart.
    - "fade": the same, but at the end of a round only.
    - "back": forwards, slower and slower, and backwards.
    - "none": forwards; in rounds as "phases" only if it is longer than the motion is known.

    Args:
        number: Frames of the animation.
        step: Frames of the motion from one to the next.
        loop: One of LOOPS.
        reach: Frames that the motion is known for, either way.
        endless: Whether it is known for three times that forwards.

    Returns:
        `Schedule`. A loop's first frame shows the photo, and so would the one after its last.

    Reference: Holynski et al. 2021, section 4.2, with warps in place of splats,
    https://arxiv.org/abs/2011.15128
    """
    times = step * np.arange(number)
    if loop == "none" and times[-1] <= reach * (3 if endless else 1):
        return Schedule([[(time, 1.0)] for time in times.tolist()])
    length = number * step
    if loop == "back":
        rounds = ceil(length / 2 / reach)
        turned = (1 - np.cos(2 * np.pi * rounds * np.arange(number) / number)) / 2
        times = np.round(length / 2 / rounds * turned, DIGITS)
        return Schedule([[(time, 1.0)] for time in times.tolist()])
    span = reach if loop == "none" else length / ceil(length / reach)
    start, end = TAKEOVER.get(loop, TAKEOVER["phases"])
    since = np.round(times % span, DIGITS)
    since[np.isclose(since, span)] = 0
    shares = smooth_rise((since / span - start) / (end - start))
    frames = [[(time, 1 - share), (time - span, share)] for time, share in
              zip(since.tolist(), shares.tolist(), strict=True)]
    return Schedule([[part for part in parts if part[1]] for parts in frames], sway(span))


def sway(span):
    """The period nearest to PERIOD of which a round holds a whole number, if one is near."""
    whole = round(span / PERIOD)
    return span / whole if whole else PERIOD
