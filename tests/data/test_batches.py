"""The store of clips and the batches that are drawn from it."""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest

from scenegan.data.augmentation import Augmentation, View, colour_matrix
from scenegan.data.batches import Batches, to_stage
from scenegan.data.prefetch import prefetch
from scenegan.data.procedural import ProceduralClips
from scenegan.data.store import ClipStore, ClipWriter
from scenegan.errors import InputError
from scenegan.presets import STAGES, stage

SPEC = replace(STAGES[min(STAGES)], frames=4, height=6, width=10, channels=3)
SHAPE = (4, 12, 20, 3)


def write_store(folder, count=10, shape=SHAPE, validation=2):
    """Clips of random pixels; the last ones validate."""
    folder.mkdir(exist_ok=True)
    writer = ClipWriter(folder)
    rng = np.random.default_rng(0)
    for index in range(count):
        split = "validation" if index >= count - validation else "train"
        writer.add(rng.integers(0, 256, shape, np.uint8), {"split": split})
    writer.close()
    return folder


@pytest.fixture
def folder(tmp_path):
    return write_store(tmp_path / "clips")


@pytest.fixture
def store(folder):
    return ClipStore(folder)


def test_store_gives_back_what_was_written(store):
    rng = np.random.default_rng(0)
    written = np.stack([rng.integers(0, 256, SHAPE, np.uint8) for _ in range(10)])
    assert (len(store), store.shape) == (10, SHAPE)
    np.testing.assert_array_equal(store.clips([7, 0, 7]), written[[7, 0, 7]])
    assert store.indices("validation").tolist() == [8, 9]
    assert not len(store.indices("test"))                 # of an older folder
    with pytest.raises(InputError, match="train, validation, test"):
        store.indices("dev")


def test_store_spans_shards(tmp_path, monkeypatch):
    monkeypatch.setattr("scenegan.data.store.CLIPS_PER_SHARD", 4)
    store = ClipStore(write_store(tmp_path / "clips"))
    names = [f"clips-{number:05d}.npy" for number in range(3)]
    assert sorted({record["shard"] for record in store.records}) == names
    assert [len(np.load(store.folder / name)) for name in names] == [4, 4, 2]
    np.testing.assert_array_equal(store.clips([9])[0], np.load(store.folder / names[2])[1])


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


def test_shards_of_large_clips_hold_fewer(tmp_path, monkeypatch):
    monkeypatch.setattr("scenegan.data.store.SHARD_BYTES", 3 * int(np.prod(SHAPE)) + 1)
    store = ClipStore(write_store(tmp_path / "clips"))
    assert [len(np.load(file)) for file in sorted(store.folder.glob("*.npy"))] == [3, 3, 3, 1]


@pytest.mark.parametrize(("damage", "message"), [
    (lambda folder: (folder / "clips.jsonl").unlink(), "without it"),
    (lambda folder: (folder / "clips.jsonl").write_text(""), "no clips"),
    (lambda folder: (folder / "clips.jsonl").write_text("{}\n"), "line 1: shard, index or split"),
    (lambda folder: (folder / "clips.jsonl").write_text("[\n"), "line 1"),
    (lambda folder: (folder / "clips.jsonl").write_bytes(b"\xff\xfe"), "line 1"),
    (lambda folder: drop_line(folder), "10 clips but 9 lines"),
    (lambda folder: (folder / "clips-00000.npy").unlink(), "No such file"),
    (lambda folder: (folder / "clips-00000.npy").write_bytes(b""), "clips-00000.npy"),
    (lambda folder: cut_shard(folder), "clips-00000.npy"),
    (lambda folder: save_shard(folder, np.zeros((10, *SHAPE))), "float64"),
    (lambda folder: save_shard(folder, np.zeros((10, 4, 12, 20), np.uint8)), "uint8"),
    (lambda folder: save_shard(folder, np.zeros((9, *SHAPE), np.uint8)), "which is not there"),
    (lambda folder: save_shard(folder, np.zeros((10, 0, 12, 20, 3), np.uint8)), r"\(10, 0, 12"),
    (lambda folder: write_header(folder, "(10, -8, -12, 20, 3)"), "clips-00000.npy"),
    (lambda folder: write_header(folder, "(10, 8, 12, 20, 3"), "clips-00000.npy"),
    (lambda folder: write_header(folder, "(9223372036854775807, 8, 12, 20, 3)"), "clips-00000"),
    (lambda folder: write_header(folder, "()" * 3000), "clips-00000.npy"),
    (lambda folder: write_header(folder, "'\\x00"), "clips-00000.npy"),
    (lambda folder: zip_shard(folder), "clips-00000.npy"),
    (lambda folder: (folder / "clips.jsonl").write_text("[" * 100_000 + "\n"), "line 1"),
])
def test_damaged_store_is_one_line(folder, damage, message):
    damage(folder)
    with pytest.raises(InputError, match=message) as caught:
        ClipStore(folder)
    assert "scenegan data clips" in str(caught.value)
    assert "\n" not in str(caught.value)


