"""Batches of crops of labelled photos for training: a pure function of a seed and a step."""

from collections import Counter

import cv2
import numpy as np

from scenegan.data.labels import CLASSES, PARTIAL, TRAIN
from scenegan.errors import InputError

FEWEST = 10                # photos with labels to train on; of fewer none can be held out
LARGEST = 512              # pixels of the longer side: more is never seen in a crop
AREA = (0.25, 1.0)         # of a crop, as a share of the photo's
STRETCH = 0.35             # largest change of a crop's aspect, as a logarithm
COARSE = 0.35              # share of the crops that lose resolution first, as in small videos
COMPRESSED = 0.3           # share that is saved as JPEG
QUALITY = (25, 90)         # of JPEG
GRAY = 0.08                # share without colours
NOISY = 0.3                # share with noise
NOISE = 0.03               # its largest deviation; black and white are 1 apart


def hold_out(photos, share, seed, datasets=()):
    """Draw photos to validate with from those of the split "train".

    Args:
        photos: `LabelledPhotos`.
        share: How many of them, in (0, 1); at least one is drawn.
        seed: Whole number from 0.
        datasets: Names of the data sets to draw from. None named: all.

    Returns:
        Indices int64 of the photos to train on, partial ones among them, and of those held out.

    Raises:
        InputError: If there are fewer than `FEWEST`, or a data set has none.
    """
    labelled = photos.indices(TRAIN)
    if len(labelled) < FEWEST:
        raise InputError(f"At least {FEWEST} photos must be of the split '{TRAIN}'. Received: "
                         f"{len(labelled)} of {len(photos)} in '{photos.folder}'. Label more.")
    names = {photos.records[index].dataset for index in labelled}
    _check_names("--validate-on", datasets, names)
    pool = np.array([index for index in labelled
                     if not datasets or photos.records[index].dataset in datasets])
    count = max(1, round(share * len(pool)))
    held = np.sort(np.random.default_rng((seed, 0)).permutation(pool)[:count])
    return np.setdiff1d(photos.indices(TRAIN, PARTIAL), held), held


class LabelBatches:
    """Batches of augmented crops of labelled photos.

    `batches[step]` depends on the seed and the step alone, so a training that is resumed sees what
    it would have seen, and it may be called from several threads.

    Args:
        photos: `LabelledPhotos`.
        indices: Of those to draw from.
        batch_size: Crops a batch.
        size: Pixels of a crop's sides, a multiple of `stride`.
        stride: Pixels of a crop, along each side, for one of its labels.
        seed: Whole number from 0.
        weights: Dict from names of data sets to how often they are drawn from, relative to each
            other; 1 for those that are not named. Within a set all photos are drawn alike.

    Raises:
        InputError: If a weight is of an unknown data set or none is above 0.
    """

    def __init__(self, photos, indices, batch_size, size, stride, seed, weights=None):
        self.photos, self.indices = photos, np.asarray(indices)
        self.batch_size, self.size, self.stride, self.seed = batch_size, size, stride, seed
        names = [photos.records[index].dataset for index in self.indices]
        weights = dict.fromkeys(names, 1.0) | dict(weights or {})
        counts = Counter(names)
        _check_names("--weight", weights, counts)
        chances = np.array([weights[name] / counts[name] for name in names], np.float64)
        if not chances.sum() > 0:
            raise InputError("At least one data set must have a weight above 0. Received: 0 for "
                             "all. Correct --weight.")
        self.chances = chances / chances.sum()

    def __getitem__(self, step):
        """The batch of one step.

        Returns:
            Crops, float32 `(batch, size, size, 3)` in [-1, 1]; shares of the classes of
            `labels.CLASSES`, float32 `(batch, size / stride, size / stride, len(CLASSES))`; and
            bool `(batch,)`, whether a photo is labelled with the sky alone.
        """
        drawn = np.random.default_rng((self.seed, 1, step)).choice(
            self.indices, self.batch_size, p=self.chances)
        crops = [augment(*self.photos.read(index), self.size,
                         np.random.default_rng((self.seed, 2, step, row)))
                 for row, index in enumerate(drawn)]
        return (np.stack([crop for crop, _ in crops]),
                np.stack([block_shares(classes, self.stride) for _, classes in crops]),
                np.array([self.photos.records[index].split == PARTIAL for index in drawn]))


