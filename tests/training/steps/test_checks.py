"""Every loss with every network and normalisation: what makes no sense is refused."""

import itertools
from dataclasses import replace

import pytest

from scenegan.errors import InputError
from scenegan.presets import PRESETS
from scenegan.specs import (
    ADVERSARIAL,
    BATCH_NORMALISED,
    CRITICS,
    NORMS,
    SETTINGS_READ,
    LossSpec,
)
from scenegan.training.run import config
from scenegan.training.steps.checks import check_pair

ROWS = {spec.network: spec for stages in PRESETS.values() for spec in stages.values()}
PLAIN = {"adversarial": 1.0, "weights": {}}


def paired(network, loss, chosen=PLAIN, **changes):
    return replace(ROWS[network], losses={loss: LossSpec(**chosen)}, **changes)


def refusal(spec):
    """Why a stage's only loss is refused, or None."""
    try:
        check_pair(spec, next(iter(spec.losses)))
    except InputError as reason:
        assert "Received: " in str(reason) and "\n" not in str(reason)
        return str(reason)
    return None


def test_all_rows_of_the_presets_make_sense_but_for_wasserstein_with_batch_normalisation():
    for stages in PRESETS.values():
        for spec in stages.values():
            for number, loss in enumerate(spec.losses):
                batch = spec.critic_norm == "batch" or spec.network in BATCH_NORMALISED
                if number and loss == "wasserstein" and batch:
                    with pytest.raises(InputError, match="batch normalisation mixes"):
                        check_pair(spec, loss)
                else:
                    check_pair(spec, loss)


def test_every_adversarial_loss_can_be_asked_of_every_published_discriminator(tmp_path):
    path = tmp_path / "my.ini"
    for preset, loss in itertools.product(("vgan", "vgan-future", "ivgan", "summary"), ADVERSARIAL):
        path.write_text(f"[stage]\nnumber = 1\npreset = {preset}\ncritic_norm = layer\n"
                        f"[run]\nloss = {loss}\n")
        spec, settings = config.describe({}, config.read(path))
        check_pair(spec, settings.loss)


@pytest.mark.parametrize("network", CRITICS)
def test_losses_norms_and_penalties_in_every_combination(network):
    for loss, norm, penalty, logits in itertools.product(ADVERSARIAL, NORMS, (0.0, 10.0), (1, 2)):
        reason = refusal(paired(network, loss, PLAIN | {"gradient_penalty": penalty},
                                critic_norm=norm, logits=logits))
        read = SETTINGS_READ[network]
        wanted = (
            "has no setting" if norm != "none" and "critic_norm" not in read else
            "has no setting" if logits == 2 and "logits" not in read else
            "without a discriminator" if not CRITICS[network] else
            "batch normalisation mixes" if penalty and (
                norm == "batch" or network in BATCH_NORMALISED) else
            "slope of one" if loss == "wasserstein" and not penalty else None)
        case = network, loss, norm, penalty, logits
        assert (reason is None) == (wanted is None), (case, reason)
        assert wanted is None or wanted in reason, (case, reason)


@pytest.mark.parametrize(("network", "changes"), [
    ("velocity", {"factorised": True}), ("scene-reference", {"streams": 1}),
    ("ivgan", {"streams": 2}), ("summary", {"streams": 1}), ("vgan", {"given": 4}),
    ("displacement", {"critic_norm": "layer"}), ("autoencoder", {"logits": 2})])
def test_a_setting_that_a_network_does_not_read_is_refused(network, changes):
    spec = ROWS[network]
    with pytest.raises(InputError, match=f"no setting {next(iter(changes))}"):
        check_pair(replace(spec, **changes), next(iter(spec.losses)))


@pytest.mark.parametrize(("network", "loss", "chosen", "says"), [
    ("velocity", "regression", PLAIN, "no adversarial term"),
    ("vgan", "mse", {"adversarial": 0.0, "discriminator_steps": 0, "weights": {"mask": 0.1}},
     "compares with real clips"),
    ("vgan-future", "mse", {"adversarial": 0.0, "discriminator_steps": 0,
                            "weights": {"first_frame": 0.0}}, "compares with real clips"),
    ("autoencoder", "reconstruction",
     {"adversarial": 0.0, "discriminator_steps": 0, "gradient_penalty": 1.0,
      "weights": {"reconstruction": 1.0}}, "penalty is of a discriminator")])
def test_a_loss_without_what_it_needs_is_refused(network, loss, chosen, says):
    assert says in refusal(paired(network, loss, chosen))


@pytest.mark.parametrize(("network", "changes", "says"), [
    ("vgan", {"width": 20}, "multiples of 16"), ("ivgan", {"frames": 24}, "multiples of 16"),
    ("summary", {"given": 0}, "from 1 to 15"), ("summary", {"given": 16}, "from 1 to 15")])
def test_sizes_that_do_not_halve_and_beginnings_that_are_no_part_are_refused(
        network, changes, says):
    assert says in refusal(replace(paired(network, "hinge"), **changes))