def drop_line(folder):
    lines = (folder / "clips.jsonl").read_text().splitlines()
    (folder / "clips.jsonl").write_text("\n".join(lines[:-1]))


def write_header(folder, shape):
    """A shard of the right length whose header says another shape, or nothing that can be read."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    (folder / "clips-00000.npy").write_bytes(
        b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        + bytes(10 * int(np.prod(SHAPE))))


def zip_shard(folder):
    np.savez(folder / "shard.npz", np.zeros((10, *SHAPE), np.uint8))
    (folder / "shard.npz").replace(folder / "clips-00000.npy")


def cut_shard(folder):
    shard = folder / "clips-00000.npy"
    shard.write_bytes(shard.read_bytes()[:-100])


def save_shard(folder, clips):
    np.save(folder / "clips-00000.npy", clips)


def test_store_outside_its_folder_is_not_read(folder):
    line = {"shard": "../clips/clips-00000.npy", "index": 0, "split": "train"}
    (folder / "clips.jsonl").write_text(json.dumps(line))
    with pytest.raises(InputError, match="shard, index or split"):
        ClipStore(folder)


@pytest.mark.parametrize(("change", "advice"), [
    ({"frames": 5}, "--frames 5"), ({"height": 13}, "--size 10x13"),
    ({"width": 21}, "--size 21x6")])
def test_clips_must_suit_the_stage(store, change, advice):
    store.check(SPEC)
    store.check(replace(SPEC, channels=1))
    with pytest.raises(InputError, match=advice):
        store.check(replace(SPEC, **change))


def test_gray_clips_cannot_serve_an_rgb_stage(tmp_path):
    store = ClipStore(write_store(tmp_path / "clips", shape=(4, 12, 20, 1)))
    store.check(replace(SPEC, channels=1))
    with pytest.raises(InputError, match="--channels 3"):
        Batches(store, SPEC, "train", 2, 0)


def test_batch_has_the_stage_shape_and_starts_with_the_photo(store):
    photo, clip = Batches(store, SPEC, "train", 3, seed=1)[0]
    assert (photo.shape, clip.shape) == ((3, 6, 10, 3), (3, 4, 6, 10, 3))
    assert photo.dtype == clip.dtype == np.float32
    assert clip.min() >= -1 and clip.max() <= 1
    np.testing.assert_array_equal(photo, clip[:, 0])


def test_batches_are_a_function_of_seed_and_step(store):
    first, again = (Batches(store, SPEC, "train", 3, seed=1) for _ in range(2))
    walked = [first[step][1] for step in range(8)]
    np.testing.assert_array_equal(again[7][1], walked[7])
    assert not np.array_equal(Batches(store, SPEC, "train", 3, seed=2)[0][1], walked[0])
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
    for one, other in zip(flipped[0][1], straight[0][1], strict=True):
        same = np.array_equal(one, other)
        assert same or np.array_equal(one, other[:, :, ::-1])
        mirrored += not same
    assert 0 < mirrored < 8


def plain(store, spec):
    """The stored clips at a stage's size, in their order, and nothing else done to them."""
    batches = Batches(store, spec, "train", len(store.indices("train")), 0, flip=False)
    return batches[0][1][np.argsort(batches.indices(0))]


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


