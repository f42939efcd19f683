"""Clips on disk."""

import json
from dataclasses import replace

import numpy as np
import pytest
from small_store import SHAPE, SPEC, save_shard, write_store

from scenegan.data.batches import Batches
from scenegan.data.shards import open_shard
from scenegan.data.store import ClipStore
from scenegan.errors import InputError


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


def test_shards_of_large_clips_hold_fewer(tmp_path, monkeypatch):
    monkeypatch.setattr("scenegan.data.store.SHARD_BYTES", 3 * int(np.prod(SHAPE)) + 1)
    store = ClipStore(write_store(tmp_path / "clips"))
    assert [len(np.load(file)) for file in sorted(store.folder.glob("*.npy"))] == [3, 3, 3, 1]


@pytest.mark.parametrize(("damage", "message"), [
    (lambda folder: (folder / "clips.jsonl").unlink(), "without it"),
    (lambda folder: (folder / "clips.jsonl").write_text(""), "no clips"),
    (lambda folder: (folder / "clips.jsonl").write_text("{}\n"), "line 1: shard, index or split"),
    (lambda folder: (folder / "clips.jsonl").write_text("[\n"), "line 1"),
    (lambda folder: (folder / "clips.jsonl").write_text(json.dumps(
        {"shard": "x" * 300, "index": 0, "split": "train"}) + "\n"), "line 1: shard"),
    (lambda folder: (folder / "clips.jsonl").write_bytes(b"\xff\xfe"), "line 1"),
    (lambda folder: drop_line(folder), "10 clips but 9 lines"),
    (lambda folder: (folder / "clips-00000.npy").unlink(), "No such file"),
    (lambda folder: (folder / "clips-00000.npy").write_bytes(b""), "clips-00000.npy"),
    (lambda folder: cut_shard(folder), "clips-00000.npy"),
    (lambda folder: save_shard(folder, np.zeros((10, *SHAPE))), "float64"),
    (lambda folder: save_shard(folder, np.zeros((10, 4, 12, 20), np.uint8)), "uint8"),
    (lambda folder: save_shard(folder, np.zeros((9, *SHAPE), np.uint8)), "9 clips but 10 lines"),
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


def test_a_record_of_a_clip_that_is_not_there_is_refused(folder):
    lines = (folder / "clips.jsonl").read_text().replace('"index": 9', '"index": 10')
    (folder / "clips.jsonl").write_text(lines)
    with pytest.raises(InputError, match="clip 10 of clips-00000.npy, which is not there"):
        ClipStore(folder)


def test_a_training_opens_few_of_many_shards(tmp_path, monkeypatch):
    monkeypatch.setattr("scenegan.data.store.CLIPS_PER_SHARD", 1)
    monkeypatch.setattr("scenegan.data.shards.OPEN_SHARDS", 3)
    folder, opened = write_store(tmp_path / "clips"), []
    whole = [np.load(file)[0] for file in sorted(folder.glob("*.npy"))]
    monkeypatch.setattr("scenegan.data.shards.open_shard",
                        lambda path: opened.append(path.name) or open_shard(path))
    store = ClipStore(folder)
    assert opened == ["clips-00000.npy"]                  # of ten
    np.testing.assert_array_equal(store.clips([*range(10)] * 2), whole * 2)
    opened.clear()
    store.clips([9, 8, 7, 9, 8, 7])
    assert not opened                                     # the last three are kept


@pytest.mark.parametrize("damage", [lambda shard: shard.unlink(),
                                    lambda shard: shard.write_bytes(shard.read_bytes()[:-1])])
def test_damage_of_any_shard_is_told_at_once(tmp_path, monkeypatch, damage):
    monkeypatch.setattr("scenegan.data.store.CLIPS_PER_SHARD", 1)
    folder = write_store(tmp_path / "clips")
    damage(folder / "clips-00007.npy")
    with pytest.raises(InputError, match="clips-00007.npy"):
        ClipStore(folder)


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
