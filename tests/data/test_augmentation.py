"""Views on clips: windows, colours, directions."""

from dataclasses import replace

import numpy as np
import pytest
from small_store import EVERYTHING, SPEC

from scenegan.data.augmentation import Augmentation, View, colour_matrix
from scenegan.data.batches import Batches, to_stage
from scenegan.data.procedural import ProceduralClips
from scenegan.errors import InputError
from scenegan.presets import stage
from scenegan.training.run import config


def test_a_random_crop_is_a_window_of_the_clip_and_of_the_stage():
    clips = ProceduralClips(count=20, seed=0, height=54, width=96)
    spec = stage(2)
    whole = Batches(clips, spec, "train", 2, 0, flip=False)[3]["clip"]
    batches = Batches(clips, spec, "train", 2, 0, flip=False, crop=0.9)
    photo, clip = batches[3].values()
    assert clip.shape == (2, *spec.shape) and np.abs(clip).max() <= 1
    np.testing.assert_array_equal(photo, clip[:, 0])
    np.testing.assert_array_equal(clip, batches[3]["clip"])
    assert 0.001 < np.abs(clip - whole).mean() < 0.5


def test_a_published_preset_is_augmented_as_its_config_says(tmp_path):
    """Crop, scale, flip and colour jitter of a square preset, on clips that are larger than it."""
    path = tmp_path / "summary.ini"
    path.write_text("[stage]\nnumber = 1\npreset = summary\nheight = 16\nwidth = 16\n"
                    "[augmentation]\nflip = yes\ncrop = 0.5\nbrightness = 0.4\n"
                    "contrast = 0.4\nsaturation = 0.4\nhue = 0.4\n")
    spec, settings = config.describe({}, config.read(path))
    clips = ProceduralClips(count=20, height=24, width=24, frames=16)
    drawn = [settings.augmentation.draw(np.random.default_rng(seed), (24, 24, 3), 16 / 24)
             for seed in range(50)]
    assert {view.mirrored for view in drawn} == {False, True}
    assert min(view.height for view in drawn) == 16 and max(view.height for view in drawn) > 20
    plain, varied = (Batches(clips, spec, "train", 4, 0, augmentation=augmentation)[0]["clip"]
                     for augmentation in (Augmentation(flip=False), settings.augmentation))
    assert varied.shape == (4, 16, 16, 16, 3) and np.abs(varied).max() <= 1
    assert (np.abs(varied - plain).mean(axis=(1, 2, 3, 4)) > 0.02).all()


def test_clips_of_other_proportions_than_a_published_preset_are_refused():
    clips = ProceduralClips(count=20, height=45, width=80, frames=32)
    with pytest.raises(InputError, match="needs clips of 32x32, or of these proportions. "
                                         "Received: 80x45.* Cut them anew .*--size 32x32"):
        Batches(clips, replace(stage(1, preset="vgan"), height=32, width=32), "train", 2, 0)


def test_no_crop_is_smaller_than_the_stage():
    draw = Augmentation(crop=0.1).draw
    views = [draw(np.random.default_rng(seed), (54, 96, 3), 45 / 54) for seed in range(200)]
    assert min(view.height for view in views) == 45 and min(view.width for view in views) == 80
    assert max(view.height for view in views) == 54
    assert {view.top for view in views} == set(range(10))              # 54 - 45, both ends too
    assert all(view.top + view.height <= 54 and view.left + view.width <= 96 for view in views)


def test_augmentation_does_not_depend_on_the_batch_size(store):
    small, large = (Batches(store, SPEC, "train", size, 1, augmentation=EVERYTHING)
                    for size in (2, 4))
    pair = np.concatenate([small[2]["clip"], small[3]["clip"]])
    np.testing.assert_array_equal(pair, large[1]["clip"])


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
