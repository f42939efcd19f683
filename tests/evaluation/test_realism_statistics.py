"""The tests that tell kinds of clips apart by statistics, and the codec that comes first."""

import sys

import av
import numpy as np
import pytest
from known_motion import STILL, drift, jitter, moved

from scenegan.errors import InputError
from scenegan.evaluation import classifier, statistics
from scenegan.evaluation.codec import through_codec
from scenegan.evaluation.frame_metrics import psnr
from scenegan.evaluation.optical_flow import successive_flow

DRIFT = moved(drift(0.3))


def test_codec_keeps_shape_picture_and_motion():
    clips = np.stack([DRIFT, STILL])
    coded = through_codec(clips)
    assert coded.shape == clips.shape and coded.dtype == np.uint8
    assert 30 < psnr(coded, clips) < 60
    assert np.median(successive_flow(coded[0])[..., 0]) == pytest.approx(0.3, abs=0.03)


def test_codec_keeps_clips_apart_and_an_odd_size():
    clips = np.stack([DRIFT, 255 - DRIFT])[:, :4, :23, :41].repeat(3, axis=-1)
    np.testing.assert_array_equal(through_codec(clips)[1:], through_codec(clips[1:]))


def test_codec_takes_more_than_a_pipe_holds():
    clips = np.random.default_rng(0).integers(0, 256, (8, 32, 45, 80, 3), np.uint8)      # 2.8 MB
    assert through_codec(clips).shape == clips.shape


def test_codec_that_fails_is_one_line(monkeypatch):
    monkeypatch.setattr(av.CodecContext, "create", lambda *_: av.Codec("none"))
    with pytest.raises(InputError, match="write and read H.264") as caught:
        through_codec(STILL[None])
    assert "\n" not in str(caught.value)


def test_36_statistics_of_a_clip():
    rows = statistics.simple(np.stack([DRIFT, STILL]))
    assert rows.shape == (2, 36)
    assert np.isfinite(rows[0]).all()
    assert np.isnan(rows[1]).any()                    # a still has no straightness
    np.testing.assert_allclose(rows[1, 9:25], 10 * np.log10(1 / 12))        # nor any spectrum


def test_detail_and_change_over_time():
    *_, detail, change = np.split(statistics.simple(STILL[None])[0], [25, 30])
    np.testing.assert_allclose(detail, 0)
    np.testing.assert_allclose(change, [np.log(0.01)] * 4 + [0, 0])


def test_patterns_of_a_still_photo_are_the_photos_and_lines_over_time():
    picture, *over_time = np.split(statistics.patterns(STILL[None])[0], 3)
    assert (picture ** 2).sum() == pytest.approx(1)
    assert (picture > 0).sum() > 30
    for plane in over_time:                           # the three of each side are alike
        assert (plane ** 2).sum() == pytest.approx(1)
        assert (plane > 0).sum() <= 4


def test_patterns_by_hand():
    clip = np.zeros((3, 3, 3, 1), np.uint8)
    clip[1, 1, 1] = 1                                 # more than all around: code 0 in each plane
    rows = statistics.patterns(clip[None])[0].reshape(3, 59)
    assert (rows[:, 0] == 1).all() and rows.sum() == 3
    clip[1, 1, 1], clip[1, 0, 0], clip[1, 2, 2] = 0, 1, 1          # two corners: not uniform
    assert statistics.patterns(clip[None])[0].reshape(3, 59)[0, 58] == 1


def shaken_and_drifting(count):
    return (np.stack([moved(drift(0.2 + 0.01 * n), n) for n in range(count)]),
            np.stack([moved(jitter(0.2, n), n) for n in range(count)]))


def test_a_shake_is_told_from_a_drift():
    features = [statistics.simple(clips) for clips in shaken_and_drifting(8)]
    odds = classifier.scores(*features, groups=np.arange(8), folds=4, seed=0)
    np.testing.assert_array_equal(classifier.right(odds), np.ones((2, 8)))


def test_two_sets_of_the_same_kind_are_not_told_apart():
    features = np.random.default_rng(0).standard_normal((2, 400, 5))
    odds = classifier.scores(*features, groups=np.arange(400), folds=4, seed=0)
    assert classifier.right(odds).mean(axis=1) == pytest.approx(0.5, abs=0.06)


def test_what_a_group_alone_has_is_no_help_in_others():
    features = np.repeat(np.random.default_rng(0).standard_normal((2, 6, 40)), 20, axis=1)
    groups = np.repeat(np.arange(6), 20)              # 6 places of 20 clips that are alike
    right = classifier.right(classifier.scores(*features, groups, folds=3, seed=0))
    assert 0.1 < right[0].mean() < 0.9


def test_right_by_hand():
    odds = np.array([[-1.0, 2.0, 0.0], [1.0, 3.0, 0.0]])
    np.testing.assert_allclose(classifier.right(odds), [[1, 0.5, 0], [1, 1, 0.5]])


def test_a_missing_library_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(InputError, match=r"pip install 'scenegan\[evaluate\]'"):
        classifier.require_sklearn()
