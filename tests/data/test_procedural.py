"""Painted clips: the same each time, with clouds that move as stated and a still shore."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from scenegan.data.batches import Batches
from scenegan.data.procedural import PALETTES, ProceduralClips, Scene, drift, noise_spectrum
from scenegan.errors import InputError
from scenegan.presets import STAGES

STORE = ProceduralClips(20, seed=5)


def regions(scene):
    """Where a scene shows what: bool `(height, width)` for "sky", "sea" and "shore"."""
    shore = scene.shore()
    sea = (np.arange(scene.height) >= scene.horizon)[:, None] & ~shore
    return {"sky": ~sea & ~shore, "sea": sea, "shore": shore}


def test_clips_depend_on_seed_and_index_alone():
    clips = STORE.clips([3, 4])
    assert (clips.shape, clips.dtype) == ((2, 32, 45, 80, 3), np.uint8)
    np.testing.assert_array_equal(ProceduralClips(5, seed=5).clips([4])[0], clips[1])
    assert not np.array_equal(clips[0], clips[1])
    assert not np.array_equal(ProceduralClips(5, seed=6).clips([4])[0], clips[1])


def test_shore_is_still_and_the_rest_moves():
    for index in range(6):
        clip, shown = STORE.clips([index])[0].astype(int), regions(STORE.scene(index))
        moved = np.abs(clip - clip[0]).max((0, 3))
        assert not moved[shown["shore"]].any()
        for name in ("sky", "sea"):
            assert moved[shown[name]].mean() > 0.5


def test_some_clips_have_a_shore():
    assert sum(STORE.scene(index).shore().mean() > 0.03 for index in range(20)) > 5


def test_noise_drifts_by_the_velocity():
    scene = replace(STORE.scene(0), velocity=(1.0, -2.0))
    rng = np.random.default_rng(0)
    noise = drift(noise_spectrum(rng, scene.height, scene.width, slope=1.5), scene, frames=4)
    np.testing.assert_allclose(noise[3], np.roll(noise[0], (-6, 3), axis=(0, 1)), atol=1e-4)


def test_clouds_move_by_the_stated_velocity():
    # Optical flow by least squares, change = -velocity * slope, over the open sky. Each row's
    # mean is taken off: the gradient behind the clouds does not move.
    store = ProceduralClips(6, seed=5, height=90, width=160, channels=1)
    for index in range(6):
        clip = store.clips([index])[0, ..., 0].astype(np.float32)
        sky = regions(store.scene(index))["sky"]
        smooth = [cv2.GaussianBlur(frame, (0, 0), 3) for frame in clip[9:12]]
        before, now, after = (frame - frame.mean(1, keepdims=True) for frame in smooth)
        inside = cv2.erode(sky.astype(np.uint8), np.ones((19, 19)),
                           borderType=cv2.BORDER_CONSTANT, borderValue=0).astype(bool)
        slope, change = np.gradient(now, axis=1)[inside], (after - before)[inside] / 2
        speed = -np.sum(slope * change) / np.sum(slope ** 2)
        assert speed == pytest.approx(store.records[index]["velocity"][0], rel=0.15)


def test_scenes_differ():
    scenes = [STORE.scene(index) for index in range(20)]
    assert len({scene.horizon for scene in scenes}) > 5
    assert {np.sign(scene.velocity[0]) for scene in scenes} == {-1, 1}


@pytest.mark.parametrize("palette", range(len(PALETTES)))
def test_colours_stay_in_range(palette):
    scene = Scene.draw(np.random.default_rng(palette), 45, 80)
    assert scene.colours.min() >= 0 and scene.colours.max() <= 1


def test_painted_clips_feed_batches():
    spec = replace(STAGES[1], frames=8, height=23, width=40, channels=1)
    store = ProceduralClips(20, seed=1, frames=8)
    photo, clip = Batches(store, spec, "validation", 2, seed=0)[0].values()
    assert (photo.shape, clip.shape) == ((2, 23, 40, 1), (2, 8, 23, 40, 1))
    assert store.indices("validation").tolist() == [9, 19]
    with pytest.raises(InputError, match="procedural clips"):
        store.check(replace(spec, frames=9))


def test_odd_sizes_can_be_painted():
    assert ProceduralClips(1, height=23, width=41, frames=3).clips([0]).shape == (1, 3, 23, 41, 3)
