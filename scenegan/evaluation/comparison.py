"""Compare a generator with real clips and with baselines, on all measures."""

import hashlib
from dataclasses import asdict, dataclass, field

import numpy as np

from scenegan.evaluation import generators
from scenegan.evaluation.features import frechet_distance, learn_features
from scenegan.evaluation.intervals import intervals
from scenegan.evaluation.players import SAME, baseline_players, model_player
from scenegan.evaluation.real_clips import choose_clips
from scenegan.evaluation.realism import StatisticsTest, pick
from scenegan.evaluation.scorecard import (
    Traits,
    energy_by_tag,
    figures,
    kept,
    moving,
    scene_variety,
)
from scenegan.evaluation.sheet import PHOTOS
from scenegan.evaluation.two_sample import TestSettings, TwoSampleTest, pairs_within, split_groups

REAL = "real clips"
HALVINGS = 4                 # splits of the real clips into two halves, for a distance's floor


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an evaluation is made with; the same settings give the same figures."""

    split: str = "validation"        # or "test", to be used once, when all is chosen
    clips: int = 128                 # clips of it, at most
    seed: int = 0
    baselines: bool = True
    realism: bool = True             # whether clips are told from real ones
    networks: bool = True            # whether by networks, too, which takes longest
    train_clips: int = 384           # clips that the features are learnt from, at most
    feature_steps: int = 400         # training steps of the features
    test: TestSettings = field(default_factory=TestSettings)


@dataclass(frozen=True, kw_only=True)
class Result:
    """All figures of an evaluation.

    Attributes:
        name: Of the generator, a key of `figures`.
        figures: Dict of dicts, by column (REAL, the generator, baselines) and measure.
        spread: Dict of dicts like `figures`: standard deviations over the repeats, where known.
        intervals: Dict of dicts like `figures`: (low, high) over other places, where known.
        by_tag: Dict of dicts, by column and tag: ratio of the motion and number of clips.
        spectra: Dict from column to its mean spectrum in dB.
        accuracy: Of the features, by question; empty without realism.
        clips: Dict from column to its first clips, uint8 `(PHOTOS, frames, height, width,
            channels)`, to be shown.
        groups: Of all clips, n texts.
    """

    name: str
    figures: dict[str, dict]
    spread: dict[str, dict]
    intervals: dict[str, dict] = field(default_factory=dict)
    by_tag: dict[str, dict]
    spectra: dict[str, np.ndarray]
    accuracy: dict[str, float]
    clips: dict[str, np.ndarray]
    groups: list[str]


def evaluate(name, generator, store, settings, *, below=None, references=None, report=None):
    """Evaluate a generator on clips of a store that it was not trained on.

    Args:
        name: What the generator is called in the table.
        generator: As `load_evaluated` gives it.
        store: `ClipStore` or `ProceduralClips`.
        settings: `Settings`.
        below: Generator of the stage below, None for the one that the generator holds.
        references: Dict of models of `load_reference` by what they are called, or None.
        report: Function called with (what is done, steps done, steps in all).

    Returns:
        `Result`.

    Raises:
        InputError: If the clips do not suit the generator or are too few, or scikit-learn is
            needed and not there.
    """
    spec = generators.stage_of(generator)
    real = choose_clips(store, spec, settings.split, settings.clips, settings.seed)
    known = choose_clips(store, spec, "train", settings.train_clips, settings.seed)
    check_enough(real, settings)
    models = {name: generator}
    if settings.baselines and (below := below or generators.stage_below(generator)) is not None:
        models["stage below"] = below
    models |= references or {}
    players = {column: model_player(model, real.photos, real.large, spec.frames,
                                    settings.seed, real.clips)
               for column, model in models.items()}
    if settings.baselines:
        players |= baseline_players(real.photos, known.clips, settings.seed)
    return _Evaluation(real, known, settings, report or (lambda *_: None)).run(name, players)


def about(path, settings, **data):
    """What an evaluation was made of, as a dict to stand before its figures.

    Args:
        path: Of the generator.
        settings: `Settings`.
        **data: Folders by what is in them, None for what was not used.
    """
    return {"checkpoint": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            **{name: folder and str(folder) for name, folder in data.items()},
            "settings": asdict(settings)}


def check_enough(real, settings):
    """Raise InputError unless the clips are of enough groups to be cross-validated, if they are."""
    if settings.realism:
        split_groups(real.groups, max(2, settings.test.folds), np.random.default_rng(0))


class _Evaluation:
    """One evaluation on its way."""

    def __init__(self, real, known, settings, report):
        self.real, self.settings, self.report = real, settings, report
        self.networks = settings.realism and settings.networks
        self.done, self.total = 0, 1
        self.known = known
        self.traits = Traits.of(real.clips)
        self.variety = scene_variety(real.clips, real.tags, real.groups, settings.seed)
        self.result = {"figures": {}, "spread": {}, "intervals": {}, "by_tag": {}, "spectra": {},
                       "accuracy": {}, "clips": {REAL: real.clips[:PHOTOS]}}

    def run(self, name, players):
        fits = self.settings.test.folds * self.settings.test.repeats * self.networks
        self.total = 1 + (1 + len(players)) * (1 + fits)
        if self.settings.realism:
            self.prepare_realism()
        self.step(REAL)
        self.judge_real()
        for column, player in players.items():
            self.judge(column, player)
        return Result(name=name, groups=self.real.groups, **self.result)

    def prepare_realism(self):
        """Learn features of real clips, and get the tests ready."""
        self.report("learning features", self.done, self.total)
        real, known, settings = self.real, self.known, self.settings
        self.statistics = StatisticsTest(settings.test, settings.seed)
        self.described = self.statistics.describe(self.traits.coded, self.traits.flow)
        if not self.networks:
            return
        self.features = learn_features(known.clips, known.tags, real.clips, real.tags,
                                       settings.feature_steps, settings.seed)
        self.result["accuracy"] = self.features.accuracy
        self.real_features = self.features(self.traits.coded)
        self.test = TwoSampleTest(real.clips.shape[1:], settings.test, seed=settings.seed,
                                  report=self.step)

    def judge_real(self):
        """The real clips' own figures: where a perfect generator would stand.

        What stands and what moves is told by another clip of the same place.
        """
        clips, groups = self.real.clips, np.array(self.real.groups)
        own = figures(self.traits, clips, clips[:SAME], self.traits, self.variety)
        first, second = pairs_within(groups, np.random.default_rng(self.settings.seed))
        own |= kept(self.traits.still[first], self.traits.still[second])
        own |= {"variety": self.variety, "variety_ratio": 1.0}
        self.note(REAL, own, self.traits)
        self.step(REAL)
        if not self.settings.realism:
            return
        if self.networks:
            own |= {"frechet": 0.0, "frechet_others": self.other_photos(self.real_features)}
        if len(np.unique(groups[first])) >= 2 * self.settings.test.folds:  # fewer say nothing
            told = self.statistics(pick(self.described, first), pick(self.described, second),
                                   groups[first])
            own |= {name: float(values.mean()) for name, values in told.items()}
            if self.networks:
                self.tell_apart(REAL, self.traits.coded[first], self.traits.coded[second],
                                groups[first])

    def judge(self, column, player):
        """All figures of one contender."""
        self.report(column, self.done, self.total)
        clips, other_noise, one_noise = player()
        traits, told = Traits.of(clips), {}
        own = figures(traits, other_noise, one_noise, self.traits, self.variety)
        self.result["clips"][column] = clips[:PHOTOS]
        self.step(column)
        if self.networks:
            seen = self.features(traits.coded)
            own |= {"frechet": frechet_distance(self.real_features, seen),
                    "frechet_others": self.other_photos(seen)}
        if self.settings.realism:
            told = self.statistics(self.described, self.statistics.describe(
                traits.coded, traits.flow), self.real.groups)
            own |= {name: float(values.mean()) for name, values in told.items()}
        self.note(column, own, traits, told)
        if self.networks:
            self.tell_apart(column, self.traits.coded, traits.coded, np.array(self.real.groups))

    def note(self, column, own, traits, told=None):
        def again(indices):
            return moving(traits.at(indices), self.traits.at(indices)) | {
                name: values[indices].mean() for name, values in (told or {}).items()}

        result = self.result
        result["figures"][column] = own
        result["intervals"][column] = intervals(again, self.real.groups, (self.settings.seed, 9))
        if column == REAL:            # of other clips of the same places, not of these
            for name in kept(traits.still, traits.still):
                result["intervals"][column].pop(name, None)
        result["by_tag"][column] = energy_by_tag(traits, self.traits, self.real.tags)
        result["spectra"][column] = traits.spectra.mean(axis=0)

    def tell_apart(self, column, clips, other_clips, groups):
        """Train networks to tell two kinds of clips apart; test them on other groups."""
        accuracies = 100 * self.test(clips, other_clips, groups)
        for key, values in zip(("told_apart", "told_apart_pairs"), accuracies.T, strict=True):
            self.result["figures"][column][key] = float(values.mean())
            if len(values) > 1:
                self.result["spread"].setdefault(column, {})[key] = float(values.std())

    def other_photos(self, features):
        """Mean distance between real clips of half of the groups and `features` of the others."""
        random = np.random.default_rng((self.settings.seed, 8))
        distances = []
        for _ in range(HALVINGS):
            half = split_groups(self.real.groups, 2, random) == 0
            distances += [frechet_distance(self.real_features[half], features[~half]),
                          frechet_distance(self.real_features[~half], features[half])]
        return float(np.mean(distances))

    def step(self, what=None):
        self.what = what or self.what
        self.done += 1
        self.report(self.what, self.done, self.total)
