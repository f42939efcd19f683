"""The networks that judge realism, on clips where the answer is known; and who is judged."""

import numpy as np
import pytest

from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError
from scenegan.evaluation import features, generators, video_classifier
from scenegan.evaluation.real_clips import choose_clips
from scenegan.evaluation.two_sample import TestSettings, TwoSampleTest, pairs_within, split_groups

pytestmark = pytest.mark.slow          # Keras

SHAPE = 8, 12, 20, 3
TINY = TestSettings(steps=30, folds=2, repeats=2)
SCENES = ProceduralClips(64, height=12, width=20, frames=8)
CLIPS = SCENES.clips(range(64))
GROUPS = np.arange(64)


@pytest.fixture(scope="module")
def test():
    return TwoSampleTest(SHAPE, TINY, seed=0)


def test_two_halves_of_real_clips_cannot_be_told_apart(test):
    accuracies = test(CLIPS[:32], CLIPS[32:], GROUPS[:32])
    assert accuracies.shape == (2, 2)
    alone, beside = accuracies.mean(axis=0)
    assert abs(alone - 0.5) < 0.16 and abs(beside - 0.5) < 0.2     # 2.5 deviations of 64 coins


def test_noise_is_told_from_real_clips(test):
    noise = np.random.default_rng(0).integers(0, 256, CLIPS[:16].shape, np.uint8)
    assert test(CLIPS[:16], noise, GROUPS[:16]).min() > 0.9


def test_the_same_seed_gives_the_same_accuracy(test):
    still = CLIPS[:8, :1].repeat(8, axis=1)
    np.testing.assert_array_equal(test(CLIPS[:8], still, GROUPS[:8]),
                                  test(CLIPS[:8], still, GROUPS[:8]))


def test_perfect_animations_are_told_by_half(test):
    assert (test(CLIPS[:8], CLIPS[:8].copy(), GROUPS[:8]) == 0.5).all()


def test_folds_keep_groups_together_and_are_of_about_one_size():
    groups = np.repeat(["a", "b", "c", "d"], [5, 1, 3, 3])
    folds = split_groups(groups, 2, np.random.default_rng(0))
    assert all(len(set(folds[groups == group])) == 1 for group in groups)
    assert sorted(np.bincount(folds)) == [6, 6]


def test_more_folds_than_groups_are_refused():
    with pytest.raises(InputError, match="4 folds need clips of 4 groups.*Received: 2"):
        split_groups(["a", "b", "b"], 4, np.random.default_rng(0))


def test_pairs_are_of_one_group_and_disjoint():
    groups = np.array(["a", "a", "b", "a", "b", "c"])
    first, second = pairs_within(groups, np.random.default_rng(0))
    assert (groups[first] == groups[second]).all() and len(first) == 2
    assert len({*first, *second}) == 4


def test_windows_are_parts_of_their_clips():
    shape = video_classifier.window_shape(SHAPE)
    assert shape == (4, 10, 17, 3)
    assert video_classifier.window_shape((32, 45, 80, 1)) == (16, 24, 40, 1)
    clips = np.arange(2, dtype=np.uint8).reshape(2, 1, 1, 1, 1) * np.ones((1, *SHAPE), np.uint8)
    windows = video_classifier.random_windows(clips, shape, np.random.default_rng(0))
    np.testing.assert_allclose(windows[1], 1 / 127.5 - 1, rtol=1e-6)
    corners = video_classifier.fixed_windows(CLIPS[:2], shape)
    assert corners.shape == (8, 2, *shape)
    np.testing.assert_allclose(corners[-1, 1], CLIPS[1, 4:, 2:, 3:] / 127.5 - 1, atol=1e-6)


def test_puzzles_are_answered():
    clips = np.arange(8, dtype=np.uint8).reshape(1, 8, 1, 1, 1).repeat(40, axis=0)
    windows, answers = features.puzzles(clips, (4, 1, 1, 1), np.random.default_rng(0))
    steps = np.diff(np.rint((windows[..., 0, 0, 0] + 1) * 127.5), axis=1)
    for step, speed, order in zip(steps, answers["speed"], answers["order"], strict=True):
        if order == 2:
            continue
        np.testing.assert_array_equal(step, (1 + speed) * (1 - 2 * order))
    assert set(answers["order"]) == {0, 1, 2} and set(answers["speed"]) == {0, 1}


