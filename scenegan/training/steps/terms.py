"""Terms of the generator's loss beside the adversarial one, and the outputs that each needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from keras import ops

from scenegan import losses, velocity_losses
from scenegan.errors import InputError
from scenegan.models.motion import GATE_BIAS


@dataclass(frozen=True)
class Term:
    """One term.

    Attributes:
        needs: Names of the outputs that it reads.
        loss: Function from a mapping of outputs to a scalar, unweighted.
    """

    needs: frozenset[str]
    loss: Callable[[Mapping[str, Any]], Any]


# What the outputs are: of the generator that gives displacements, and in `DisplacementGAN.outputs`,
# clip, displacement, mask, gate, real (the batch's clip), encoded (1 where an example's noise is
# read from its clip, else 0), noise, mean and log_variance (of the noise encoder) and read_back
# (the noise that it reads from the generated clip); in `VelocityGAN.outputs` fields, and with a row
# for each of them what the batch says: masks, amount, direction, flow, weight; in `ClipGAN.outputs`
# clip, mask (of two streams), photo (that the generator is given) and source (the clip that it is
# given to give it back).
_MEASURED = ("fields", "masks", "flow", "weight")
TERMS = {
    "content": Term(frozenset({"real", "clip", "encoded"}), lambda o: losses.content(
        o["real"], o["clip"], o["encoded"])),
    "energy": Term(frozenset({"real", "clip"}), lambda o: losses.energy(o["real"], o["clip"])),
    "gate": Term(frozenset({"real", "gate"}), lambda o: losses.gate(
        o["real"], o["gate"] + GATE_BIAS)),
    "mask": Term(frozenset({"mask"}), lambda o: losses.mask_area(o["mask"])),
    "posterior": Term(frozenset({"mean", "log_variance", "encoded"}), lambda o: losses.posterior(
        o["mean"], o["log_variance"], o["encoded"])),
    "recovery": Term(frozenset({"noise", "read_back", "encoded"}), lambda o: losses.recovery(
        o["noise"], o["read_back"], 1 - o["encoded"])),
    "flow": Term(frozenset({*_MEASURED, "noise"}), lambda o: velocity_losses.best_of(
        velocity_losses.flow_errors(*(o[name] for name in _MEASURED)), o["noise"].shape[1])),
    "sway": Term(frozenset(_MEASURED), lambda o: ops.mean(
        velocity_losses.sway_errors(*(o[name] for name in _MEASURED)))),
    "direction": Term(
        frozenset({"fields", "masks", "amount", "direction"}),
        lambda o: velocity_losses.direction_error(
            o["fields"], o["masks"], o["amount"], o["direction"])),
    "roughness": Term(frozenset({"fields", "amount"}), lambda o: velocity_losses.roughness(
        o["fields"], o["amount"])),
    "divergence": Term(frozenset({"fields", "amount"}), lambda o: velocity_losses.divergence(
        o["fields"], o["amount"])),
    "first_frame": Term(frozenset({"photo", "clip"}), lambda o: losses.first_frame(
        o["photo"], o["clip"])),
    "reconstruction": Term(frozenset({"source", "clip"}), lambda o: losses.reconstruction(
        o["source"], o["clip"])),
    "smoothness": Term(frozenset({"displacement"}), lambda o: losses.smoothness(
        o["displacement"])),
}


def check_terms(weights, outputs):
    """Check that networks give what the terms of a loss need.

    Args:
        weights: Mapping of terms to weights.
        outputs: Names of the outputs.

    Raises:
        InputError: If one does not.
    """
    for name in weights:
        missing = TERMS[name].needs - set(outputs)
        if missing:
            raise InputError(f"The loss term {name} needs the output {', '.join(sorted(missing))}, "
                             "which these networks do not give. Leave its weight out.")
