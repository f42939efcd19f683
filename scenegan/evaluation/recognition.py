"""What a discriminator has learnt without labels: how well its features recognise tags.

Reference: Vondrick et al. 2016, section 4.3, https://arxiv.org/abs/1609.02612
"""

from dataclasses import asdict, dataclass

import keras
import numpy as np

from scenegan.data.augmentation import Augmentation
from scenegan.data.batches import Batches, whole_clips
from scenegan.data.prefetch import prefetch
from scenegan.evaluation.intervals import intervals
from scenegan.evaluation.recogniser import (
    build_recogniser,
    colour_histograms,
    gather_statistics,
    pooled_features,
)
from scenegan.evaluation.table import aligned, bracketed, number
from scenegan.evaluation.tagged_clips import Subset, choose
from scenegan.seeds import seed_keras

GATHERED = 30                # batches that batch normalisation learns the clips' statistics from
AT_ONCE = 8                  # clips that are looked at together
COLOURS, TRAINED, RANDOM = "colour histograms", "trained features", "random features"
LINEAR, TUNED = "a linear layer", "fine-tuned"


@dataclass(frozen=True, kw_only=True)
class RecognitionSettings:
    """How recognition is learnt and tested."""

    split: str = "validation"            # key of tagged_clips.TESTED
    videos: tuple = (2, 8, None)         # groups of videos a tag to learn from; None takes all
    tags: tuple = ()                     # empty: all that have enough videos
    repeats: int = 1                     # draws of the videos, where not all are taken
    steps: int = 100                     # of a fine-tuning; 0 leaves the fine-tunings out
    batch_size: int = 16
    rate: float = 2e-4                   # of Adam at first; it falls evenly to 0
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """How often one way of recognising is right."""

    method: str
    learnt: str              # LINEAR, or TUNED with all that is below it
    videos: int | None       # groups a tag that it has learnt from; None for all
    clips: float             # clips that it has learnt from, mean of the repeats
    accuracy: float          # share of the tested clips, mean of the repeats
    interval: tuple[float, float]  # (low, high): where 95 % of such figures lie for other videos


def recognise(discriminator, store, spec, settings, report=lambda what, done, total: None):
    """Measure how well tags are recognised from few videos and many.

    Args:
        discriminator: Keras model from clip to scores with a layer "features".
        store: `ClipSource`.
        spec: `StageSpec` that the discriminator was trained with.
        settings: `RecognitionSettings`.
        report: Function that is told what is done now, the parts done and those in all.

    Returns:
        (list of `Accuracy`, `TaggedClips`).

    Raises:
        InputError: If the clips do not suit the stage, or have too few tags.
    """
    store.check(spec)
    tagged = choose(store, settings.split,
                    max((count for count in settings.videos if count), default=1), settings.tags)
    task = _Task(discriminator, store, spec, settings, tagged, report)
    return [task.measure(method, learnt, count) for count in settings.videos
            for method, learnt in task.methods], tagged


