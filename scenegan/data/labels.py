"""Photos whose pixels are labelled with what they show: what is in a scene, and so what may move.

A folder holds `images/ID.jpg` (RGB), `labels/ID.png` (8 bits, gray or palette, as large as its
photo) and `manifest.csv` with a row for each photo: `id` and `suggested_split`, and, where known,
`dataset` (the name of the set that it is from). Other columns are passed over. The number of a
label's pixel is

    0 unknown  1 sky  2 cloud  3 water  4 grass, fields, plants  5 trees
    6 rigid (mountain, rock, sand, snow, road, building)
    7 object (boat, person, animal, vehicle, sign)  8 fire, smoke, fog

`suggested_split` is "train", "test" (measured with, never trained on) or "partial": trained on,
but labelled with the sky alone, so that unknown means "anything but sky" there.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenegan.errors import InputError
from scenegan.files.inputs import regular_file
from scenegan.files.paths import resolve
from scenegan.media.photos import read_photo
from scenegan.pixels import fit

MANIFEST = "manifest.csv"
TRAIN, TEST, PARTIAL = SPLITS = ("train", "test", "partial")
UNKNOWN, SKY, WATER, PLANTS, TREES, RIGID, OBJECT = range(7)
CLASSES = ("unknown", "sky", "water", "plants", "trees", "rigid", "object")
# Clouds are told from sky in few photos; what burns or smokes is in none that could be learnt from.
MERGED = np.array([UNKNOWN, SKY, SKY, WATER, PLANTS, TREES, RIGID, OBJECT, UNKNOWN], np.uint8)


@dataclass(frozen=True, kw_only=True)
class LabelledPhoto:
    """One row of the manifest."""

    id: str
    split: str                         # "train", "test" or "partial"
    dataset: str = ""                  # that it is from; empty where it is not known


class LabelledPhotos:
    """The labelled photos of one folder. They stay on disk until they are asked for.

    Args:
        folder: As the module describes it.

    Attributes:
        records: List of `LabelledPhoto`, in the manifest's order.

    Raises:
        InputError: If the folder or its manifest is missing, damaged or empty, or a photo or
            a label that it names is missing.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        resolve(self.folder)
        self.records = _read_manifest(self.folder)
        for record in self.records:
            for path in self.paths(record):
                regular_file(path, "A labelled photo")

    def __len__(self):
        return len(self.records)

    def indices(self, *splits):
        """Indices of the photos of some splits, int64 `(n,)`.

        Raises:
            ValueError: If one is not of `SPLITS`.
        """
        if unknown := set(splits) - set(SPLITS):
            raise ValueError(f"Splits must be of {', '.join(SPLITS)}. Received: {unknown}.")
        return np.array([index for index, record in enumerate(self.records)
                         if record.split in splits], np.int64)

    def read(self, index):
        """One photo and what its pixels show.

        Returns:
            uint8 `(height, width, 3)`, RGB, and uint8 `(height, width)` of `UNKNOWN` to
            `OBJECT`, places in `CLASSES`.

        Raises:
            InputError: If one is damaged, the label is of another size or has other numbers.
        """
        image, drawn = self.paths(self.records[index])
        photo, label = read_photo(image), _read_label(drawn)
        if photo.shape[:2] != label.shape:
            raise InputError("A label must be as large as its photo. Received: "
                             f"'{drawn}', {_size(label)} for {_size(photo)}. "
                             "Draw it over the photo.")
        return photo, MERGED[label]

    def paths(self, record):
        """Files of a record's photo and of its label."""
        return (self.folder / "images" / f"{record.id}.jpg",
                self.folder / "labels" / f"{record.id}.png")


def class_shares(classes, height, width):
    """What the pixels of a smaller photo show: the share of each class in each.

    Args:
        classes: uint8 `(rows, columns)`, as `LabelledPhotos.read` gives them. The centre of the
            size's aspect is used, as `pixels.fit` uses that of the photo.

    Returns:
        float32 `(height, width, len(CLASSES))`; the shares of a pixel sum to 1.
    """
    return np.stack([fit((classes == number).astype(np.float32), height, width)
                     for number in range(len(CLASSES))], axis=-1)


def _read_manifest(folder):
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(f"Labelled photos must be a folder with {MANIFEST}. Received: '{folder}', "
                         "without it. Name another.")
    try:
        with open(path, newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"A manifest must be a readable CSV. Received: '{path}' ({error}). "
                         "Check the file.") from error
    if not rows:
        raise InputError(f"A manifest must name photos. Received: '{path}', with no row. "
                         "Add a row for each.")
    records = [_record(path, number, row) for number, row in enumerate(rows, start=2)]
    id, rows = Counter(record.id for record in records).most_common(1)[0]
    if rows > 1:
        raise InputError(f"Each id of a manifest must be of one row. Received: '{path}', with "
                         f"'{id}' in several. Remove what is there twice.")
    return records


def _record(path, number, row):
    id, split = row.get("id") or "", row.get("suggested_split") or ""
    if not id or Path(id).name != id:
        raise InputError("Each row of a manifest must have an id, the name of a photo without "
                         f"folder and suffix. Received: '{id}' in line {number} of '{path}'. "
                         "Correct it.")
    if split not in SPLITS:
        raise InputError(f"Each suggested_split must be one of {', '.join(SPLITS)}. Received: "
                         f"'{split}' in line {number} of '{path}'. Correct it.")
    return LabelledPhoto(id=id, split=split, dataset=row.get("dataset") or "")


def _read_label(path):
    from PIL import Image
    try:
        with Image.open(path) as image:
            label = np.asarray(image)
    except Exception as error:                        # decoders raise whatever they like
        raise InputError(f"A label must be a whole picture. Received: '{path}' ({error}). "
                         "Export it again.") from error
    if label.dtype != np.uint8 or label.ndim != 2 or label.max(initial=0) >= len(MERGED):
        raise InputError(f"A label must have one number from 0 to {len(MERGED) - 1} a pixel, in 8 "
                         f"bits. Received: '{path}', {label.dtype} {label.shape} up to "
                         f"{label.max(initial=0)}. Export it as a gray or palette PNG.")
    return label


def _size(image):
    return f"{image.shape[1]}x{image.shape[0]}"
