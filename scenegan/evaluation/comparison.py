"""Compare a generator with real clips and with baselines, on all measures."""

import hashlib
from dataclasses import asdict, dataclass, field

import numpy as np

from scenegan.evaluation import baselines, generators
from scenegan.evaluation.features import frechet_distance, learn_features
from scenegan.evaluation.real_clips import choose_clips
from scenegan.evaluation.scorecard import Traits, energy_by_tag, figures, scene_variety
from scenegan.evaluation.sheet import PHOTOS
from scenegan.evaluation.two_sample import TestSettings, TwoSampleTest, pairs_within, split_groups

REAL, STILL = "real clips", "still copy"
HALVINGS = 4                 # splits of the real clips into two halves, for a distance's floor
MATCHED = 32                 # clips that the amplitude of the smooth warp is matched to


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an evaluation is made with; the same settings give the same figures."""

    clips: int = 128                 # validation clips, at most
    seed: int = 0
    baselines: bool = True
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
        by_tag: Dict of dicts, by column and tag: ratio of the motion and number of clips.
        spectra: Dict from column to its mean spectrum in dB.
        accuracy: Of the features, by question.
        clips: Dict from column to its first clips, uint8 `(PHOTOS, frames, height, width,
            channels)`, to be shown.
        groups: Of all clips, n texts.
    """

    name: str
    figures: dict
    spread: dict
    by_tag: dict
    spectra: dict
    accuracy: dict
    clips: dict
    groups: list


def evaluate(name, generator, store, settings, below=None, reference=None, report=None):
    """Evaluate a generator on the validation clips of a store.

    Args:
        name: What the generator is called in the table.
        generator: As `load_generator` gives it.
        store: `ClipStore` or `ProceduralClips`.
        settings: `Settings`.
        below: Generator of the stage below, None for the one that the generator holds.
        reference: A model of `load_reference`, or None.
        report: Function called with (what is done, steps done, steps in all).

    Returns:
        `Result`.

    Raises:
        InputError: If the clips do not suit the generator or are too few.
    """
    spec = generators.stage_of(generator)
    real = choose_clips(store, spec, "validation", settings.clips, settings.seed)
    known = choose_clips(store, spec, "train", settings.train_clips, settings.seed)
    check_enough(real, settings)
    players = {name: _player(generator, real, settings.seed)}
    if settings.baselines:
        players |= _baselines(real, known, settings.seed)
        below = below or generators.stage_below(generator)
        if below is not None:
            players["stage below"] = _player(below, real, settings.seed)
    if reference is not None:
        players["reference"] = _player(reference, real, settings.seed)
    return _Evaluation(real, known, settings, report or (lambda *_: None)).run(name, players)


def about(path, data, settings):
    """What an evaluation was made of, as a dict to stand before its figures."""
    return {"checkpoint": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "data": str(data), "settings": asdict(settings)}


def check_enough(real, settings):
    """Raise InputError unless the clips are of enough groups to be cross-validated."""
    split_groups(real.groups, max(2, settings.test.folds), np.random.default_rng(0))


def _player(model, real, seed):
    """Function that gives a model's clips of two noises."""
    frames = real.clips.shape[1]
    return lambda: [generators.play(model, real.photos, noise, frames)
                    for noise in generators.draw_noise(len(real), seed)]


def _baselines(real, known, seed):
    """Functions that give two sets of clips each, by name."""
    photos, frames = real.photos, real.clips.shape[1]

    def warp():
        amplitude = baselines.matched_amplitude(known.clips[:MATCHED], (seed, 4))
        return [baselines.smooth_warp(photos, frames, amplitude, (seed, way)) for way in (5, 6)]

    return {STILL: lambda: [baselines.still(photos, frames)] * 2,
            "cross-fade": lambda: [baselines.crossfade(photos, frames)] * 2,
            "smooth warp": warp}


class _Evaluation:
    """One evaluation on its way."""

    def __init__(self, real, known, settings, report):
        self.real, self.settings, self.report = real, settings, report
        self.done, self.total = 0, 1
        self.known = known
        self.traits = Traits.of(real.clips)
        self.variety = scene_variety(real.clips, real.tags, real.groups, settings.seed)
        self.result = {"figures": {}, "spread": {}, "by_tag": {}, "spectra": {},
                       "clips": {REAL: real.clips[:PHOTOS]}}

    def run(self, name, players):
        fits = self.settings.test.folds * self.settings.test.repeats
        self.total = 1 + (1 + len(players)) * (1 + fits)
        self.start("learning features")
        self.features = learn_features(
            self.known.clips, self.known.tags, self.real.clips, self.real.tags,
            self.settings.feature_steps, self.settings.seed)
        self.real_features = self.features(self.real.clips)
        self.test = TwoSampleTest(self.real.clips.shape[1:], self.settings.test,
                                  self.settings.seed, report=self.step)
        self.step()
        self.judge_real()
        for column, player in players.items():
            self.judge(column, player)
        return Result(name=name, groups=self.real.groups, accuracy=self.features.accuracy,
                      **self.result)

    def judge_real(self):
        """The real clips' own figures: where a perfect generator would stand."""
        self.start(REAL)
        own = figures(self.traits, self.real.clips, self.traits, self.variety)
        own |= {"variety": self.variety, "variety_ratio": 1.0, "frechet": 0.0,
                "frechet_others": self.other_photos(self.real_features)}
        first, second = pairs_within(self.real.groups, np.random.default_rng(self.settings.seed))
        groups = np.array(self.real.groups)[first]
        self.note(REAL, own, self.traits)
        self.step()
        if len(np.unique(groups)) >= 2 * self.settings.test.folds:     # fewer would say nothing
            self.tell_apart(REAL, self.real.clips[first], self.real.clips[second], groups)

    def judge(self, column, player):
        """All figures of one contender."""
        self.start(column)
        clips, others = player()
        traits = Traits.of(clips)
        seen = self.features(clips)
        own = figures(traits, others, self.traits, self.variety)
        own |= {"frechet": frechet_distance(self.real_features, seen),
                "frechet_others": self.other_photos(seen)}
        self.result["clips"][column] = clips[:PHOTOS]
        self.note(column, own, traits)
        self.step()
        self.tell_apart(column, self.real.clips, clips, np.array(self.real.groups))

    def note(self, column, own, traits):
        self.result["figures"][column] = own
        self.result["by_tag"][column] = energy_by_tag(traits, self.traits, self.real.tags)
        self.result["spectra"][column] = traits.spectra.mean(axis=0)

    def tell_apart(self, column, clips, others, groups):
        accuracies = 100 * self.test(clips, others, groups)
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

    def start(self, what):
        self.what = what
        self.report(what, self.done, self.total)

    def step(self):
        self.done += 1
        self.report(self.what, self.done, self.total)
