"""Animate labelled photos and say what of them moves: the figures, their table and their JSON."""

from dataclasses import dataclass

import numpy as np

from scenegan.animation.predictors import Predictor
from scenegan.data.labels import TEST, class_shares
from scenegan.errors import InputError
from scenegan.evaluation import baselines
from scenegan.evaluation.generators import stage_of
from scenegan.evaluation.intervals import intervals
from scenegan.evaluation.leak import STAYS, describe_leak, leak_figures
from scenegan.evaluation.optical_flow import WIDTH
from scenegan.evaluation.players import DULL, PAN, SHAKE, STILL, model_player
from scenegan.evaluation.steering import follow_dials, steering_figures
from scenegan.evaluation.table import aligned, bracketed, number
from scenegan.pixels import crop_to_aspect, fit, to_channels

SPEED = 0.15 / WIDTH         # frame widths a frame of a shaken and a panned photo: what sky and
                             # water should move at least
# The second column says what is good; a row is won by whoever is nearer.
ROWS = {
    "rigid_still": (f"rigid pixels that stay within {STAYS:g} pixels", "1", lambda value: -value),
    "rigid_speed": ("speed of rigid things over that of sky and water", "0", lambda value: value),
    "fluid_speed": ("speed of sky and water, pixels a frame", "from 0.15",
                    lambda value: np.maximum(0, 0.15 - value)),
    "sky_speed": ("speed of the sky", "", None),
    "water_speed": ("speed of water", "", None),
    "plants_speed": ("speed of plants and trees", "", None),
    "asked_amount": ("amount asked for and seen, correlation of logarithms", "1",
                     lambda value: -value),
    "asked_ratio": ("amount seen over that asked for", "1", None),
    "asked_direction": ("direction asked for and seen, degrees apart", "0", lambda value: value),
}
FOOTNOTE = ("* A still copy, or the photo shaken or panned as a whole, does as well or better: "
            "only the rows together tell.")


@dataclass(frozen=True, kw_only=True)
class LabelledResult:
    """What moves in animations of labelled photos.

    Attributes:
        name: Of the generator, a key of `figures`.
        photos: How many were animated.
        figures, intervals: Dicts of dicts, by column and key of ROWS.
    """

    name: str
    photos: int
    figures: dict[str, dict]
    intervals: dict[str, dict]


def evaluate_labelled(name, generator, labelled, seed, report=lambda *_: None):
    """Animate the test photos of a folder with labels.

    Args:
        name: What the generator is called in the table.
        generator: As `load_generator` gives it.
        labelled: `LabelledPhotos`.
        seed: Whole number from 0, for the noises.
        report: Function called with (what is done, steps done, steps in all).

    Returns:
        `LabelledResult`.

    Raises:
        InputError: If no photo is for testing.
    """
    frames, *size = stage_of(generator).shape
    photos, large, shares = read_photos(labelled, *size)
    moved = dict(zip((SHAKE, PAN), (baselines.shake, baselines.pan), strict=True))
    players = {name: lambda: model_player(generator, photos, large, frames, seed)()[0],
               STILL: lambda: baselines.still(photos, frames),
               **{column: lambda animate=animate: animate(photos, frames, SPEED, (seed, 30))
                  for column, animate in moved.items()}}
    values, spread = {}, {}
    for done, (column, play) in enumerate(players.items()):
        report(f"labelled photos, {column}", done, len(players))
        traits = [describe_leak(*pair) for pair in zip(play(), shares, strict=True)]
        values[column] = leak_figures(traits)
        spread[column] = intervals(lambda indices, traits=traits: leak_figures(
            [traits[index] for index in indices]), range(len(traits)), (seed, 31))
    if isinstance(generator, Predictor):
        report("labelled photos, dials", len(players) - 1, len(players))
        followed = follow_dials(generator, photos, large, shares, seed)
        values[name] |= steering_figures(followed)
        spread[name] |= intervals(lambda indices: steering_figures(
            [followed[index] for index in indices]), [clip.photo for clip in followed],
            (seed, 33))
    return LabelledResult(name=name, photos=len(photos), figures=values, intervals=spread)


def read_photos(labelled, height, width, channels):
    """The photos for testing: at a size, uint8 `(n, height, width, channels)`, as they are but
    for their aspect, and their shares of classes at that size."""
    indices = labelled.indices(TEST)
    if not len(indices):
        raise InputError(f"At least one photo must have the suggested_split '{TEST}'. Received: "
                         f"none of {len(labelled)} in '{labelled.folder}'. Choose some to measure "
                         "with.")
    pairs = [labelled.read(index) for index in indices]
    return (np.stack([to_channels(fit(photo, height, width), channels) for photo, _ in pairs]),
            [crop_to_aspect(photo, width / height) for photo, _ in pairs],
            np.stack([class_shares(classes, height, width) for _, classes in pairs]))


def dull_wins(result):
    """Dict from a row to who of `DULL` does at least as well as the generator in it."""
    won = {}
    for key, (_, _, loss) in ROWS.items():
        values = {column: own.get(key, np.nan) for column, own in result.figures.items()}
        winners = [column for column in DULL
                   if loss is not None and loss(values[column]) <= loss(values[result.name])]
        if winners:
            won[key] = winners
    return won


def as_table(result):
    """A Markdown table: a row for each figure, a column for each contender."""
    won = dull_wins(result)
    rows = [[f"labelled photos ({result.photos})", "best", *result.figures]]
    for key, (label, best, _) in ROWS.items():
        if not any(key in own for own in result.figures.values()):
            continue                                  # of dials, which not all generators have
        ends = result.intervals[result.name].get(key)
        cells = [number(own.get(key, np.nan)) for own in result.figures.values()]
        cells[0] += bracketed(ends) if ends else ""
        rows.append([label + "*" * (key in won), best, *cells])
    return "\n\n".join([aligned(rows), *([FOOTNOTE] if won else [])])


def as_json(result):
    """The figures as a dict that JSON can hold; None where there is no value."""
    won = dull_wins(result)

    def plain(value):
        return None if np.isnan(value) else round(value, 6)

    return {"photos": result.photos, "measures": {key: {
        "label": label, "best": best, "baselines_win": won.get(key, []),
        "figures": {column: plain(own[key]) for column, own in result.figures.items()
                    if key in own},
        "intervals": {column: [plain(end) for end in own[key]]
                      for column, own in result.intervals.items() if key in own},
    } for key, (label, best, _) in ROWS.items()}}
