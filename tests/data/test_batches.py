"""Batches: a function of seed and step, at a stage's size."""

import os
import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from small_store import EVERYTHING, SHAPE, SPEC, save_shard, write_store

from scenegan.data.batches import Batches
from scenegan.data.store import ClipStore
from scenegan.errors import InputError


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file sizes")
def test_a_full_disk_is_told_as_the_system_tells_it(tmp_path):
    code = ("import errno, resource, sys, numpy as np\n"
            "from scenegan.data.store import ClipWriter\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
            "writer = ClipWriter(sys.argv[1])\n"
            f"for _ in range(9): writer.add(np.zeros({SHAPE}, np.uint8), {{}})\n"
            "try: writer.close()\n"
            "except OSError as error: sys.exit(error.errno != errno.EFBIG)\n"
            "sys.exit(2)\n")
    assert subprocess.run([sys.executable, "-c", code, tmp_path]).returncode == 0


def test_batch_has_the_stage_shape_and_starts_with_the_photo(store):
    photo, clip = Batches(store, SPEC, "train", 3, seed=1)[0].values()
    assert (photo.shape, clip.shape) == ((3, 6, 10, 3), (3, 4, 6, 10, 3))
    assert photo.dtype == clip.dtype == np.float32
    assert clip.min() >= -1 and clip.max() <= 1
    np.testing.assert_array_equal(photo, clip[:, 0])


def test_batches_are_a_function_of_seed_and_step(store):
    first, again = (Batches(store, SPEC, "train", 3, seed=1) for _ in range(2))
    walked = [first[step]["clip"] for step in range(8)]
    np.testing.assert_array_equal(again[7]["clip"], walked[7])
    assert not np.array_equal(Batches(store, SPEC, "train", 3, seed=2)[0]["clip"], walked[0])
    with pytest.raises(IndexError):
        first[-1]


def test_every_clip_once_an_epoch_in_a_new_order(store):
    batches = Batches(store, SPEC, "train", 4, seed=1)            # 8 clips: two steps an epoch
    epochs = [np.concatenate([batches.indices(step), batches.indices(step + 1)]).tolist()
              for step in (0, 2)]
    assert [sorted(epoch) for epoch in epochs] == [list(range(8))] * 2
    assert epochs[0] != epochs[1]


def test_small_split_repeats(store):
    assert sorted(Batches(store, SPEC, "validation", 6, seed=0).indices(0)) == [8, 8, 8, 9, 9, 9]


def test_empty_split_is_one_line(tmp_path):
    store = ClipStore(write_store(tmp_path / "clips", validation=0))
    with pytest.raises(InputError, match="split 'validation'"):
        Batches(store, SPEC, "validation", 2, 0)


def test_flip_mirrors_some_clips_and_nothing_else(store):
    spec = replace(SPEC, height=12, width=20)
    flipped = Batches(store, spec, "train", 8, seed=3)
    straight = Batches(store, spec, "train", 8, seed=3, flip=False)
    mirrored = 0
    for one, other in zip(flipped[0]["clip"], straight[0]["clip"], strict=True):
        same = np.array_equal(one, other)
        assert same or np.array_equal(one, other[:, :, ::-1])
        mirrored += not same
    assert 0 < mirrored < 8


def plain(store, spec):
    """The stored clips at a stage's size, in their order, and nothing else done to them."""
    batches = Batches(store, spec, "train", len(store.indices("train")), 0, flip=False)
    return batches[0]["clip"][np.argsort(batches.indices(0))]


def test_shrinking_is_the_area_average(store):
    clips = store.clips(range(8))
    blocks = clips.reshape(8, 4, 6, 2, 10, 2, 3).mean((3, 5)) / 127.5 - 1
    np.testing.assert_allclose(plain(store, SPEC), blocks, atol=1e-5)


