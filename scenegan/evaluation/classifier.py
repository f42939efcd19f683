"""A classifier two-sample test on numbers that describe clips: can a linear one tell two kinds?

Beside the test of `two_sample`, whose network has to learn what to look at from few clips.

Reference: Lopez-Paz and Oquab 2017, section 3, https://arxiv.org/abs/1610.06545
"""

import numpy as np

from scenegan.errors import InputError
from scenegan.extras import how_to_install


def require_sklearn():
    """Raise InputError unless scikit-learn is there."""
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise InputError("The tests on statistics need scikit-learn, which is not installed. "
                         f"{how_to_install('evaluate')} Or leave realism out with --quick."
                         ) from error


def scores(features, other_features, groups, folds, seed, strength=1.0):
    """How much each clip looks like one of the other kind, by logistic regression.

    Args:
        features: float `(n, width)`; NaN is filled in by the median, and that it was there is
            a feature of its own.
        other_features: The same of the other kind; row i belongs with features[i].
        groups: n labels; a group is never trained on and scored by the same classifier.
        folds: Parts of the cross-validation, at most as many as groups.
        seed: Whole number from 0, for the parts.
        strength: Inverse of the regularisation: the more features, the smaller.

    Returns:
        float64 `(2, n)`, log odds of "other" of `features` and of
        `other_features`.
    """
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    model = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(), LogisticRegression(C=strength, max_iter=2000))
    odds = cross_val_predict(
        model, np.concatenate([features, other_features]), np.repeat([0, 1], len(features)),
        groups=np.tile(np.asarray(groups), 2), method="decision_function",
        cv=GroupKFold(folds, shuffle=True, random_state=seed))
    return odds.reshape(2, -1)


def right(odds):
    """How often scores are right, float64 `(2, n)` of 0, 1/2 (a tie) and 1 or means of them.

    Args:
        odds: As `scores` gives them.

    Returns:
        For each pair, of its two clips that are seen alone, and of the two side by side, where
        the one that looks more like the other kind is taken for it.
    """
    alone = ((odds[0] < 0).astype(float) + (odds[1] > 0)) / 2
    return np.stack([alone, (1 + np.sign(odds[1] - odds[0])) / 2])
