"""Labelled photos: the folder, its numbers and what is wrong with it."""

import numpy as np
import pytest
from PIL import Image
from small_labels import SIZE, numbers, write

from scenegan.data import labels
from scenegan.data.labels import LabelledPhotos
from scenegan.errors import InputError

ROWS = {"sea": ("train", "a"), "rock": ("test", "a"), "cloud": ("partial", "b")}


@pytest.fixture
def folder(tmp_path):
    """Three photos of 32x24; their labels have the file's numbers 0 to 8 in columns."""
    return write(tmp_path / "scenes", ROWS)


def test_photos_come_with_merged_classes(folder):
    photo, classes = LabelledPhotos(folder).read(0)
    assert photo.shape == (*SIZE, 3) and photo.dtype == np.uint8
    assert [labels.CLASSES[number] for number in classes[0, :9]] == [
        "unknown", "sky", "sky", "water", "plants", "trees", "rigid", "object", "unknown"]
    assert (labels.CLASSES[labels.RIGID], labels.CLASSES[labels.WATER]) == ("rigid", "water")


def test_splits_and_data_sets(folder):
    photos = LabelledPhotos(folder)
    assert len(photos) == 3
    assert photos.indices("train").tolist() == [0]
    assert photos.indices("train", "partial").tolist() == [0, 2]
    assert photos.indices(labels.TEST).tolist() == [1]
    assert [record.dataset for record in photos.records] == ["a", "a", "b"]
    with pytest.raises(ValueError, match="validation"):
        photos.indices("validation")


def test_a_palette_is_read_by_number(folder):
    image = Image.fromarray(numbers()).convert("P")
    image.putdata(numbers().ravel())
    image.putpalette(np.random.default_rng(0).integers(256, size=768).astype(np.uint8).tobytes())
    image.save(folder / "labels" / "sea.png")
    _, classes = LabelledPhotos(folder).read(0)
    np.testing.assert_array_equal(classes, labels.MERGED[numbers()])


def test_a_smaller_photo_has_shares_of_classes_in_its_middle():
    classes = np.full((4, 8), labels.WATER, np.uint8)
    classes[:, 2:4] = labels.SKY                      # columns 2 to 5 are the middle, half sky
    shares = labels.class_shares(classes, 1, 1)
    assert shares.shape == (1, 1, len(labels.CLASSES))
    assert shares[0, 0, labels.SKY] == shares[0, 0, labels.WATER] == 0.5
    assert shares.sum() == 1


def spoil_manifest(text):
    return lambda folder: (folder / "manifest.csv").write_text(text)


def spoil_label(values):
    return lambda folder: Image.fromarray(values).save(folder / "labels" / "sea.png")


@pytest.mark.parametrize("spoil, message", [
    (lambda folder: (folder / "manifest.csv").unlink(), "a folder with manifest.csv"),
    (spoil_manifest("id,suggested_split\n"), "must name photos"),
    (spoil_manifest("id,split\nsea,train\n"), "suggested_split must be one of .* line 2"),
    (spoil_manifest("id,suggested_split\nsea,train\nrock,validation\n"), "'validation' in line 3"),
    (spoil_manifest("id,suggested_split\n../sea,train\n"), "'../sea' in line 2"),
    (spoil_manifest("id,suggested_split\nsea,train\nsea,test\n"), "'sea' in several"),
    (lambda folder: (folder / "images" / "rock.jpg").unlink(), "must exist.*rock.jpg"),
    (lambda folder: (folder / "labels" / "rock.png").unlink(), "must exist.*rock.png"),
    (lambda folder: (folder / "manifest.csv").write_bytes(b"id\xff"), "readable CSV"),
])
def test_a_folder_that_cannot_be_used_is_refused_at_once(folder, spoil, message):
    spoil(folder)
    with pytest.raises(InputError, match=message):
        LabelledPhotos(folder)


@pytest.mark.parametrize("spoil, message", [
    (spoil_label(np.zeros((24, 31), np.uint8)), "31x24 for 32x24"),
    (spoil_label(np.full(SIZE, 9, np.uint8)), "from 0 to 8 .* up to 9"),
    (spoil_label(np.zeros((*SIZE, 3), np.uint8)), "one number"),
    (lambda folder: (folder / "labels" / "sea.png").write_bytes(b"no"), "whole picture"),
    (lambda folder: (folder / "images" / "sea.jpg").write_bytes(b"no"), "none that can be read"),
])
def test_a_damaged_photo_is_refused_when_it_is_read(folder, spoil, message):
    spoil(folder)
    with pytest.raises(InputError, match=message):
        LabelledPhotos(folder).read(0)