def test_a_random_crop_is_a_window_of_the_clip_and_of_the_stage():
    clips = ProceduralClips(count=20, seed=0, height=54, width=96)
    spec = stage(2)
    whole = Batches(clips, spec, "train", 2, 0, flip=False)[3][1]
    batches = Batches(clips, spec, "train", 2, 0, flip=False, crop=0.9)
    photo, clip = batches[3]
    assert clip.shape == (2, *spec.shape) and np.abs(clip).max() <= 1
    np.testing.assert_array_equal(photo, clip[:, 0])
    np.testing.assert_array_equal(clip, batches[3][1])
    assert 0.001 < np.abs(clip - whole).mean() < 0.5


def test_no_crop_is_smaller_than_the_stage():
    draw = Augmentation(crop=0.1).draw
    views = [draw(np.random.default_rng(seed), (54, 96, 3), 45 / 54) for seed in range(200)]
    assert min(view.height for view in views) == 45 and min(view.width for view in views) == 80
    assert max(view.height for view in views) == 54
    assert {view.top for view in views} == set(range(10))              # 54 - 45, both ends too
    assert all(view.top + view.height <= 54 and view.left + view.width <= 96 for view in views)


EVERYTHING = Augmentation(crop=0.6, brightness=0.2, contrast=0.3, saturation=0.5, hue=0.1,
                          reverse=True)


def test_shards_together_are_the_batch_of_one_worker(store):
    whole, *shards = (Batches(store, SPEC, "train", 6, 1, EVERYTHING, shard=shard)
                      for shard in ((0, 1), (0, 3), (1, 3), (2, 3)))
    for step in (0, 5):                                                # 5 crosses an epoch
        parts = [shard[step] for shard in shards]
        for one, pieces in zip(whole[step], zip(*parts, strict=True), strict=True):
            np.testing.assert_array_equal(np.concatenate(pieces), one)


@pytest.mark.parametrize(("batch_size", "shard", "message"), [
    (8, (0, 3), "3 workers"), (0, (0, 1), "0 clips"), (8, (2, 2), "from 0 to 1"),
    (8, (-1, 2), "from 0 to 1")])
def test_shards_must_be_equal_parts(store, batch_size, shard, message):
    with pytest.raises(InputError, match=message):
        Batches(store, SPEC, "train", batch_size, 0, shard=shard)


def test_augmentation_does_not_depend_on_the_batch_size(store):
    small, large = (Batches(store, SPEC, "train", size, 1, EVERYTHING) for size in (2, 4))
    np.testing.assert_array_equal(np.concatenate([small[2][1], small[3][1]]), large[1][1])


def test_a_whole_clip_changes_at_once(tmp_path):
    store = ClipStore(write_store(tmp_path / "clips", 1, (4, 12, 20, 3), validation=0))
    frame = store.clips([0])[0, 0]
    save_shard(store.folder, np.stack([frame] * 4)[None])              # a clip that stands still
    batches = Batches(ClipStore(store.folder), SPEC, "train", 6, 0, EVERYTHING)
    photo, clip = batches[0]
    np.testing.assert_allclose(clip, np.broadcast_to(photo[:, None], clip.shape), atol=1e-5)
    assert len({one.tobytes() for one in clip}) == 6
    assert np.abs(clip).max() <= 1


