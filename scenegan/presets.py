"""What each stage makes and how it is trained: the tables STAGES and PRESETS.

A larger stage is one more row: the networks, the training and the commands read
everything from here.
"""

import difflib
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from scenegan.errors import InputError
from scenegan.specs import ADVERSARIAL, PUBLISHED, LossSpec, StageSpec

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
    # Half as many features for four times as many pixels.
    StageSpec(number=3, height=90, width=160, features=8, starts_from=2, steps=1000,
              losses=_VELOCITY_LOSSES, **_COSINE),
)})
LARGEST = 2          # stage of `scene` that ships, and that a training usually ends with: what it
                     # lacks is not size, see docs/experiments.md

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

# The published systems: docs/presets.md says where each comes from and what differs. Adam of DCGAN.
_DCGAN = {"generator_rate": 2e-4, "discriminator_rate": 2e-4, "betas": (0.5, 0.999)}
_PENALTY = {"gradient_penalty": 10.0, "discriminator_steps": 5}


def _families(first, weights, **options):
    """Losses by name, the published one first; `checks` says which suit the discriminator."""
    names = (first, *(name for name in ADVERSARIAL if name != first))
    return MappingProxyType({name: LossSpec(
        adversarial=1.0, weights=weights, **options | (_PENALTY if name == "wasserstein" else {}))
        for name in names})


def _published(preset, losses, height=64, width=64, number=1, **options):
    return StageSpec(number=number, preset=preset, network=preset, losses=losses, height=height,
                     width=width, **options)


_REFERENCE = {"channels": 1, "features": 8, "batch_size": 5, "losses": _families(
    "mse", {}, generator_rate=5e-4, discriminator_rate=5e-4, betas=(0.5, 0.9))}
_64 = {"channels": 3, "features": 64, "noise_size": 100, "steps": 20_000}
_SYSTEMS = {
    "scene-reference": (
        _published("scene-reference", height=23, width=40, **_REFERENCE),
        _published("scene-reference", height=45, width=80, number=2, starts_from=1, **_REFERENCE)),
    "vgan-future": (_published("vgan-future", _families(
        "cross-entropy", {"first_frame": 10.0}, **_DCGAN),
        **_64 | {"features": 128}, batch_size=64, critic_norm="batch", logits=2),),
    "vgan": (_published("vgan", _families("cross-entropy", {"mask": 0.1}, **_DCGAN),
                        **_64, batch_size=64, critic_norm="batch", logits=2),),
    "ivgan": (_published("ivgan", _families("wasserstein", {}, **_DCGAN), **_64,
                         batch_size=16, critic_norm="layer", streams=1),),
    "summary": (_published("summary", _families(
        "hinge", {}, optimizer="sgd", generator_rate=2e-4, discriminator_rate=1e-4),
        **_64, frames=16, given=4, batch_size=32, critic_norm="batch"),),
    "autoencoder": (_published("autoencoder", MappingProxyType({"reconstruction": LossSpec(
        adversarial=0.0, discriminator_steps=0, weights={"reconstruction": 1.0}, **_DCGAN)}),
        **_64, batch_size=64),),
}

# Stages by number of each model that can be trained.
PRESETS = MappingProxyType({
    "scene": STAGES,
    "displacement": MappingProxyType({number: replace(
        STAGES[number], preset="displacement", network="displacement",
        losses=_DISPLACEMENT_LOSSES, schedule="constant", warmup=0, **changes)
        for number, changes in ((1, {}), (2, {"features": 12, "steps": 1800}))}),
} | {name: MappingProxyType({spec.number: spec for spec in specs})
     for name, specs in _SYSTEMS.items()})

# What `scenegan presets` says of them.
DESCRIPTIONS = MappingProxyType({
    "scene": "photo and noise to velocity fields, stages of 40x23, 80x45, 160x90 (the default)",
    "displacement": "photo and noise to the displacement of each frame, two stages",
    "scene-reference": "the original Scene GAN: photo to a gray clip, two stages",
    "vgan-future": "photo to a 64x64 clip, two streams (Vondrick et al. 2016)",
    "vgan": "noise to a 64x64 clip, two streams or one (Vondrick et al. 2016)",
    "ivgan": "noise to a 64x64 clip, one stream, Wasserstein (Kratzwald et al. 2017)",
    "summary": "photo and a clip's first frames to 16 frames of 64x64, hinge loss, SGD",
    "autoencoder": "a 64x64 clip to itself through 100 numbers, the baseline of vgan",
})

# Generators that ship with scenegan: what they may be called, and their files in checkpoints/.
# The first one that is there is used where none is named.
_FILES = [STAGES[number].filename for number in sorted(STAGES, reverse=True) if number <= LARGEST]
SHIPPED = MappingProxyType(
    {Path(file).stem: file for file in _FILES} | {"gray": f"gray/{_FILES[0]}"}
    | {f"gray/{Path(file).stem}": f"gray/{file}" for file in _FILES})


def check_preset(name):
    """Raise InputError, which names the nearest one, unless there is a preset of that name."""
    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, 1, cutoff=0.0)[0]
        raise InputError(f"A preset must be one of {', '.join(PRESETS)}. Received: {name}. Did you "
                         f"mean {near}?")


def stage(number, channels=None, preset="scene"):
    """The stage of that number of a preset, for RGB (3) or gray (1) clips.

    Args:
        channels: None for the preset's own.

    Raises:
        InputError: If there is no such preset or stage, or its networks were published for other
            channels.
    """
    check_preset(preset)
    stages = PRESETS[preset]
    if number not in stages:
        raise InputError(f"A stage must be one of {sorted(stages)}. Received: {number}.")
    spec = stages[number]
    if channels not in (None, spec.channels) and spec.network in PUBLISHED:
        raise InputError(f"The preset {preset} has {spec.channels} channels, as it was published. "
                         f"Received: {channels}. Leave --channels out.")
    return replace(spec, channels=spec.channels if channels is None else channels)
