"""Which settings of a stage make sense together; said before any network is built."""

from scenegan.errors import InputError
from scenegan.specs import (
    ADVERSARIAL,
    BATCH_NORMALISED,
    CRITICS,
    LEVELS,
    PUBLISHED,
    SETTINGS_READ,
    StageSpec,
)

FLAT = ("scene-reference",)            # networks whose frames do not halve level by level
ONE_STREAM = ("ivgan",)                # networks that have no background
# Terms that tell a generator of real clips, so that it learns something without a discriminator.
TELLING = frozenset({"content", "energy", "first_frame", "flow", "reconstruction"})


def check_pair(spec, loss):
    """Check that a stage's network, its settings and a loss make sense together.

    Args:
        spec: A `StageSpec`.
        loss: Name of a loss of the spec.

    Raises:
        InputError: If not; it gives the reason.
    """
    _check_settings(spec)
    _check_sizes(spec)
    _check_critic(spec, loss, spec.losses[loss])
    _check_slope(spec, loss, spec.losses[loss])


def _check_settings(spec):
    """A setting that a network does not read must not be changed."""
    usual = {"streams": 1 if spec.network in ONE_STREAM else StageSpec.streams} | {
        name: getattr(StageSpec, name) for name in ("factorised", "critic_norm", "logits", "given")}
    for name, value in usual.items():
        if getattr(spec, name) != value and name not in SETTINGS_READ[spec.network]:
            raise InputError(f"The network {spec.network} has no setting {name}. Received: {name} "
                             f"= {getattr(spec, name)}. Leave it out of [stage].")


def _check_sizes(spec):
    if spec.network not in PUBLISHED:
        return
    if spec.network not in FLAT and any(side % (1 << LEVELS) for side in spec.shape[:3]):
        raise InputError(f"{spec.network} halves frames, height and width {LEVELS} times, so they "
                         f"must be multiples of {1 << LEVELS}. Received: {spec.frames} frames of "
                         f"{spec.size}. Correct [stage].")
    if "given" in SETTINGS_READ[spec.network] and not 0 < spec.given < spec.frames:
        raise InputError("given, the first frames that a generator is given, must be from 1 to "
                         f"{spec.frames - 1}. Received: {spec.given}. Correct [stage].")


def _check_critic(spec, loss, chosen):
    """A discriminator, or what else tells the generator of real clips."""
    if not chosen.has_critic:
        if not any(chosen.weights.get(name) for name in TELLING):
            raise InputError("Without an adversarial term a loss needs another one that compares "
                             f"with real clips: {', '.join(sorted(TELLING))}. Received: "
                             f"adversarial = 0 for {spec.network}. Correct [loss] or [weights].")
        return
    if not CRITICS[spec.network]:
        raise InputError(f"The network {spec.network} is trained without a discriminator. "
                         f"Received: adversarial = {chosen.adversarial:g}. Set it to 0 in [loss].")
    if loss not in ADVERSARIAL:
        raise InputError(f"The loss {loss} has no adversarial term. Received: adversarial = "
                         f"{chosen.adversarial:g}. Set it to 0 in [loss], or choose the loss "
                         f"{', '.join(ADVERSARIAL)}.")


def _check_slope(spec, loss, chosen):
    """A gradient penalty, of critics that can have one; always one of a Wasserstein critic."""
    batch = spec.critic_norm == "batch" or spec.network in BATCH_NORMALISED
    if chosen.gradient_penalty and batch:
        advice = ("gradient_penalty = 0 in [loss]" if spec.network in BATCH_NORMALISED else
                  "critic_norm = layer or none in [stage]")
        raise InputError("A gradient penalty is of each clip's own score, which batch "
                         "normalisation mixes with those of others. Received: gradient_penalty = "
                         f"{chosen.gradient_penalty:g} with a discriminator that normalises over "
                         f"the batch. Choose {advice}.")
    if chosen.gradient_penalty and not chosen.has_critic:
        raise InputError("A gradient penalty is of a discriminator. Received: gradient_penalty = "
                         f"{chosen.gradient_penalty:g} with adversarial = 0. Correct [loss].")
    if loss == "wasserstein" and not chosen.gradient_penalty:
        raise InputError("A Wasserstein critic must be held to a slope of one, or its scores run "
                         "away. Received: gradient_penalty = 0. Choose 10 in [loss].")
