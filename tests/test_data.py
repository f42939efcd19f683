"""The store of clips and the batches that are drawn from it."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from scenegan.data.dataset import Batches, to_stage
from scenegan.data.procedural import ProceduralClips
from scenegan.data.store import ClipStore, ClipWriter
from scenegan.errors import InputError
from scenegan.stages import STAGES, stage

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
    with pytest.raises(InputError, match="train, validation"):
        store.indices("test")


def test_store_spans_shards(tmp_path, monkeypatch):
    monkeypatch.setattr("scenegan.data.store.CLIPS_PER_SHARD", 4)
    store = ClipStore(write_store(tmp_path / "clips"))
    names = [f"clips-{number:05d}.npy" for number in range(3)]
    assert sorted({record["shard"] for record in store.records}) == names
    assert [len(np.load(store.folder / name)) for name in names] == [4, 4, 2]
    np.testing.assert_array_equal(store.clips([9])[0], np.load(store.folder / names[2])[1])


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
    np.testing.assert_array_equal(next(again.from_step(5))[1], walked[5])
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


def test_shrinking_is_the_area_average(store):
    clips = store.clips([0, 1])
    blocks = clips.reshape(2, 4, 6, 2, 10, 2, 3).mean((3, 5)) / 127.5 - 1
    np.testing.assert_allclose(to_stage(clips, SPEC), blocks, atol=1e-5)


def test_shrinking_by_a_broken_factor_weighs_by_area():
    # 45 rows to 23 and 80 columns to 40, as in stage 1: each row of the matrix sums to 1.
    clips = np.random.default_rng(0).integers(0, 256, (1, 4, 45, 80, 3), np.uint8)
    edges = np.arange(24) * 45 / 23
    overlap = (np.minimum(edges[1:, None], np.arange(1, 46))
               - np.maximum(edges[:-1, None], np.arange(45))).clip(0) * 23 / 45
    expected = np.einsum("rh,bfhwkc->bfrwc", overlap,
                         clips.reshape(1, 4, 45, 40, 2, 3) / 2) / 127.5 - 1
    stage = to_stage(clips, replace(SPEC, height=23, width=40))
    np.testing.assert_allclose(stage, expected, atol=1e-3)


def test_gray_stage_gets_luma(store):
    clips = store.clips([0])
    gray = to_stage(clips, replace(SPEC, height=12, width=20, channels=1))
    expected = cv2.cvtColor(clips[0, 0], cv2.COLOR_RGB2GRAY) / 127.5 - 1
    np.testing.assert_allclose(gray[0, 0, ..., 0], expected, atol=1.1 / 127.5)


def test_a_random_crop_is_a_window_of_the_clip_and_of_the_stage():
    clips = ProceduralClips(count=20, seed=0, height=54, width=96)
    spec = stage(2)
    whole = Batches(clips, spec, "train", 2, 0, flip=False)[3][1]
    batches = Batches(clips, spec, "train", 2, 0, flip=False, crop=0.1)
    assert batches.crop == pytest.approx(45 / 54)       # never smaller than the stage
    photo, clip = batches[3]
    assert clip.shape == (2, *spec.shape) and np.abs(clip).max() <= 1
    np.testing.assert_array_equal(photo, clip[:, 0])
    np.testing.assert_array_equal(clip, batches[3][1])
    assert 0.001 < np.abs(clip - whole).mean() < 0.5