def test_features_are_learnt_and_noise_is_far_away():
    tags = ["a", "b"] * 24
    learnt = features.learn_features(CLIPS[:48], tags, CLIPS[48:], tags[:16], steps=20, seed=0)
    assert set(learnt.accuracy) == {"speed", "order", "tag"}
    real = learnt(CLIPS[:48])
    assert real.shape == (48, 4 * video_classifier.FEATURES)
    noise = np.random.default_rng(0).integers(0, 256, CLIPS[:16].shape, np.uint8)
    near, far = (features.frechet_distance(real, learnt(clips)) for clips in (CLIPS[48:], noise))
    assert far > 5 * near


def test_frechet_distance_by_hand():
    points = np.random.default_rng(0).standard_normal((4000, 3))
    assert features.frechet_distance(points, points) == pytest.approx(0, abs=1e-9)
    assert features.frechet_distance(points, points + [3, 4, 0]) == pytest.approx(25, abs=1e-6)
    # deviations 1 and 3 in three dimensions: 3 * (3 - 1)^2
    assert features.frechet_distance(points, 3 * points) == pytest.approx(12, rel=0.05)


def test_covariance_of_few_points_is_shrunk_and_of_many_is_not():
    random = np.random.default_rng(0)
    few = features.covariance(random.standard_normal((6, 20)))
    assert np.linalg.eigvalsh(few).min() > 0.1                     # the sample's would be 0
    stretched = random.standard_normal((5000, 2)) * [1, 5]
    np.testing.assert_allclose(features.covariance(stretched), np.cov(stretched.T), atol=0.05)
    assert not features.covariance(np.ones((4, 3))).any()


# Who is judged, and on what

def test_a_grown_generator_holds_the_stage_below(grown):
    first, second = grown
    below = generators.stage_below(second)
    assert generators.stage_below(first) is None
    photos = CLIPS[:2, 0]
    noise, _ = generators.draw_noise(2, seed=0)
    np.testing.assert_array_equal(generators.play(below, photos, noise, 8),
                                  generators.play(first, photos, noise, 8))
    large = generators.play(below, np.zeros((2, 23, 40, 3), np.uint8), noise, 8)
    assert large.shape == (2, 8, 23, 40, 3)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_reference_of_another_layout_can_play(tmp_path, channels):
    import keras
    photo = keras.Input((6, 10, 1, channels))
    keras.Model(photo, keras.layers.UpSampling3D((1, 1, 4))(photo)).save(tmp_path / "up.keras")
    model = generators.load_reference(tmp_path / "up.keras")
    clips = generators.play(model, np.full((5, 12, 20, 3), 90, np.uint8), None, 8)
    assert clips.shape == (5, 8, 12, 20, 3) and (clips == 90).all()


def test_a_reference_must_make_clips_of_photos(tmp_path):
    import keras
    inputs = keras.Input((4,))
    keras.Model(inputs, keras.layers.Dense(2)(inputs)).save(tmp_path / "dense.keras")
    with pytest.raises(InputError, match="A reference must take a photo"):
        generators.load_reference(tmp_path / "dense.keras")


class Records:
    """A store of black clips with given groups and splits."""

    shape = SHAPE

    def __init__(self, groups, split="validation"):
        self.records = [{"group": group, "split": split, "tags": []} for group in groups]

    def __len__(self):
        return len(self.records)

    indices = ProceduralClips.indices

    def clips(self, indices):
        return np.zeros((len(indices), *self.shape), np.uint8)

    def check(self, spec):
        pass


def test_clips_are_chosen_evenly_over_the_groups(grown):
    spec = generators.stage_of(grown[0])
    assert spec.shape == SHAPE
    real = choose_clips(Records("aaaaaaaabbc"), spec, "validation", 5, seed=0)
    assert sorted(real.groups) == ["a", "a", "b", "b", "c"] and set(real.groups[:3]) == set("abc")
    assert real.tags == ["untagged"] * 5 and real.clips.shape == (5, *SHAPE)


def test_a_split_without_clips_is_refused(grown):
    with pytest.raises(InputError, match="in the split 'validation'. Received: none of 2"):
        choose_clips(Records("ab", "train"), generators.stage_of(grown[0]), "validation", 5, 0)
