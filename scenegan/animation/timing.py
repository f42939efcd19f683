"""How long an animation lasts and how fast its time runs."""

from dataclasses import dataclass

from scenegan.animation.looping import schedule
from scenegan.errors import InputError
from scenegan.specs import FPS

SECONDS = 4.0        # of an animation that nothing is asked of
BOUNDS = {"seconds": (0.1, 60), "fps": (1, 120), "speed": (0.05, 10)}


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What a person asked of the time.

    Attributes:
        seconds: Of the animation; None leaves it to what is animated.
        fps: Frames a second.
        speed: Times that time runs faster.
        loop: One of `looping.LOOPS`.

    Raises:
        InputError: If a value is out of BOUNDS.
    """

    seconds: float | None
    fps: float
    speed: float
    loop: str

    def __post_init__(self):
        for name, (least, most) in BOUNDS.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise InputError(f"{name} must be a number from {least:g} to {most:g}. Received: "
                                 f"{value}.")

    def schedule(self, motion, own):
        """The `Schedule` of a motion.

        Args:
            motion: A `Motion`.
            own: Whether an animation that no time is asked for has the motion's own frames.
        """
        frames = motion.frames if own else round(SECONDS * self.fps)
        if self.seconds is not None:
            frames = max(1, round(self.seconds * self.fps))
        return schedule(frames, self.speed * FPS / self.fps, self.loop, motion.reach,
                        motion.endless)