def block_shares(classes, stride):
    """Shares of each class in blocks of a label.

    Args:
        classes: uint8 `(height, width)`, multiples of `stride`.

    Returns:
        float32 `(height / stride, width / stride, len(CLASSES))`; each block's sum to 1.
    """
    height, width = (side // stride for side in classes.shape)
    same = classes.reshape(height, stride, width, stride, 1) == np.arange(len(CLASSES))
    return same.mean(axis=(1, 3), dtype=np.float32)


def augment(photo, classes, size, random):
    """A square crop of a photo and its label, of varied place, sharpness, light and colour.

    Args:
        photo: uint8 `(height, width, 3)`, RGB.
        classes: uint8 `(height, width)`.
        size: Pixels of the crop's sides.
        random: `np.random.Generator`.

    Returns:
        float32 `(size, size, 3)` in [-1, 1] and uint8 `(size, size)`.
    """
    photo, classes = _crop(*_shrink(photo, classes), random)
    photo = _resize(_coarsen(photo, random), size, size)
    classes = cv2.resize(classes, (size, size), interpolation=cv2.INTER_NEAREST)
    if random.random() < 0.5:
        photo, classes = photo[:, ::-1], classes[:, ::-1]
    return np.clip(2 * _recolour(photo, random) - 1, -1, 1).astype(np.float32), classes


def _shrink(photo, classes):
    height, width = classes.shape
    scale = LARGEST / max(height, width)
    if scale >= 1:
        return photo, classes
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return (cv2.resize(photo, size, interpolation=cv2.INTER_AREA),
            cv2.resize(classes, size, interpolation=cv2.INTER_NEAREST))


def _crop(photo, classes, random):
    height, width = classes.shape
    side, stretch = random.uniform(*AREA) ** 0.5, np.exp(random.uniform(-STRETCH, STRETCH))
    rows = max(1, min(height, int(side * height * stretch)))
    columns = max(1, min(width, int(side * width / stretch)))
    top, left = random.integers(height - rows + 1), random.integers(width - columns + 1)
    part = np.s_[top:top + rows, left:left + columns]
    return photo[part], classes[part]


def _coarsen(photo, random):
    """A photo as a small or a compressed picture shows it, now and then."""
    if random.random() < COARSE:
        scale = random.uniform(0.25, 0.8)
        photo = _resize(photo, *(max(8, int(side * scale)) for side in photo.shape[:2]))
    if random.random() < COMPRESSED:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(*QUALITY))]
        _, data = cv2.imencode(".jpg", photo[..., ::-1], quality)
        photo = cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]
    return photo


def _resize(photo, height, width):
    smaller = min(photo.shape[:2]) >= max(height, width)
    return cv2.resize(photo, (width, height),
                      interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)


def _recolour(photo, random):
    """A uint8 photo as floats around [0, 1], with another light, saturation, tint, and noise."""
    values = (photo / 255) ** np.exp(random.uniform(-0.4, 0.4))
    gray = values.mean(axis=-1, keepdims=True)
    saturation = 0 if random.random() < GRAY else random.uniform(0.5, 1.5)
    values = (gray + saturation * (values - gray)) * np.exp(random.uniform(-0.15, 0.15, 3))
    mean = values.mean()
    values = mean + random.uniform(0.7, 1.3) * (values - mean) + random.uniform(-0.1, 0.1)
    if random.random() < NOISY:
        values = values + random.normal(0, NOISE * random.random(), values.shape)
    return values


def _check_names(option, names, known):
    for name in names:
        if name not in known:
            raise InputError(f"{option} must name a data set of the manifest: "
                             f"{', '.join(sorted(known)) or 'none'}. Received: '{name}'.")
