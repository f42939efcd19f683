"""What each stage makes and how it is trained: the table STAGES.

A larger stage is one more row: the networks, the training and the commands read
everything from here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from scenegan.errors import InputError

CHANNELS = {1: "gray", 3: "RGB"}
FPS = 15            # frames a second of clips and animations: 32 frames last 2.1 s, long enough
                    # to see a wave come in; at 30 most scenery hardly moves between two frames
NOISE_SIZE = 32     # numbers in the noise vector: one motion of a photo needs few

# Loss terms beside the adversarial one. One that is not named in a stage is not computed.
LOSS_TERMS = frozenset({"content", "energy", "gate", "mask", "smoothness", "posterior",
                        "recovery"})


@dataclass(frozen=True, kw_only=True)
class LossSpec:
    """One adversarial family, with the weights and the schedule that suit it."""

    adversarial: float                 # weight of the adversarial term in the generator's loss
    weights: Mapping[str, float]       # weights of the other terms, see LOSS_TERMS
    discriminator_steps: int = 1       # discriminator updates a step
    generator_steps: int = 1           # generator updates a step
    gradient_penalty: float = 0.0      # weight in the discriminator's loss
    generator_rate: float = 2e-4       # Adam learning rates
    discriminator_rate: float = 2e-4
    betas: tuple[float, float] = (0.5, 0.99)

    def __post_init__(self):
        for name in ("discriminator_steps", "generator_steps"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1. Received: {getattr(self, name)}.")
        numbers = {name: getattr(self, name) for name in (
            "adversarial", "gradient_penalty", "generator_rate", "discriminator_rate")}
        for name, value in (numbers | dict(self.weights)).items():
            if not 0 <= value < math.inf:
                raise InputError(f"{name} must be a number from 0. Received: {value}.")
        if not all(0 <= beta < 1 for beta in self.betas):
            raise InputError("betas must be two numbers from 0 to below 1. Received: "
                             f"{', '.join(map(str, self.betas))}.")
        unknown = set(self.weights) - LOSS_TERMS
        if unknown:
            raise InputError(f"Loss terms must be among {sorted(LOSS_TERMS)}. "
                             f"Received: {sorted(unknown)}.")
        object.__setattr__(self, "weights", MappingProxyType(dict(self.weights)))


@dataclass(frozen=True, kw_only=True)
class StageSpec:
    """What one training stage makes, and how it is trained."""

    number: int
    height: int                        # pixels
    width: int                         # pixels
    frames: int = 32
    channels: int = 3                  # 3 is RGB, 1 is gray
    features: int = 16                 # channels of the finest feature maps
    starts_from: int | None = None     # stage whose generator this one refines
    max_speed: float = 0.02            # largest motion, in frame widths (heights) a frame
    steps: int = 4000                  # each of LossSpec's updates of both networks
    batch_size: int = 8                # clips a step, over all devices
    fade_steps: float = 0.3            # share of the steps in which this stage fades in
    losses: Mapping[str, LossSpec]

    def __post_init__(self):
        if self.channels not in CHANNELS:
            raise InputError(f"channels must be 1 (gray) or 3 (RGB). Received: {self.channels}.")
        for name in ("height", "width", "frames", "features", "steps", "batch_size"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1. Received: {getattr(self, name)}.")
        if self.starts_from is not None and self.starts_from >= self.number:
            raise InputError("starts_from must be the number of a smaller stage. Received: "
                             f"{self.starts_from} in stage {self.number}.")
        if not 0 < self.max_speed < math.inf:
            raise InputError(f"max_speed must be a number above 0. Received: {self.max_speed}.")
        if not 0 <= self.fade_steps <= 1:
            raise InputError(f"fade_steps must be from 0 to 1. Received: {self.fade_steps}.")

    @property
    def shape(self):
        """Shape of one clip: `(frames, height, width, channels)`."""
        return self.frames, self.height, self.width, self.channels

    @property
    def size(self):
        """The size as people write it, width x height: "80x45"."""
        return f"{self.width}x{self.height}"

    @property
    def filename(self):
        return f"stage{self.number}.keras"


# Reasons for the weights. content: an L1 of 0.07 between clips, over half of the examples,
# would not be heard beside an adversarial term of 0.2, so twenty. energy: differences of change
# are ten times smaller again, and squared. mask: little, VGAN's 0.1 put the foreground out.
# smoothness: just enough to keep the warp from tearing. gate: a nudge; alone in charge of its gate
# it learnt the places of the training by heart. posterior: the 32 numbers have to be able to carry
# some nats before they cost as much as the motion that they describe. recovery: small, for it
# only has to tie noise to motion.
_WEIGHTS = {"content": 20.0, "energy": 800.0, "mask": 0.05, "smoothness": 0.05,
            "posterior": 0.001, "recovery": 0.2, "gate": 0.5}
# A least-squares critic wins quickly on few clips: it learns at half the generator's rate.
_MSE = LossSpec(adversarial=1.0, weights=_WEIGHTS, generator_rate=4e-4, discriminator_rate=2e-4)
# A Wasserstein critic must stay near its optimum: more updates, no momentum (WGAN-GP, Adam
# with beta1 = 0). The paper's five a step would leave a CPU little time for the generator.
_WASSERSTEIN = LossSpec(adversarial=0.05, weights=_WEIGHTS, discriminator_steps=3,
                        gradient_penalty=10.0, generator_rate=4e-4, discriminator_rate=4e-4,
                        betas=(0.0, 0.9))
_LOSSES = MappingProxyType({"mse": _MSE, "wasserstein": _WASSERSTEIN})

STAGES = MappingProxyType({spec.number: spec for spec in (
    StageSpec(number=1, height=23, width=40, features=16, losses=_LOSSES),
    StageSpec(number=2, height=45, width=80, features=12, starts_from=1, steps=1800,
              losses=_LOSSES),
)})

# Generators that ship with scenegan: what they may be called, and their files in checkpoints/.
# The first one that is there is used where none is named.
_FILES = [spec.filename for _, spec in sorted(STAGES.items(), reverse=True)]
SHIPPED = MappingProxyType(
    {Path(file).stem: file for file in _FILES} | {"gray": f"gray/{_FILES[0]}"}
    | {f"gray/{Path(file).stem}": f"gray/{file}" for file in _FILES})


def stage(number, channels=3):
    """The stage of that number, for RGB (3) or gray (1) clips.

    Raises:
        InputError: If there is no such stage.
    """
    if number not in STAGES:
        raise InputError(f"A stage must be one of {sorted(STAGES)}. Received: {number}.")
    return replace(STAGES[number], channels=channels)