def test_one_setting_leaves_the_draws_of_the_others(store):
    plain, brighter = (Batches(store, SPEC, "train", 8, 1, crop=0.6, **setting)[0][1]
                       for setting in ({}, {"brightness": 0.2}))
    shift = np.median(brighter - plain, axis=(1, 2, 3, 4), keepdims=True)
    np.testing.assert_allclose(brighter, np.clip(plain + shift, -1, 1), atol=1e-5)
    assert 0.05 < np.abs(shift).max() <= 0.4                           # white and black are 2 apart


def test_reverse_plays_some_clips_backwards(store):
    forwards, both = (Batches(store, SPEC, "train", 8, 3, reverse=reverse)[0]
                      for reverse in (False, True))
    turned = [not np.array_equal(*pair) for pair in zip(forwards[1], both[1], strict=True)]
    assert 0 < sum(turned) < 8
    np.testing.assert_array_equal(both[1][turned], forwards[1][turned][:, ::-1])
    np.testing.assert_array_equal(both[0], both[1][:, 0])


def test_colours_turn_about_the_gray_axis():
    matrix = colour_matrix(3, shift=0, contrast=1, saturation=1, turn=2 * np.pi / 3)
    third = matrix[:, :3] @ (0.5, -0.5, -0.5)                          # red, a third of a turn
    assert sorted(third) == pytest.approx([-0.5, -0.5, 0.5]) and third[0] == pytest.approx(-0.5)
    np.testing.assert_allclose(matrix @ (0.3, 0.3, 0.3, 1), 0.3)       # gray stays


def test_saturation_contrast_and_brightness_by_hand():
    matrix = colour_matrix(3, shift=0.1, contrast=2, saturation=0, turn=0)
    np.testing.assert_allclose(matrix @ (0.6, 0.0, -0.3, 1), 0.3)      # 2 * mean + 0.1
    np.testing.assert_allclose(colour_matrix(1, 0.1, 2, 5, 1), [[2, 0.1]])


def test_colours_change_in_the_range_of_the_networks():
    clip = np.full((4, 6, 10, 3), 178, np.uint8)
    view = View(top=0, left=0, height=6, width=10, mirrored=False, backwards=False,
                colour=colour_matrix(3, shift=0.1, contrast=2, saturation=1, turn=0))
    np.testing.assert_allclose(to_stage(clip, SPEC, view), 2 * (178 / 127.5 - 1) + 0.1, atol=1e-5)


@pytest.mark.parametrize("setting", [{"crop": 0}, {"crop": 1.1}, {"brightness": -0.1},
                                     {"contrast": float("nan")}, {"hue": 0.6}])
def test_augmentation_checks_itself(setting):
    with pytest.raises(InputError, match=f"{next(iter(setting))} must be"):
        Augmentation(**setting)


def test_prefetch_keeps_the_order_and_stays_a_few_ahead():
    made = []
    items = prefetch((made.append(number) or number for number in range(20)), ahead=2)
    assert [next(items) for _ in range(3)] == [0, 1, 2]
    time.sleep(0.05)
    assert 3 <= len(made) <= 6                                         # 3 + 2 waiting + 1 in hand
    assert list(items) == list(range(3, 20))


def test_prefetch_raises_what_its_source_raises():
    def source():
        yield 1
        raise InputError("no more")

    items = prefetch(source())
    assert next(items) == 1
    with pytest.raises(InputError, match="no more"):
        next(items)
    with pytest.raises(TypeError, match="not iterable"):
        next(prefetch(None))


@pytest.mark.parametrize("end", [lambda items: items.close(), lambda items: list(items)])
def test_prefetch_leaves_no_thread(end):
    before = threading.active_count()
    items = prefetch(iter(range(9)), ahead=1)
    next(items)
    assert threading.active_count() == before + 1
    end(items)
    assert threading.active_count() == before


def test_a_forgotten_prefetch_ends():
    before = threading.active_count()
    items = prefetch(itertools.count())
    next(items)
    del items
    assert threading.active_count() == before