class _Task:
    """The ways of recognising, and the clips that they see; arguments: `recognise`."""

    def __init__(self, discriminator, store, spec, settings, tagged, report):
        self.store, self.spec, self.settings, self.tagged = store, spec, settings, tagged
        seed_keras(settings.seed)
        networks = {TRAINED: discriminator, RANDOM: keras.models.clone_model(discriminator)}
        self.methods = [(name, LINEAR) for name in (COLOURS, TRAINED, RANDOM)]
        self.methods += [(name, TUNED) for name in networks if settings.steps]
        self.networks = networks
        self.draws = {count: settings.repeats if count else 1 for count in settings.videos}
        used = len(tagged.training) + len(tagged.tested)
        self.total = (-(-used // AT_ONCE) + settings.steps * sum(self.draws.values())
                      * len(networks))
        self.done, self.report = 0, report
        self.described = self._describe()

    def measure(self, method, learnt, count):
        """The `Accuracy` of one way, from `count` groups a tag."""
        right, sizes = [], []
        for repeat in range(self.draws[count]):
            key = self.settings.seed, repeat
            labelled = self.tagged.draw(count, np.random.default_rng(key))
            predict = self._linear if learnt == LINEAR else self._tuned
            right.append(predict(method, labelled, key)
                         == self.tagged.answers[self.tagged.tested])
            sizes.append(len(labelled))
        right = np.mean(right, axis=0)
        ends = intervals(lambda items: {"accuracy": right[items].mean()},
                         self.tagged.groups[self.tagged.tested], self.settings.seed)
        return Accuracy(method=method, learnt=learnt, videos=count, clips=float(np.mean(sizes)),
                        accuracy=float(right.mean()), interval=ends.get("accuracy", (0.0, 1.0)))

    def _linear(self, method, labelled, key):
        """Predicted tags of the tested clips, of logistic regression."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        rows = self.described[method]
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
        model.fit(rows[labelled], self.tagged.answers[labelled])
        return model.predict(rows[self.tagged.tested])

    def _tuned(self, method, labelled, key):
        """Predicted tags of the tested clips, of a network that was trained on some."""
        seed_keras(int(np.random.SeedSequence(key).generate_state(1)[0]))
        settings, subset = self.settings, Subset(self.store, labelled)
        model = build_recogniser(self.networks[method], len(self.tagged.names), settings,
                                 fresh=method == RANDOM)
        batches = Batches(subset, self.spec, "train", settings.batch_size, settings.seed,
                          augmentation=Augmentation())
        answers = self.tagged.answers[labelled]
        for step, batch in enumerate(prefetch(map(batches.__getitem__, range(settings.steps)))):
            model.train_on_batch(batch["clip"], answers[batches.indices(step)])
            self._tell(f"{method}, {TUNED}")
        tested = self.tagged.tested
        return np.concatenate([
            model.predict_on_batch(self._clips(tested[start:start + AT_ONCE])).argmax(axis=1)
            for start in range(0, len(tested), AT_ONCE)])

    def _describe(self):
        """What linear layers read of the clips: arrays `(clips of the store, width)` by method.

        Of a network the mean and the largest of its features over all positions.
        """
        for network in self.networks.values():
            gather_statistics(network, self._drawn(GATHERED))
        describe = {COLOURS: colour_histograms} | {
            name: pooled_features(network).predict_on_batch
            for name, network in self.networks.items()}
        used = np.sort(np.concatenate([self.tagged.training, self.tagged.tested]))
        rows = {}
        for start in range(0, len(used), AT_ONCE):
            places = used[start:start + AT_ONCE]
            clips = self._clips(places)
            for name, function in describe.items():
                found = function(clips)
                rows.setdefault(name, np.zeros((len(self.store), found.shape[1]), np.float32))[
                    places] = found
            self._tell("features")
        return rows

    def _drawn(self, count):
        """That many batches of clips to train on, of whatever tag."""
        random = np.random.default_rng((self.settings.seed, 1))
        for _ in range(count):
            yield self._clips(random.choice(self.tagged.training, self.settings.batch_size))

    def _clips(self, indices):
        return whole_clips(self.store, self.spec, indices)

    def _tell(self, what):
        self.done += 1
        self.report(what, self.done, self.total)


def as_table(found, tagged):
    """A Markdown table: a row for each way of recognising, a column for each number of videos."""
    counts = list(dict.fromkeys(one.videos for one in found))
    rows = [["recognised from", *(f"{count or 'all'} videos a tag" for count in counts)]]
    for method, learnt in dict.fromkeys((one.method, one.learnt) for one in found):
        own = {one.videos: one for one in found if (one.method, one.learnt) == (method, learnt)}
        rows.append([f"{method}, {learnt}", *(
            f"{100 * own[count].accuracy:.0f} %" + bracketed([100 * end for end in
                                                              own[count].interval])
            for count in counts)])
    chance = f"{100 * tagged.most_frequent():.0f} %"
    rows.append(["always the commonest tag", *[chance] * len(counts)])
    clips = {one.videos: one.clips for one in found}
    rows.append(["clips learnt from", *(number(clips[count]) for count in counts)])
    return aligned(rows)


def as_json(found, tagged, about):
    """The figures as a dict that JSON can hold, `about` in front."""
    return about | {
        "tags": {name: {split: int(np.sum(tagged.answers[indices] == place))
                        for split, indices in (("training", tagged.training),
                                               ("tested", tagged.tested))}
                 for place, name in enumerate(tagged.names)},
        "groups_tested": len(np.unique(tagged.groups[tagged.tested])),
        "most_frequent": tagged.most_frequent(),
        "accuracies": [asdict(one) | {"interval": list(one.interval)} for one in found]}
