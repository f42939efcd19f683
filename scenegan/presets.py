"""What each stage makes and how it is trained: the table STAGES.

A larger stage is one more row: the networks, the training and the commands read
everything from here.
"""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from scenegan.errors import InputError
from scenegan.specs import LossSpec, StageSpec

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
