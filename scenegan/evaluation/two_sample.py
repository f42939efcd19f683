"""A classifier two-sample test: can a network learn to tell two sets of clips apart?

Reference: Lopez-Paz and Oquab 2017, section 3, https://arxiv.org/abs/1610.06545
"""

from dataclasses import dataclass

import numpy as np

from scenegan.errors import InputError
from scenegan.evaluation import video_classifier

PAIRS = 8            # of clips in a training step


@dataclass(frozen=True, kw_only=True)
class TestSettings:
    """How long and how often the classifier is trained."""

    steps: int = 400         # training steps of each classifier
    folds: int = 3           # parts of the groups; each is tested after training on the others
    repeats: int = 2         # whole cross-validations, with other folds and other weights

    __test__ = False         # a name that pytest would take for a test


class TwoSampleTest:
    """Tells pairs of clips apart, by cross-validation over groups.

    Args:
        shape: Of the clips, `(frames, height, width, channels)`.
        settings: `TestSettings`.
        seed: Whole number from 0.
        report: Function without arguments that is called after each classifier.
    """

    __test__ = False

    def __init__(self, shape, settings, *, seed=0, report=lambda: None):
        self.window = video_classifier.window_shape(shape)
        self.settings, self.seed, self.report = settings, seed, report
        self.model = self._build()
        self.restart = video_classifier.Restart(self.model, self._build)

    def __call__(self, clips, others, groups):
        """Train and test classifiers.

        Args:
            clips: uint8 `(n, frames, height, width, channels)`.
            others: The same of the other kind; others[i] belongs with clips[i], such as the
                animation of its first frame.
            groups: n labels; all pairs of a group are on one side, training or test.

        Returns:
            Two accuracies of each repeat on what was not trained on, `(repeats, 2)`, 0.5 where
            the two kinds are alike and 1 where they can always be told apart: of clips that are
            seen alone, and of pairs that are seen side by side, where the one that looks more
            like the other kind is taken for it. The second does not depend on a threshold that
            fits all photos.

        Raises:
            InputError: If there are fewer groups than folds.
        """
        accuracies = []
        for repeat in range(self.settings.repeats):
            random = np.random.default_rng((self.seed, repeat))
            folds = split_groups(groups, self.settings.folds, random)
            scores = np.empty((2, len(clips)))
            for fold in range(self.settings.folds):
                self.restart(int(random.integers(2 ** 31)))
                self._train(clips, others, np.flatnonzero(folds != fold), random)
                tested = folds == fold
                scores[:, tested] = self._score(clips[tested]), self._score(others[tested])
                self.report()
            accuracies.append([np.mean((1 + np.sign(right)) / 2)          # a tie is half right
                               for right in ([-scores[0], scores[1]], scores[1] - scores[0])])
        return np.array(accuracies)

    def _build(self):
        return video_classifier.build_classifier(self.window, {"kind": 2}, self.settings.steps)

    def _train(self, clips, others, indices, random):
        *sizes, channels = self.window
        labels = np.repeat([0, 1], PAIRS)
        for _ in range(self.settings.steps):
            chosen = random.choice(indices, PAIRS, replace=len(indices) < PAIRS)
            pairs = np.concatenate([clips[chosen], others[chosen]], axis=-1)   # the same windows
            windows = video_classifier.random_windows(pairs, (*sizes, 2 * channels), random)
            self.model.train_on_batch(np.concatenate(np.split(windows, 2, axis=-1)), labels)

    def _score(self, clips):
        """How much each clip looks like one of the other kind, `(n,)`."""
        logits = video_classifier.describe(self.model, clips, self.window)
        return logits[:, 1] - logits[:, 0]


def split_groups(groups, count, random):
    """Deal groups out to parts of about equal size, the largest groups first.

    Returns:
        Number of the part of each item, int `(n,)`.

    Raises:
        InputError: If there are fewer groups than parts.
    """
    names, of_item, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < count:
        raise InputError(f"{count} folds need clips of {count} groups of videos. Received: "
                         f"{len(names)}. Choose fewer --folds, more --clips or --quick, or cut "
                         "more videos.")
    order = random.permutation(len(names))
    parts, filled = np.empty(len(names), int), np.zeros(count)
    for group in order[np.argsort(-sizes[order], kind="stable")]:
        parts[group] = filled.argmin()
        filled[parts[group]] += sizes[group]
    return parts[of_item]


def pairs_within(groups, random):
    """Disjoint pairs of items of the same group, as indices `(2, pairs)`."""
    pairs = []
    for group in np.unique(groups):
        members = random.permutation(np.flatnonzero(np.asarray(groups) == group))
        members = members[:len(members) // 2 * 2]
        pairs.append(members.reshape(2, -1))
    return np.concatenate(pairs, axis=1)
