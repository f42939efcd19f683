"""The targets of a folder of clips: measured once, whole files only, and still cameras."""

import os
from dataclasses import replace

import numpy as np
import pytest
from known_motion import FRAMES, drift, moved

from scenegan.data import motion_targets
from scenegan.data.batches import Batches
from scenegan.data.clip_motion import FINE_GRID, GRID
from scenegan.data.clips.cut_videos import check_free
from scenegan.data.motion_targets import PaintedTargets, StoredTargets
from scenegan.data.procedural import ProceduralClips
from scenegan.data.store import ClipStore, ClipWriter
from scenegan.errors import InputError
from scenegan.presets import stage
from scenegan.scenery import CLASSES, MOVING, TERMS

SPEC = stage(2)
SHARES = {name: np.eye(len(CLASSES))[CLASSES.index(name)] for name in CLASSES}


def show_sky(photo):
    """A segmenter that sees sky above and rock below."""
    seen = np.zeros((9, 16, len(CLASSES)), np.float32)
    seen[:4, :, CLASSES.index("sky")] = seen[4:, :, CLASSES.index("rigid")] = 1
    return seen


def write_store(folder, clips, **record):
    folder.mkdir(exist_ok=True)
    writer = ClipWriter(folder)
    for clip in clips:
        writer.add(clip, {"split": "train", **record})
    writer.close()
    return ClipStore(folder)


@pytest.fixture
def rocks(tmp_path):
    """A clip whose upper half drifts, and one that is moved as a whole."""
    still, pan = moved(drift(0)), moved(drift(0.4))
    clip = still.copy()
    clip[:, :20] = pan[:, :20]
    return write_store(tmp_path / "clips", [clip, pan])


@pytest.fixture
def calls(monkeypatch):
    """How often motion was measured."""
    made = []
    measure = motion_targets.measure_motion
    monkeypatch.setattr(motion_targets, "measure_motion",
                        lambda *given: made.append(1) or measure(*given))
    return made


def test_a_moving_camera_is_found_and_a_moving_sky_is_not(rocks):
    targets = StoredTargets(rocks, show_sky, "a", workers=1)
    assert targets.still.tolist() == [True, False]
    target = targets[0]
    assert target.flow.shape == (*GRID, TERMS, 2) and target.weight.shape == GRID
    assert {array.dtype for array in vars(target).values()} == {np.dtype(np.float32)}
    assert np.median(target.flow[5:15, 8:-8, 0, 0]) * 80 == pytest.approx(0.4, abs=0.03)
    assert np.abs(np.median(target.flow[28:40, 8:-8, 0, 0])) * 80 < 0.02
    np.testing.assert_allclose(target.probabilities[2, 40], SHARES["sky"])
    np.testing.assert_allclose(target.probabilities[40, 40], SHARES["rigid"])


def test_surf_that_moves_as_a_whole_is_no_moving_camera(tmp_path):
    store = write_store(tmp_path / "surf", [moved(drift(0.4))], camera_motion=0.4)
    water = np.broadcast_to(SHARES["water"], (45, 80, len(CLASSES)))
    assert StoredTargets(store, lambda photo: water, "a", workers=1).still.tolist() == [True]
    plants = np.broadcast_to(SHARES["plants"], (45, 80, len(CLASSES)))
    assert StoredTargets(store, lambda photo: plants, "b", workers=1).still.tolist() == [False]


def test_targets_are_measured_once_and_again_when_something_changed(rocks, calls):
    seen = []

    def segment(photo):
        seen.append(photo.shape)
        return show_sky(photo)
    first = StoredTargets(rocks, segment, "a", workers=1)
    assert len(calls) == 2 and seen == [(45, 80, 3)] * 4       # two frames a clip, as RGB
    again = StoredTargets(rocks, segment, "a", workers=1)
    assert len(calls) == 2 and len(seen) == 4
    np.testing.assert_array_equal(again[1].flow, first[1].flow)
    StoredTargets(rocks, segment, "b", workers=1)              # another segmenter
    assert len(calls) == 2 and len(seen) == 8
    changed = write_store(rocks.folder, [moved(drift(0), seed=5)])
    StoredTargets(changed, segment, "b", workers=1)
    assert len(calls) == 3 and len(seen) == 10
    assert len(list((rocks.folder / "targets").iterdir())) == 2        # older ones are gone


def test_targets_of_both_grids_are_kept_beside_each_other(rocks, calls):
    for _ in range(2):
        coarse, fine = (StoredTargets(rocks, show_sky, "a", grid, workers=1)
                        for grid in (GRID, FINE_GRID))
    assert len(calls) == 4 and fine.still.tolist() == coarse.still.tolist()
    assert fine[0].flow.shape == (*FINE_GRID, TERMS, 2)
    assert fine[0].probabilities.shape == (*FINE_GRID, len(CLASSES))
    check_free(rocks.folder, overwrite=True)


