"""Features of video that a small network learns from real clips alone, and a distance in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenegan.evaluation import video_classifier

if TYPE_CHECKING:
    import keras

BATCH = 16                   # windows of a training step
SPEEDS, ORDERS = 2, 3        # once and twice the speed; forward, backward, shuffled


@dataclass(frozen=True, kw_only=True)
class Features:
    """A network that was trained to see how real clips move.

    Its task was to tell at which speed and in which order the frames of a window are played,
    and what is to be seen where the clips have tags.

    Attributes:
        accuracy: Share of right answers to each question on clips that were not trained on.

    Reference: speed, Benaim et al. 2020, https://arxiv.org/abs/2004.06130; order, Misra et al.
    2016, https://arxiv.org/abs/1603.08561
    """

    model: keras.Model
    window: tuple[int, int, int, int]  # frames, height, width, channels
    accuracy: dict[str, float]         # by question

    def __call__(self, clips):
        """Features of uint8 clips `(n, frames, height, width, channels)`, `(n, 4 * FEATURES)`."""
        return video_classifier.describe(self.model, clips, self.window)


def learn_features(clips, tags, tested, tested_tags, steps, seed):
    """Train `Features` on real clips.

    Args:
        clips: uint8 `(n, frames, height, width, channels)`.
        tags: n texts.
        tested, tested_tags: The same of clips of other videos, to measure the accuracy.
        steps: Of training.
        seed: Whole number from 0.
    """
    import keras
    random = np.random.default_rng((seed, 7))
    keras.utils.set_random_seed(int(random.integers(2 ** 31)))
    window = video_classifier.window_shape(clips.shape[1:])
    names = sorted(set(tags))
    heads = {"speed": SPEEDS, "order": ORDERS} | ({"tag": len(names)} if len(names) > 1 else {})
    model = video_classifier.build_classifier(window, heads, steps)
    for _ in range(steps):
        chosen = random.choice(len(clips), BATCH)
        windows, answers = puzzles(clips[chosen], window, random)
        answers["tag"] = np.array([names.index(tags[index]) for index in chosen])
        model.train_on_batch(windows, [answers[name] for name in heads])
    accuracy = _accuracy(model, tuple(heads), names, (tested, tested_tags), window, random)
    trunk = keras.Model(model.input, model.get_layer("features").output)
    return Features(model=trunk, window=window, accuracy=accuracy)


def puzzles(clips, window, random):
    """Windows on clips, played at a random speed and in a random order.

    Returns:
        Windows as `random_windows` gives them and a dict of the answers: "speed" is 0 for
        once and 1 for twice, "order" 0 for forward, 1 for backward and 2 for shuffled.
    """
    speed, order = (random.integers(count, size=len(clips)) for count in (SPEEDS, ORDERS))
    windows = np.empty((len(clips), *window), np.float32)
    frames = window[0]
    for index, clip in enumerate(clips):
        played = clip[:2 * frames:2] if speed[index] else clip
        windows[index] = video_classifier.random_windows(played[None], window, random)[0]
        if order[index] == 1:
            windows[index] = windows[index, ::-1]
        elif order[index] == 2:
            windows[index] = windows[index, random.permutation(frames)]
    return windows, {"speed": speed, "order": order}


def _accuracy(model, heads, names, tested, window, random):
    """Share of right answers to each of the heads' questions."""
    clips, tags = tested
    windows, answers = puzzles(clips, window, random)
    answers["tag"] = np.array([names.index(tag) if tag in names else -1 for tag in tags])
    logits = model.predict_on_batch(windows)
    logits = logits if isinstance(logits, (list, tuple)) else [logits]
    return {name: float(np.mean(np.argmax(values, axis=1) == answers[name]))
            for name, values in zip(heads, logits, strict=True)}


def frechet_distance(features, other_features):
    """Frechet distance of the normal distributions that fit two sets of features `(n, width)`.

    Squared, in units of the features; covariances are shrunk as `covariance` says, for there
    are few clips.

    Reference: Heusel et al. 2017, eq. 6, https://arxiv.org/abs/1706.08500; of videos,
    Unterthiner et al. 2018, https://arxiv.org/abs/1812.01717
    """
    root = _square_root(covariance(features))
    other_covariance = covariance(other_features)
    shift = np.sum((features.mean(axis=0) - other_features.mean(axis=0)) ** 2)
    overlap = np.linalg.eigvalsh(root @ other_covariance @ root)
    trace = (np.sum(root ** 2) + np.trace(other_covariance)
             - 2 * np.sqrt(np.clip(overlap, 0, None)).sum())
    return float(max(0.0, shift + trace))


def covariance(features):
    """Covariance of features `(n, width)`, shrunk towards a multiple of the identity.

    Reference: Ledoit and Wolf 2004, lemmas 3.2 to 3.5, https://doi.org/10.1016/S0047-259X(03)00096-4
    """
    centred = features.astype(np.float64) - features.mean(axis=0)
    count, width = centred.shape
    sample = centred.T @ centred / count
    target = np.trace(sample) / width * np.eye(width)
    spread = np.sum((sample - target) ** 2)
    if spread == 0:
        return sample
    error = (np.sum(np.sum(centred ** 2, axis=1) ** 2) / count - np.sum(sample ** 2)) / count
    share = np.clip(error / spread, 0, 1)
    return share * target + (1 - share) * sample


def _square_root(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
