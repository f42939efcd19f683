"""What is asked of predictors, and what comes of it."""

import numpy as np
import pytest
from known_motion import moved

from scenegan.animation.dials import draw
from scenegan.animation.motion import VelocityMotion
from scenegan.animation.predictors import Predictor
from scenegan.data.labels import CLASSES, RIGID, SKY
from scenegan.evaluation.generators import stage_below, stage_of
from scenegan.evaluation.leak import describe_leak, leak_figures
from scenegan.evaluation.players import model_player
from scenegan.evaluation.steering import Followed, follow_dials, steering_figures
from scenegan.scenery import CLASSES as KINDS
from scenegan.scenery import MOVING, TERMS

HORIZON = 22


class Even(Predictor):
    """What the networks do, by hand: the sky above the horizon moves evenly, as it is told."""

    height, width, channels, frames = 45, 80, 1, 8

    def __init__(self, obeys=True):
        self.obeys = obeys

    def mask(self, photo, dials):
        return np.full(photo.shape[:2], 255, np.uint8)

    def motion(self, photo, seed, dials):
        drawn = draw(seed, photo, dials)
        amount = drawn.amount if self.obeys else np.full(len(MOVING), 0.3 / 80)
        way = drawn.direction if self.obeys and drawn.direction.any() else [(1.0, 0.0)]
        fields = np.zeros((23, 40, len(MOVING), TERMS, 2), np.float32)
        fields[:, :, :, 0] = amount[:, None] * way
        chances = np.zeros((45, 80, len(KINDS)), np.float32)
        chances[:HORIZON, :, KINDS.index("sky")] = chances[HORIZON:, :, KINDS.index("rigid")] = 1
        return VelocityMotion(fields, chances, self.frames, dials.still, dials.moving)


def scenes(count):
    """Photos of the predictor's size, the same at twice of it, and their shares of classes."""
    photos = np.stack([moved([(0, 0)], seed)[0] for seed in range(count)])
    shares = np.zeros((count, 45, 80, len(CLASSES)), np.float32)
    shares[:, :HORIZON, :, SKY] = shares[:, HORIZON:, :, RIGID] = 1
    return photos, [photo.repeat(2, axis=0).repeat(2, axis=1) for photo in photos], shares


def test_a_predictor_plays_with_the_photos_first_and_two_seeds():
    photos, large, shares = scenes(3)
    clips, others, same = model_player(Even(), photos, large, 8, seed=0)()
    assert clips.shape == others.shape == (3, 8, 45, 80, 1)
    np.testing.assert_array_equal(clips[:, 0], photos)
    assert (clips != others).any() and (same == clips).all()
    found = leak_figures([describe_leak(*pair) for pair in zip(clips, shares, strict=True)])
    assert found["rigid_still"] == 1 and found["sky_speed"] > 0.15


def test_the_size_of_a_predictor_is_its_networks():
    assert stage_of(Even()).shape == (8, 45, 80, 1)
    assert stage_below(Even()) is None


def test_a_predictor_that_obeys_is_seen_to():
    found = steering_figures(follow_dials(Even(), *scenes(8), seed=1))
    assert found["asked_amount"] > 0.9
    assert found["asked_ratio"] == pytest.approx(1, abs=0.35)    # the border and horizon are slower
    assert found["asked_direction"] < 15


def test_a_predictor_that_does_not_is_seen_not_to():
    found = steering_figures(follow_dials(Even(obeys=False), *scenes(8), seed=1))
    assert abs(found["asked_amount"]) < 0.8
    assert found["asked_direction"] > 40


def test_steering_figures_by_hand():
    def followed(asked, amount, error):
        return Followed(photo=0, asked=asked, amount=amount, error=error)

    found = steering_figures([followed(0.1, 0.05, 10), followed(0.2, 0.1, np.nan),
                              followed(0.4, 0.2, 30), followed(0.4, 0, np.nan)])
    assert found == {"asked_amount": pytest.approx(1), "asked_ratio": 0.5, "asked_direction": 20}
    assert all(np.isnan(value) for value in steering_figures([]).values())
