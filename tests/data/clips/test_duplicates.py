"""Clips that were there before, by perceptual hashes of videos whose past is known."""

import cv2
import numpy as np
import pytest

from scenegan.data.clips.duplicates import Repeats, Signer

LENGTH = 32


def scene(seed, count, flow=0, height=45, width=80):
    """Frames of a still picture with waves of its own: `seed` is the place, `flow` the moment."""
    def picture(number, sigma):
        noise = np.random.default_rng(number).normal(size=(height, width)).astype(np.float32)
        smooth = cv2.GaussianBlur(noise, (0, 0), sigma)
        return smooth / smooth.std()
    waves = [picture(10_000 + 1_000 * flow + step // 6, 3) for step in range(count)]
    place = picture(seed, 6)
    gray = np.clip(128 + 60 * place + 12 * np.stack(waves), 0, 255).astype(np.uint8)
    return np.repeat(gray[..., None], 3, axis=-1)


def signatures(frames):
    signer = Signer()
    for place, frame in enumerate(frames):
        signer.add(place, 0, frame)
    return signer.signatures()


@pytest.fixture
def seen():
    """One video of 96 frames, of the group "a"."""
    repeats = Repeats(LENGTH)
    assert repeats.add(signatures(scene(1, 96)), range(0, 65, 16), "a") == [None] * 5
    return repeats


def test_the_same_video_again_is_known_whatever_was_done_to_it(seen):
    frames = scene(1, 96)[6:]                                             # trimmed
    worse = [cv2.resize(cv2.resize(frame, (48, 27)), (80, 45)) // 2 + 60 for frame in frames]
    assert seen.add(signatures(worse), [0, 16, 32, 48], "b") == [0] * 4
    assert seen.groups() == {"a": "a", "b": "a"}


def test_another_moment_of_a_place_is_new_but_stays_on_its_side(seen):
    assert seen.add(signatures(scene(1, 96, flow=1)), [0, 16, 32], "b") == [None] * 3
    assert seen.groups()["b"] == "a"


def test_another_place_is_new_and_a_group_of_its_own(seen):
    assert seen.add(signatures(scene(2, 96)), [0, 16, 32], "b") == [None] * 3
    assert seen.groups() == {"a": "a", "b": "b"}


def test_a_part_of_a_video_that_was_there_before(seen):
    mixed = np.concatenate([scene(5, 48), scene(1, 96)[20:76]])
    assert seen.add(signatures(mixed), [0, 48, 64], "b") == [None, 0, 0]


def test_a_loop_repeats_itself():
    once = scene(3, 48)
    found = Repeats(LENGTH).add(signatures(np.concatenate([once, once])), [0, 48], "a")
    assert found == [None, 0]


def test_clips_that_overlap_do_not_repeat_each_other():
    still = np.repeat(scene(1, 1), 96, axis=0)
    assert Repeats(LENGTH).add(signatures(still), [0, 16], "a") == [None, None]


def test_groups_follow_the_first_of_a_chain(seen):
    seen.add(signatures(scene(2, 96)), [], "b")
    bridge = np.concatenate([scene(1, 40), scene(2, 40)])
    seen.add(signatures(bridge), [], "c")
    assert seen.groups() == {"a": "a", "b": "a", "c": "a"}


def test_no_signature_spans_a_cut():
    signer = Signer()
    for place, frame in enumerate(scene(1, 40)):
        signer.add(place, int(place >= 20), frame)
    assert signer.signatures().frames.tolist() == [0, 4, 8, 20, 24, 28]


def test_only_what_was_kept_can_be_repeated():
    repeats = Repeats(LENGTH)
    frames = scene(1, 96)
    assert repeats.add(signatures(frames), [], "bad") == []
    assert repeats.add(signatures(frames), [0, 16, 32], "good") == [None] * 3
    assert repeats.add(signatures(frames), [0, 16, 32], "again") == [1] * 3
    assert set(repeats.groups().values()) == {"bad"}


def test_blank_frames_join_no_groups():
    repeats = Repeats(LENGTH)
    black = np.zeros((40, 45, 80, 3), np.uint8)
    for name, seed in (("a", 1), ("b", 2), ("c", 3)):
        repeats.add(signatures(np.concatenate([black, scene(seed, 60)])), [40], name)
    assert repeats.groups() == {"a": "a", "b": "b", "c": "c"}
