"""What a person chooses of a training."""

from dataclasses import dataclass

from scenegan.data.augmentation import Augmentation
from scenegan.errors import InputError
from scenegan.seeds import LARGEST

STRATEGIES = ("auto", "one", "mirrored", "multiworker")
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
SCHEDULES = ("constant", "cosine", "linear")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a person chooses of a training; the rest stands in the stage table."""

    data: str = "procedural"       # where the clips are
    begin_from: str | None = None  # run whose networks are trained further; None: new or grown
    loss: str = "mse"
    steps: int = 4000              # each of some updates of the discriminator and the generator
    batch_size: int = 8            # clips an update, over all devices
    seed: int = 0
    save_every: int = 250          # steps between two saved states
    validate_every: int = 500      # steps between two looks at the validation clips
    strategy: str = "auto"         # the devices: one of STRATEGIES
    precision: str = "float32"     # of the networks' arithmetic: one of PRECISIONS
    schedule: str = "constant"     # of the learning rates: one of SCHEDULES
    warmup: int = 0                # steps over which the learning rates rise from zero
    micro_batch: int | None = None   # clips at a time on a device; None takes all at once
    augmentation: Augmentation = Augmentation(crop=0.8)   # of the clips that are trained on
    tensorboard: bool = False      # whether to write its events beside the logs

    def __post_init__(self):
        for name in ("steps", "batch_size", "save_every", "validate_every"):
            _check(name, getattr(self, name), getattr(self, name) >= 1, "at least 1")
        _check("seed", self.seed, 0 <= self.seed <= LARGEST, f"from 0 to {LARGEST}")
        _check("warmup", self.warmup, self.warmup >= 0, "at least 0")
        _check("micro_batch", self.micro_batch, self.micro_batch is None or self.micro_batch >= 1,
               "at least 1")
        for name, known in (("strategy", STRATEGIES), ("precision", PRECISIONS),
                            ("schedule", SCHEDULES)):
            _check(name, getattr(self, name), getattr(self, name) in known,
                   f"one of {', '.join(known)}")


def _check(name, value, good, rule):
    if not good:
        raise InputError(f"{name} must be {rule}. Received: {value}.")
