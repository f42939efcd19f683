"""How far figures would spread with other places: intervals by the bootstrap over groups."""

import numpy as np

DRAWS = 500                  # enough for two digits of the ends of an interval
LEVEL = 0.95                 # share of the draws inside


def intervals(statistic, groups, seed=0, draws=DRAWS):
    """Intervals of figures, from groups drawn again with replacement.

    Clips of one place are alike, so that whole groups are drawn: the interval of one clip each.

    Args:
        statistic: Function from indices of items, int64 `(m,)` with repetitions, to a dict of
            figures; one that is NaN or missing in a draw does not count in it.
        groups: n labels, one an item.
        seed: Integer or tuple of integers.

    Returns:
        Dict from a figure to (low, high), of those that half of the draws have at least. Of one
        group alone there are none: it does not tell how others differ.

    Reference: Efron and Tibshirani 1993, section 13.3 (percentiles); clusters, Davison and
    Hinkley 1997, section 3.8.
    """
    names, of_item = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < 2:
        return {}
    members = [np.flatnonzero(of_item == group) for group in range(len(names))]
    random = np.random.default_rng(seed)
    drawn_values = {}
    for _ in range(draws):
        drawn = random.integers(len(members), size=len(members))
        for name, value in statistic(np.concatenate([members[group] for group in drawn])).items():
            if not np.isnan(value):
                drawn_values.setdefault(name, []).append(value)
    tails = (1 - LEVEL) / 2
    return {name: tuple(float(end) for end in np.quantile(values, (tails, 1 - tails)))
            for name, values in drawn_values.items() if 2 * len(values) >= draws}
