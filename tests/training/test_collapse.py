"""Signs that a training has collapsed."""


import numpy as np
import pytest

from scenegan.training.collapse import PATIENCE, Watch

pytestmark = pytest.mark.slow          # Keras


@pytest.fixture
def watch():
    said = []
    watch = Watch("mse", said.append)
    watch.said = said
    return watch


def test_a_loss_that_is_not_finite_is_a_reason_to_go_back(watch):
    assert "content is nan" in watch.read_log({"discriminator": 0.3, "content": np.nan})
    assert watch.read_log({"discriminator": 0.3, "generator_gradient": np.inf}) is None


def test_the_first_sign_warns_and_many_in_a_row_go_back(watch):
    good, bad = {"discriminator": 0.3}, {"discriminator": 0.001}
    assert [watch.read_log(bad) for _ in range(PATIENCE - 1)] == [None] * (PATIENCE - 1)
    assert len(watch.said) == 1 and watch.suspicious
    assert watch.read_log(good) is None and not watch.suspicious
    reasons = [watch.read_log(bad) for _ in range(PATIENCE)]
    assert "tells all clips apart" in reasons[-1] and len(watch.said) == 2


def test_noise_that_is_ignored_is_a_sign(watch):
    assert "noise is ignored" in [watch.read_look(0.001) for _ in range(PATIENCE)][-1]
    assert watch.read_look(1.0) is None


def test_a_critic_that_runs_away_is_a_sign():
    watch = Watch("wasserstein", print)
    scores = {"discriminator": -2e4, "real_score": 2e4, "fake_score": 0.0}
    assert [watch.read_log(scores) for _ in range(PATIENCE)][-1]
    assert watch.read_log(scores | {"real_score": 5.0}) is None