def test_what_was_measured_before_a_stop_is_kept(tmp_path, monkeypatch, calls):
    monkeypatch.setattr("scenegan.data.store.CLIPS_PER_SHARD", 1)
    store = write_store(tmp_path / "clips", [moved(drift(0), seed=seed) for seed in range(3)])

    def stop(photo):
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        StoredTargets(store, stop, "a", workers=1)
    damaged = sorted((store.folder / "targets").iterdir())[1]
    damaged.write_bytes(damaged.read_bytes()[:-10])
    assert len(calls) == 3
    StoredTargets(store, show_sky, "a", workers=1)
    assert len(calls) == 4                                     # the damaged one alone


def test_workers_change_nothing(rocks):
    alone = StoredTargets(rocks, show_sky, "a", workers=1)[1]
    for file in (rocks.folder / "targets").iterdir():
        file.unlink()
    both = StoredTargets(rocks, show_sky, "a", workers=2)[1]
    np.testing.assert_array_equal(both.flow, alone.flow)
    np.testing.assert_array_equal(both.weight, alone.weight)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="anyone may write")
def test_a_folder_that_cannot_be_written_is_one_line(rocks):
    rocks.folder.chmod(0o500)
    with pytest.raises(InputError, match="can be written"):
        StoredTargets(rocks, show_sky, "a", workers=1)


def test_clips_with_targets_are_replaced_but_nothing_else(rocks):
    StoredTargets(rocks, show_sky, "a", workers=1)
    check_free(rocks.folder, overwrite=True)
    (rocks.folder / "targets" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="targets/notes.txt"):
        check_free(rocks.folder, overwrite=True)


def test_painted_clips_have_targets_of_what_is_painted():
    clips = ProceduralClips(count=3, seed=0, frames=FRAMES)
    targets = PaintedTargets(clips)
    target = targets[1]
    scene = clips.scene(1)
    assert targets.still.all() and targets[1].flow is not None
    shore = scene.shore()
    np.testing.assert_allclose(target.probabilities[shore], SHARES["rigid"][None].repeat(
        shore.sum(), axis=0))
    sky = target.probabilities[..., 0] > 0
    sure = sky & (target.weight > np.quantile(target.weight[sky], 0.8))
    assert np.median(target.flow[sure][:, 0, 0]) * 80 == pytest.approx(scene.velocity[0], rel=0.35)


def test_batches_with_targets(rocks):
    targets = StoredTargets(rocks, show_sky, "a", workers=1)
    spec = replace(SPEC, channels=1)
    batches = Batches(rocks, spec, "train", 4, seed=1, targets=targets, crop=0.8, whole=True)
    assert batches.count == 1 and batches.indices(0).tolist() == [0] * 4       # the other one pans
    batch, again = batches[3], Batches(rocks, spec, "train", 4, seed=1, targets=targets,
                                       crop=0.8, whole=True)[3]
    assert set(batch) == {"photo", "clip", "masks", "amount", "direction", "flow", "weight"}
    for name, array in batch.items():
        assert len(array) == 4 and array.dtype == np.float32
        np.testing.assert_array_equal(array, again[name])
    assert batch["masks"].shape == (4, 45, 80, len(MOVING)) and (batch["amount"][:, 1:] == 0).all()
    np.testing.assert_allclose(batch["amount"][:, 0] * 80, 0.4, atol=0.05)
    parts = [Batches(rocks, spec, "train", 4, seed=1, targets=targets, crop=0.8,
                     shard=(worker, 2))[3]["flow"] for worker in range(2)]
    np.testing.assert_array_equal(np.concatenate(parts), batch["flow"])
    photos = Batches(rocks, spec, "train", 4, seed=1, targets=targets, crop=0.8)[3]
    assert set(photos) == set(batch) - {"clip"}
    np.testing.assert_array_equal(photos["photo"], batch["photo"])


def test_about_half_of_a_batch_is_told_the_direction(rocks):
    targets = StoredTargets(rocks, show_sky, "a", workers=1)
    spec = replace(SPEC, channels=1, height=23, width=40)

    def told(share):
        batch = Batches(rocks, spec, "train", 16, 1, targets=targets, directed=share)[0]
        return batch["direction"][:, 0].any(axis=-1).sum(), batch["direction"][:, 0, 0]
    assert told(0.0)[0] == 0 and 3 <= told(0.5)[0] <= 13
    count, across = told(1.0)
    assert count == 16 and set(np.sign(across)) == {-1, 1}     # mirrored ones go left


def test_a_split_of_moving_cameras_is_one_line(tmp_path):
    store = write_store(tmp_path / "clips", [moved(drift(0.4))])
    targets = StoredTargets(store, show_sky, "a", workers=1)
    with pytest.raises(InputError, match="camera must stand still"):
        Batches(store, replace(SPEC, channels=1), "train", 2, 0, targets=targets)
