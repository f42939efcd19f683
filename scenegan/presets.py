"""What each stage makes and how it is trained: the tables STAGES and PRESETS.

A larger stage is one more row: the networks, the training and the commands read
everything from here.
"""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from scenegan.errors import InputError
from scenegan.specs import LossSpec, StageSpec

# Velocity fields. flow, of about 1 for a still field, is the measure of the others. sway: half as
# much, or waves, whose phase no photo tells, would come out still. direction: what is asked for
# counts, where something is. roughness and divergence: just enough that neighbours agree.
_VELOCITY = {"flow": 1.0, "sway": 0.5, "direction": 0.3, "roughness": 0.1, "divergence": 0.2}
_TAUGHT = {"weights": _VELOCITY, "noises": 4, "generator_rate": 1e-3}
# A critic of fields gives them perspective and other speeds in other places, which regression
# alone leaves uniform. It is to say little of the direction: hence its small weight.
_VELOCITY_LOSSES = MappingProxyType({
    "mse": LossSpec(adversarial=0.1, discriminator_rate=2e-4, **_TAUGHT),
    "wasserstein": LossSpec(adversarial=0.02, discriminator_steps=3, gradient_penalty=10.0,
                            discriminator_rate=4e-4, betas=(0.0, 0.9), **_TAUGHT),
    "regression": LossSpec(adversarial=0.0, discriminator_steps=0, betas=(0.9, 0.99), **_TAUGHT)})
_COSINE = {"schedule": "cosine", "warmup": 100}

STAGES = MappingProxyType({spec.number: spec for spec in (
    StageSpec(number=1, height=23, width=40, features=16, losses=_VELOCITY_LOSSES, **_COSINE),
    StageSpec(number=2, height=45, width=80, features=16, starts_from=1, steps=2000,
              losses=_VELOCITY_LOSSES, **_COSINE),
)})

# Displacement of every frame. Reasons for the weights. content: an L1 of 0.07 between clips, over
# half of the examples, would not be heard beside an adversarial term of 0.2, so twenty. energy:
# differences of change are ten times smaller again, and squared. mask: little, VGAN's 0.1 put the
# foreground out. smoothness: just enough to keep the warp from tearing. gate: a nudge; alone in
# charge of its gate it learnt the places of the training by heart. posterior: the 32 numbers have
# to be able to carry some nats before they cost as much as the motion that they describe.
# recovery: small, for it only has to tie noise to motion.
_DISPLACEMENT = {"content": 20.0, "energy": 800.0, "mask": 0.05, "smoothness": 0.05,
                 "posterior": 0.001, "recovery": 0.2, "gate": 0.5}
# A least-squares critic wins quickly on few clips: it learns at half the generator's rate. A
# Wasserstein critic must stay near its optimum: more updates, no momentum (WGAN-GP, Adam with
# beta1 = 0). The paper's five a step would leave a CPU little time for the generator.
_DISPLACEMENT_LOSSES = MappingProxyType({
    "mse": LossSpec(adversarial=1.0, weights=_DISPLACEMENT, generator_rate=4e-4,
                    discriminator_rate=2e-4),
    "wasserstein": LossSpec(adversarial=0.05, weights=_DISPLACEMENT, discriminator_steps=3,
                            gradient_penalty=10.0, generator_rate=4e-4, discriminator_rate=4e-4,
                            betas=(0.0, 0.9))})

# Stages by number of each model that can be trained.
PRESETS = MappingProxyType({
    "scene": STAGES,
    "displacement": MappingProxyType({number: replace(
        STAGES[number], preset="displacement", network="displacement",
        losses=_DISPLACEMENT_LOSSES, schedule="constant", warmup=0, **changes)
        for number, changes in ((1, {}), (2, {"features": 12, "steps": 1800}))}),
})

# Generators that ship with scenegan: what they may be called, and their files in checkpoints/.
# The first one that is there is used where none is named.
_FILES = [spec.filename for _, spec in sorted(STAGES.items(), reverse=True)]
SHIPPED = MappingProxyType(
    {Path(file).stem: file for file in _FILES} | {"gray": f"gray/{_FILES[0]}"}
    | {f"gray/{Path(file).stem}": f"gray/{file}" for file in _FILES})


def stage(number, channels=3, preset="scene"):
    """The stage of that number of a preset, for RGB (3) or gray (1) clips.

    Raises:
        InputError: If there is no such preset or stage.
    """
    if preset not in PRESETS:
        raise InputError(f"A preset must be one of {', '.join(PRESETS)}. Received: {preset}.")
    stages = PRESETS[preset]
    if number not in stages:
        raise InputError(f"A stage must be one of {sorted(stages)}. Received: {number}.")
    return replace(stages[number], channels=channels)
