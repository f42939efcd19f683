"""How well a segmenter finds what is in labelled photos."""

from dataclasses import dataclass

import cv2
import numpy as np

from scenegan.animation.segmentation import probabilities
from scenegan.data.labels import CLASSES as LABELS
from scenegan.models.segmenter import CLASSES

MERGED = {"trees": "plants"}         # classes of the labels that the segmenter does not tell apart
# For each class of the labels the segmenter's, or -1.
TRUE_CLASS = np.array([CLASSES.index(name) if name in CLASSES else -1
                       for name in (MERGED.get(label, label) for label in LABELS)])
LOOSE = [CLASSES.index(name) for name in ("sky", "water")]           # what may move freely
RIGID = CLASSES.index("rigid")
STILL = [RIGID, CLASSES.index("object")]


@dataclass(frozen=True, kw_only=True)
class SegmentationFigures:
    """Figures of a segmenter; NaN where no photo tells.

    Attributes:
        overlap: Dict from CLASSES to intersection over union of all pixels of all photos, NaN for a
            class that none of them shows.
        right: Share of the labelled pixels whose class is found.
        loose_right: Share of the pixels of sky, water and rigid things that are found loose (sky
            or water) or rigid as they are; rigid things found to be an object stand still, too.
        told_right: The same among those of them that are found to be sky, water or rigid.
        leak: Share of the rigid pixels that are taken for sky or water.
        photos: Number of photos.
    """

    overlap: dict[str, float]
    right: float
    loose_right: float
    told_right: float
    leak: float
    photos: int


def confusion(classes, chances):
    """Pixels of one photo by what they are and what they are taken for.

    Args:
        classes: uint8 `(height, width)`, of `labels.CLASSES`.
        chances: float32 `(rows, columns, len(CLASSES))` of any size, enlarged to the label's.

    Returns:
        int64 `(len(CLASSES), len(CLASSES))`: rows are what is there, columns what is found. Pixels
        that are unknown count nowhere.
    """
    height, width = classes.shape
    predicted = cv2.resize(chances, (width, height), interpolation=cv2.INTER_LINEAR).argmax(axis=-1)
    true = TRUE_CLASS[classes]
    count = len(CLASSES)
    return np.bincount((true * count + predicted)[true >= 0],
                       minlength=count * count).reshape(count, count)


def figures(counts, photos):
    """`SegmentationFigures` of the sum of the `confusion` of some photos."""
    counts = np.asarray(counts, np.float64)
    right = counts.diagonal()
    union = counts.sum(axis=0) + counts.sum(axis=1) - right
    loose = counts[np.ix_(LOOSE, LOOSE)].sum()
    either = [*LOOSE, RIGID]
    return SegmentationFigures(
        overlap={name: _share(right[index], union[index] * bool(counts[index].sum()))
                 for index, name in enumerate(CLASSES)},
        right=_share(right.sum(), counts.sum()),
        loose_right=_share(loose + counts[RIGID, STILL].sum(), counts[either].sum()),
        told_right=_share(loose + counts[RIGID, RIGID], counts[np.ix_(either, either)].sum()),
        leak=_share(counts[RIGID, LOOSE].sum(), counts[RIGID].sum()),
        photos=photos)


def evaluate(segmenter, photos, indices, report=None):
    """Measure a segmenter.

    Args:
        segmenter: As `load_segmenter` gives it.
        photos: `LabelledPhotos`.
        indices: Of those to measure on.
        report: Function that is told the number of photos done, or None.

    Returns:
        `SegmentationFigures`.
    """
    counts = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    for done, index in enumerate(indices, start=1):
        photo, classes = photos.read(index)
        counts += confusion(classes, probabilities(photo, segmenter))
        if report:
            report(done)
    return figures(counts, len(indices))


def as_table(result):
    """`SegmentationFigures` as a Markdown table, in percent."""
    rows = [*((f"{name}, intersection over union", value)
              for name, value in result.overlap.items()),
            ("pixels whose class is found", result.right),
            ("sky, water, rigid: found loose or still as they are", result.loose_right),
            ("the same among those found to be one of the three", result.told_right),
            ("rigid taken for sky or water", result.leak)]
    return "\n".join(["| measure | % |", "| --- | --- |",
                      *(f"| {name} | {_percent(value)} |" for name, value in rows)])


def _share(part, whole):
    return float(part / whole) if whole else float("nan")


def _percent(value):
    return "-" if np.isnan(value) else f"{100 * value:.1f}"
