"""Can kinds of clips be told apart? By statistics, by patterns, and by a network that learns it.

All clips come through the same pass of H.264 before, see `codec`.
"""

import numpy as np

from scenegan.evaluation import classifier, statistics

FEW_STRONG, MANY_STRONG = 1.0, 0.01    # inverse regularisation of 36 numbers, and of some 200


class StatisticsTest:
    """Tells clips apart by logistic regression on numbers that describe them.

    Args:
        settings: `TestSettings`, whose folds and repeats it takes.
        seed: Whole number from 0.

    Raises:
        InputError: If scikit-learn is not installed.
    """

    def __init__(self, settings, seed):
        classifier.require_sklearn()
        self.settings, self.seed = settings, seed

    def describe(self, clips, flow):
        """Numbers of each clip, by test: "told_statistics" and "told_patterns".

        Args:
            clips: uint8 `(n, frames, height, width, channels)`.
            flow: Traits of them, as `flow_metrics.per_clip` gives them.
        """
        simple = statistics.simple(clips, flow)
        return {"told_statistics": (simple, FEW_STRONG),
                "told_patterns": (np.hstack([simple, statistics.patterns(clips)]), MANY_STRONG)}

    def __call__(self, described, others, groups):
        """How often the tests are right of each pair, in percent.

        Args:
            described, others: As `describe` gives them; row i of both belongs together.
            groups: n labels.

        Returns:
            Dict from a test's name, and from it with "_pairs", to float64 `(n,)`, see
            `classifier.right`.
        """
        accuracies = {}
        for name, (features, strength) in described.items():
            right = np.mean([classifier.right(classifier.scores(
                features, others[name][0], groups, self.settings.folds, self.seed % 2 ** 31 + shift,
                strength)) for shift in range(self.settings.repeats)], axis=0)
            accuracies |= {name: 100 * right[0], f"{name}_pairs": 100 * right[1]}
        return accuracies


def pick(described, indices):
    """The rows of `described` at indices."""
    return {name: (features[indices], strength)
            for name, (features, strength) in described.items()}