def test_shrinking_by_a_broken_factor_weighs_by_area(tmp_path):
    # 45 rows to 23 and 80 columns to 40, as in stage 1: each row of the matrix sums to 1.
    store = ClipStore(write_store(tmp_path / "clips", 3, (4, 45, 80, 3), validation=1))
    edges = np.arange(24) * 45 / 23
    overlap = (np.minimum(edges[1:, None], np.arange(1, 46))
               - np.maximum(edges[:-1, None], np.arange(45))).clip(0) * 23 / 45
    halves = store.clips([0, 1]).reshape(2, 4, 45, 40, 2, 3).mean(4)
    expected = np.einsum("rh,bfhwc->bfrwc", overlap, halves) / 127.5 - 1
    np.testing.assert_allclose(plain(store, replace(SPEC, height=23, width=40)), expected,
                               atol=1e-3)


def test_gray_stage_gets_luma(store):
    gray = plain(store, replace(SPEC, height=12, width=20, channels=1))
    expected = cv2.cvtColor(store.clips([0])[0, 0], cv2.COLOR_RGB2GRAY) / 127.5 - 1
    np.testing.assert_allclose(gray[0, 0, ..., 0], expected, atol=1.1 / 127.5)


def test_shards_together_are_the_batch_of_one_worker(store):
    whole, *shards = (Batches(store, SPEC, "train", 6, 1, augmentation=EVERYTHING, shard=shard)
                      for shard in ((0, 1), (0, 3), (1, 3), (2, 3)))
    for step in (0, 5):                                                # 5 crosses an epoch
        parts = [shard[step] for shard in shards]
        for name, rows in whole[step].items():
            np.testing.assert_array_equal(np.concatenate([part[name] for part in parts]), rows)


@pytest.mark.parametrize(("batch_size", "shard", "message"), [
    (8, (0, 3), "3 workers"), (0, (0, 1), "0 clips"), (8, (2, 2), "from 0 to 1"),
    (8, (-1, 2), "from 0 to 1")])
def test_shards_must_be_equal_parts(store, batch_size, shard, message):
    with pytest.raises(InputError, match=message):
        Batches(store, SPEC, "train", batch_size, 0, shard=shard)


def test_a_whole_clip_changes_at_once(tmp_path):
    store = ClipStore(write_store(tmp_path / "clips", 1, (4, 12, 20, 3), validation=0))
    frame = store.clips([0])[0, 0]
    save_shard(store.folder, np.stack([frame] * 4)[None])              # a clip that stands still
    batches = Batches(ClipStore(store.folder), SPEC, "train", 6, 0, augmentation=EVERYTHING)
    photo, clip = batches[0].values()
    np.testing.assert_allclose(clip, np.broadcast_to(photo[:, None], clip.shape), atol=1e-5)
    assert len({one.tobytes() for one in clip}) == 6
    assert np.abs(clip).max() <= 1


def test_one_setting_leaves_the_draws_of_the_others(store):
    plain, brighter = (Batches(store, SPEC, "train", 8, 1, crop=0.6, **setting)[0]["clip"]
                       for setting in ({}, {"brightness": 0.2}))
    shift = np.median(brighter - plain, axis=(1, 2, 3, 4), keepdims=True)
    np.testing.assert_allclose(brighter, np.clip(plain + shift, -1, 1), atol=1e-5)
    assert 0.05 < np.abs(shift).max() <= 0.4                           # white and black are 2 apart


def test_reverse_plays_some_clips_backwards(store):
    forwards, both = (Batches(store, SPEC, "train", 8, 3, reverse=reverse)[0]
                      for reverse in (False, True))
    turned = [not np.array_equal(*pair)
              for pair in zip(forwards["clip"], both["clip"], strict=True)]
    assert 0 < sum(turned) < 8
    np.testing.assert_array_equal(both["clip"][turned], forwards["clip"][turned][:, ::-1])
    np.testing.assert_array_equal(both["photo"], both["clip"][:, 0])
