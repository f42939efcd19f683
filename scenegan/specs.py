"""What describes a stage: checked dataclasses, and the figures that all stages share."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scenegan.errors import InputError

CHANNELS = {1: "gray", 3: "RGB"}
FPS = 15            # frames a second of clips and animations: 32 frames last 2.1 s, long enough
                    # to see a wave come in; at 30 most scenery hardly moves between two frames
NOISE_SIZE = 32     # numbers in the noise vector: one motion of a photo needs few

# Loss terms beside the adversarial one. One that is not named in a stage is not computed.
LOSS_TERMS = frozenset({"content", "direction", "divergence", "energy", "flow", "gate", "mask",
                        "posterior", "reconstruction", "recovery", "roughness", "smoothness",
                        "sway", "first_frame"})

# Kinds of networks that a stage may be trained with (`scenegan.training.steps.networks` builds
# them), and what of theirs is trained beside the generator where there is an adversarial term.
CRITICS = MappingProxyType({"velocity": ("discriminator",),
                            "displacement": ("discriminator", "reader"),
                            "scene-reference": ("discriminator",),
                            "vgan": ("discriminator",), "vgan-future": ("discriminator",),
                            "ivgan": ("discriminator",), "summary": ("discriminator",),
                            "autoencoder": ()})
PUBLISHED = frozenset(CRITICS) - {"velocity", "displacement"}    # networks of others, built anew

# Settings of a stage that change these networks; the others of each are left as they are.
_JUDGED = frozenset({"factorised", "critic_norm", "logits"})
SETTINGS_READ = MappingProxyType({
    "velocity": frozenset(), "displacement": frozenset(), "scene-reference": frozenset(),
    "vgan": _JUDGED | {"streams"}, "vgan-future": _JUDGED | {"streams"}, "ivgan": _JUDGED,
    "summary": _JUDGED | {"given"}, "autoencoder": frozenset({"factorised", "streams"})})
BATCH_NORMALISED = frozenset({"scene-reference"})      # by batch, whatever critic_norm says
LEVELS = 4             # times that the published networks of 64x64 halve or double their sides

ADVERSARIAL = ("cross-entropy", "hinge", "mse", "wasserstein")    # losses with a discriminator
OPTIMIZERS = ("adam", "sgd")
NORMS = ("none", "batch", "layer")     # normalisations of a published network's discriminator


@dataclass(frozen=True, kw_only=True)
class LossSpec:
    """One loss, with the weights and the schedule that suit it.

    Without an adversarial term there is no discriminator, and discriminator_steps is 0.
    """

    adversarial: float                 # weight of the adversarial term in the generator's loss
    weights: Mapping[str, float]       # weights of the other terms, see LOSS_TERMS
    discriminator_steps: int = 1       # discriminator updates a step
    generator_steps: int = 1           # generator updates a step
    noises: int = 1                    # noises an example; see `velocity_losses.best_of`
    gradient_penalty: float = 0.0      # weight in the discriminator's loss
    generator_rate: float = 2e-4       # learning rates
    discriminator_rate: float = 2e-4
    betas: tuple[float, float] = (0.5, 0.99)
    optimizer: str = "adam"            # one of OPTIMIZERS
    momentum: float = 0.9              # of sgd

    def __post_init__(self):
        if self.optimizer not in OPTIMIZERS:
            raise InputError(f"optimizer must be one of {', '.join(OPTIMIZERS)}. "
                             f"Received: {self.optimizer}.")
        if not 0 <= self.momentum < 1:
            raise InputError(f"momentum must be from 0 to below 1. Received: {self.momentum}.")
        for name in ("generator_steps", "noises", *["discriminator_steps"] * self.has_critic):
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1. Received: {getattr(self, name)}.")
        if self.discriminator_steps and not self.has_critic:
            raise InputError("discriminator_steps must be 0 where adversarial is 0: there is no "
                             f"discriminator to train. Received: {self.discriminator_steps}.")
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

    @property
    def has_critic(self):
        """Whether a discriminator is trained along."""
        return self.adversarial > 0


@dataclass(frozen=True, kw_only=True)
class StageSpec:
    """What one training stage makes, and how it is trained."""

    number: int
    preset: str = "scene"              # model that it is a stage of, a key of presets.PRESETS
    network: str = "velocity"          # kind of networks, a key of CRITICS
    height: int                        # pixels
    width: int                         # pixels
    frames: int = 32
    channels: int = 3                  # 3 is RGB, 1 is gray
    features: int = 16                 # channels of the finest feature maps
    starts_from: int | None = None     # stage whose generator this one refines
    noise_size: int = NOISE_SIZE       # numbers of the noise, or of an autoencoder's code
    streams: int = 2                   # of VGAN's generators: 2, or 1 without a background
    given: int = 0                     # first frames of the clip that the generator is given
    factorised: bool = False           # whether published networks convolve space and time apart
    critic_norm: str = "none"          # of published discriminators: one of NORMS
    logits: int = 1                    # numbers that they give a clip: 1, or 2 for (fake, real)
    max_speed: float = 0.02            # largest motion, in frame widths (heights) a frame, of
                                       # displacement networks
    steps: int = 4000                  # each of LossSpec's updates of both networks
    batch_size: int = 8                # clips a step, over all devices
    schedule: str = "constant"         # of the learning rates
    warmup: int = 0                    # steps over which the learning rates rise from zero
    fade_steps: float = 0.3            # share of the steps in which this stage fades in
    losses: Mapping[str, LossSpec]     # the first one is the default

    def __post_init__(self):
        if self.network not in CRITICS:
            raise InputError(f"network must be one of {', '.join(CRITICS)}. "
                             f"Received: {self.network}.")
        if self.channels not in CHANNELS:
            raise InputError(f"channels must be 1 (gray) or 3 (RGB). Received: {self.channels}.")
        for name, known in (("streams", (1, 2)), ("logits", (1, 2)), ("critic_norm", NORMS)):
            if getattr(self, name) not in known:
                raise InputError(f"{name} must be one of {', '.join(map(str, known))}. "
                                 f"Received: {getattr(self, name)}.")
        for name in ("height", "width", "frames", "features", "steps", "batch_size", "noise_size"):
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
