"""Whether a predictor's animations do what was asked: how fast, and which way.

Each labelled photo is animated with a strength and a direction of its own, and sky and water are
held against what was asked of them.
"""

from dataclasses import dataclass

import numpy as np

from scenegan.animation.dials import Dials, draw
from scenegan.data.labels import SKY, WATER
from scenegan.evaluation.flow_metrics import angle_between, describe
from scenegan.evaluation.leak import PURE, inside
from scenegan.evaluation.optical_flow import WIDTH
from scenegan.evaluation.players import move
from scenegan.pixels import to_channels
from scenegan.scenery import MOVING

STRENGTHS = 0.4, 2.0         # of which each photo gets one, evenly in their logarithm
KINDS = {"sky": SKY, "water": WATER}


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What one kind of thing in one photo did.

    Attributes:
        photo: Number of the photo.
        asked: Amount, pixels of a frame of 80 columns a frame.
        amount: The same of what came, 0 where nothing moved.
        error: Between the directions, degrees; NaN where too little moves to have one.
    """

    photo: int
    asked: float
    amount: float
    error: float


def follow_dials(predictor, photos, large, shares, seed):
    """Animate photos with dials turned at random, and measure what came of it.

    Args:
        predictor: A `Predictor` that takes all `Dials`.
        photos, large: As in `model_player`.
        shares: n arrays as `class_shares` gives them.
        seed: Whole number from 0.

    Returns:
        List of `Followed`, of the photos and `KINDS` that have textured pixels.
    """
    random = np.random.default_rng((seed, 32))
    followed = []
    for number, (photo, big, share) in enumerate(zip(photos, large, shares, strict=True)):
        dials = Dials(strength=float(np.exp(random.uniform(*np.log(STRENGTHS)))),
                      direction=float(random.uniform(-180, 180)))
        clip = move(predictor, photo, big, seed, dials)
        amounts = WIDTH * draw(seed, to_channels(big, 3), dials).amount
        for kind, label in KINDS.items():
            traits = describe(clip, within=inside(share[..., label] >= PURE))
            if not np.isnan(traits.amount):
                followed.append(Followed(
                    photo=number, asked=float(amounts[MOVING.index(kind)]), amount=traits.amount,
                    error=float(angle_between(traits.direction, -dials.direction))))
    return followed


def steering_figures(followed):
    """Figures of a list of `Followed`, a dict of floats, NaN where nothing tells.

    Returns:
        asked_amount: Correlation of the logarithms of what was asked and of what came, of those
            that move.
        asked_ratio: What came over what was asked, median.
        asked_direction: Error of the direction in degrees, median.
    """
    asked, amount, error = np.array([(clip.asked, clip.amount, clip.error)
                                     for clip in followed]).reshape(-1, 3).T
    moves = (amount > 0) & (asked > 0)
    logs = np.log([asked[moves], amount[moves]])
    varied = moves.sum() > 2 and logs.std(axis=1).min() > 0
    errors = error[~np.isnan(error)]
    return {"asked_amount": float(np.corrcoef(logs)[0, 1]) if varied else float("nan"),
            "asked_ratio": float(np.median(amount / asked)) if len(asked) else float("nan"),
            "asked_direction": float(np.median(errors)) if len(errors) else float("nan")}
