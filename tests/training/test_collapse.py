"""Signs that a training has collapsed."""

import numpy as np
import pytest

from scenegan.training.collapse import PATIENCE, Collapsed, Watch

pytestmark = pytest.mark.slow          # Keras


def reasons(check, value, times):
    """What a check raises, or None, each of several times."""
    told = []
    for _ in range(times):
        try:
            told.append(check(value))
        except Collapsed as reason:
            told.append(str(reason))
    return told


@pytest.fixture
def watch():
    said = []
    watch = Watch("mse", said.append)
    watch.said = said
    return watch


def test_a_loss_that_is_not_finite_is_a_reason_to_go_back(watch):
    with pytest.raises(Collapsed, match="content is nan"):
        watch.check_terms({"discriminator": 0.3, "content": np.nan})
    assert watch.check_terms({"discriminator": 0.3, "generator_gradient": np.inf}) is None


def test_the_first_sign_warns_and_many_in_a_row_go_back(watch):
    good, bad = {"discriminator": 0.3}, {"discriminator": 0.001}
    assert reasons(watch.check_terms, bad, PATIENCE - 1) == [None] * (PATIENCE - 1)
    assert len(watch.said) == 1 and watch.suspicious
    assert watch.check_terms(good) is None and not watch.suspicious
    told = reasons(watch.check_terms, bad, PATIENCE)
    assert "tells all clips apart" in told[-1] and len(watch.said) == 2


def test_noise_that_is_ignored_is_a_sign(watch):
    assert "noise is ignored" in reasons(watch.check_variety, 0.001, PATIENCE)[-1]
    assert watch.check_variety(1.0) is None


def test_a_critic_that_runs_away_is_a_sign():
    watch = Watch("wasserstein", print)
    scores = {"discriminator": -2e4, "real_score": 2e4, "fake_score": 0.0}
    assert reasons(watch.check_terms, scores, PATIENCE)[-1]
    assert watch.check_terms(scores | {"real_score": 5.0}) is None
