"""Batches of crops of labelled photos: what is drawn, held out and made of it."""

import numpy as np
import pytest
from PIL import Image

from scenegan.data import labels
from scenegan.data.label_batches import LabelBatches, augment, block_shares, hold_out
from scenegan.data.labels import LabelledPhotos
from scenegan.errors import InputError


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """16 photos to train on of set a, 4 of b, 2 partial ones of b, and one to test with."""
    folder = tmp_path_factory.mktemp("scenes")
    for name in ("images", "labels"):
        (folder / name).mkdir()
    rows = ([("train", "a")] * 16 + [("train", "b")] * 4 + [("partial", "b")] * 2
            + [("test", "a")])
    lines = ["id,dataset,suggested_split"]
    for number, (split, dataset) in enumerate(rows):
        lines.append(f"{number},{dataset},{split}")
        Image.fromarray(np.full((32, 48, 3), 9 * number, np.uint8)).save(
            folder / "images" / f"{number}.jpg")
        Image.fromarray(np.full((32, 48), 3, np.uint8)).save(folder / "labels" / f"{number}.png")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return LabelledPhotos(folder)


def test_a_tenth_is_held_out_by_the_seed(photos):
    train, held = hold_out(photos, 0.1, 0)
    assert len(held) == 2 and len(train) == 20 and not set(train) & set(held)
    assert {20, 21} <= set(train) and 22 not in {*train, *held}
    np.testing.assert_array_equal(hold_out(photos, 0.1, 0)[1], held)
    assert any(set(hold_out(photos, 0.1, seed)[1]) != set(held) for seed in range(1, 4))


def test_photos_are_held_out_of_the_named_data_sets_alone(photos):
    for seed in range(5):
        _, held = hold_out(photos, 0.5, seed, ["b"])
        assert len(held) == 2 and set(held) <= {16, 17, 18, 19}
    with pytest.raises(InputError, match="--validate-on .*: a, b. Received: 'c'"):
        hold_out(photos, 0.5, 0, ["c"])


def chances(photos, **weights):
    batches = LabelBatches(photos, hold_out(photos, 0.1, 0)[0], 4, 16, 4, 0, weights)
    names = np.array([photos.records[index].dataset for index in batches.indices])
    return {name: batches.chances[names == name].sum() for name in "ab"}


def test_data_sets_are_drawn_alike_however_large_or_by_weight(photos):
    assert chances(photos) == pytest.approx({"a": 0.5, "b": 0.5})
    assert chances(photos, a=3) == pytest.approx({"a": 0.75, "b": 0.25})
    assert chances(photos, b=0) == pytest.approx({"a": 1, "b": 0})


def test_a_batch_is_of_its_step_and_seed_alone(photos):
    first, again, other = (LabelBatches(photos, np.arange(22), 6, 32, 4, seed)
                           for seed in (0, 0, 1))
    first[0]                                          # what was drawn before does not matter
    crops, shares, partial = first[3]
    assert crops.shape == (6, 32, 32, 3) and crops.dtype == np.float32
    assert shares.shape == (6, 8, 8, len(labels.CLASSES)) and partial.shape == (6,)
    assert np.abs(crops).max() <= 1
    for one, two in zip((crops, shares, partial), again[3], strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(crops, other[3][0]) and not np.array_equal(crops, first[4][0])


def test_partial_photos_are_told(photos):
    assert LabelBatches(photos, [20, 21], 4, 16, 4, 0)[0][2].all()
    assert not LabelBatches(photos, [16, 17], 4, 16, 4, 0)[0][2].any()


def test_a_block_holds_shares_of_its_classes():
    classes = np.zeros((4, 8), np.uint8)
    classes[:, :4] = labels.SKY
    classes[0, 4:] = labels.WATER                     # 4 of the 16 pixels of the second block
    shares = block_shares(classes, 4)
    assert shares.shape == (1, 2, len(labels.CLASSES))
    assert shares[0, 0, labels.SKY] == 1
    assert shares[0, 1, labels.WATER] == 0.25 and shares[0, 1, labels.UNKNOWN] == 0.75


def test_a_crop_and_its_label_stay_together():
    """Light and colour change, but what is bright stays where the label says so."""
    classes = np.full((90, 120), labels.RIGID, np.uint8)
    classes[:40, :70] = labels.SKY
    photo = np.where(classes[..., None] == labels.SKY, 230, 20).repeat(3, -1).astype(np.uint8)
    for seed in range(30):
        crop, label = augment(photo, classes, 48, np.random.default_rng(seed))
        sky = label == labels.SKY
        if 0.1 < sky.mean() < 0.9:
            middle = (crop[sky].mean() + crop[~sky].mean()) / 2
            assert ((crop.mean(-1) > middle) == sky).mean() > 0.93, seed


def test_a_large_photo_is_cropped_as_a_small_one():
    crop, label = augment(np.full((1500, 2400, 3), 99, np.uint8),
                          np.full((1500, 2400), labels.WATER, np.uint8), 32,
                          np.random.default_rng(0))
    assert crop.shape == (32, 32, 3) and (label == labels.WATER).all()
