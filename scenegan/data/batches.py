"""Batches of photos and clips for training: a pure function of a seed and a step."""

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from scenegan.data.augmentation import Augmentation
from scenegan.data.motion_examples import make_example
from scenegan.errors import InputError
from scenegan.pixels import resize, to_channels


class Batches:
    """Batches of one split of a store, at one stage's size.

    `batches[step]` depends on the seed and the step alone, so a training that is resumed
    sees what it would have seen, and it may be called from several threads. Every clip is
    seen once an epoch; a split with fewer clips than a batch repeats them.

    Args:
        store: `ClipStore` or `ProceduralClips`.
        spec: `StageSpec` whose size, frames and channels the clips are given.
        split: "train" or "validation".
        batch_size: Clips a batch, over all shards.
        seed: Integer from 0 on, for the order and the augmentation.
        augmentation: `Augmentation`. No crop is smaller than the stage, so that none is
            enlarged.
        shard: `(index, count)`: which of `count` equal parts of each batch this worker
            gets. The parts of all workers in order are the batch of a single one.
        targets: `StoredTargets` or `PaintedTargets` of the store, for a training that is taught
            measured motion. Clips whose camera moves are left out.
        directed: Share of such examples that say in which direction their motion goes.
        whole: Whether such examples hold their clips, not their photos alone.
        **changes: Settings that differ from `augmentation`, such as `flip=False`.

    Attributes:
        count: Clips in the split that are seen.
        rows: Slice of each batch that this worker gets.

    Raises:
        InputError: If the store's clips do not suit the stage, the split is empty, or a
            batch cannot be shared out evenly.
    """

    def __init__(self, store, spec, split, batch_size, seed, *, augmentation=None, shard=(0, 1),
                 targets=None, directed=0.5, whole=False, **changes):
        store.check(spec)
        self.store = store
        self.spec = spec
        self.batch_size = batch_size
        self.seed = seed
        self.augmentation = replace(augmentation or Augmentation(), **changes)
        self.rows = shard_rows(batch_size, *shard)
        self.targets, self.directed, self.whole = targets, directed, whole
        self._indices = _usable(store, split, targets)
        self.count = len(self._indices)
        self._order = lru_cache(maxsize=4)(self._draw_order)

    def __getitem__(self, step):
        """The batch of one step, or this worker's part of it.

        Returns:
            Dict of float32 arrays: photo `(batch, height, width, channels)` and clip `(batch,
            frames, height, width, channels)` in [-1, 1]. The photo is the clip's first frame.
            With targets the arrays of `make_example`, `(batch, ...)`.
        """
        indices = self.indices(step)
        if self.targets is not None:
            examples = [self._example(*pair)
                        for pair in zip(indices, self._numbers(step), strict=True)]
            return {name: np.stack([example[name] for example in examples])
                    for name in examples[0]}
        clip = np.empty((len(indices), *self.spec.shape), np.float32)
        for row, number in enumerate(self._numbers(step)):
            stored, = self.store.clips(indices[row:row + 1])
            clip[row] = to_stage(stored, self.spec, self._view(number))
        np.clip(clip, -1, 1, out=clip)
        return {"photo": clip[:, 0], "clip": clip}

    def indices(self, step):
        """Indices in the store of one step's clips, int64 `(batch,)`."""
        return np.array([self._order(number // self.count)[number % self.count]
                         for number in self._numbers(step)])

    def _numbers(self, step):
        """Numbers of a step's clips in the whole training's sequence; each keys its own draw."""
        if step < 0:
            raise IndexError(f"Steps count from 0. Received: {step}.")
        first = step * self.batch_size
        return range(first + self.rows.start, first + self.rows.stop)

    def _view(self, number):
        _, height, width, _ = self.store.shape
        smallest = max(self.spec.height / height, self.spec.width / width)
        return self.augmentation.draw(np.random.default_rng((self.seed, number, 1)),
                                      (height, width, self.spec.channels), smallest)

    def _example(self, index, number):
        clip, = self.store.clips([index])
        directed = np.random.default_rng((self.seed, number, 2)).random() < self.directed
        return make_example(clip, self.targets[index], self.spec, self._view(number), directed,
                            whole=self.whole)

    def _draw_order(self, epoch):
        return np.random.default_rng((self.seed, epoch, 0)).permutation(self._indices)


def _usable(store, split, targets):
    """Indices of a split's clips; with targets of those whose camera stands still."""
    indices = store.indices(split)
    if not len(indices):
        raise InputError(f"At least one clip must be in the split '{split}'. Received: none of "
                         f"{len(store)}. Cut more videos or change --validation.")
    if targets is None:
        return indices
    still = indices[targets.still[indices]]
    if not len(still):
        raise InputError(f"The camera must stand still in a clip of the split '{split}'. Received: "
                         f"{len(indices)} whose camera moves. Cut other videos, or with "
                         "--stabilise.")
    return still


def shard_rows(batch_size, index, count):
    """Rows of a batch that are one worker's, a slice.

    Raises:
        InputError: If a batch has no equal part for each of `count` workers.
    """
    if batch_size < 1 or batch_size % count:
        raise InputError(f"A batch must divide evenly among {count} workers. Received: "
                         f"{batch_size} clips. Choose another --batch-size.")
    if not 0 <= index < count:
        raise InputError(f"A worker's number must be from 0 to {count - 1}. Received: {index}.")
    rows = batch_size // count
    return slice(index * rows, (index + 1) * rows)


def to_stage(clip, spec, view):
    """One stored clip as a training sees it.

    Args:
        clip: uint8 `(frames, height, width, channels)`.
        spec: `StageSpec`, no larger than the view.
        view: `View` on the clip.

    Returns:
        float32 `spec.shape`, [-1, 1] but for what brightness and contrast add. Sizes shrink
        by area average.
    """
    viewed = clip[:spec.frames, view.top:view.top + view.height, view.left:view.left + view.width]
    viewed = to_channels(viewed, spec.channels)
    # Frames one below another shrink like one image: no row of the result crosses their borders.
    tall = viewed.astype(np.float32).reshape(-1, view.width, spec.channels)
    tall = resize(tall, spec.frames * spec.height, spec.width)
    values = cv2.transform(tall, _from_pixels(view.colour)).reshape(spec.shape)
    return values[::-1 if view.backwards else 1, :, ::-1 if view.mirrored else 1]


def whole_clips(store, spec, indices):
    """Stored clips at a stage's size, uncropped, float32 `(n, *spec.shape)` in [-1, 1]."""
    _, height, width, _ = store.shape
    view = Augmentation(flip=False).draw(np.random.default_rng(0),
                                         (height, width, spec.channels), 1.0)
    clips = [to_stage(clip, spec, view) for clip in store.clips(indices)]
    return np.clip(clips, -1, 1).astype(np.float32)


def _from_pixels(colour):
    """A map of pixels in [-1, 1] as one of pixels of 0 to 255."""
    factors, shift = colour[:, :-1], colour[:, -1]
    return np.column_stack([factors / 127.5, shift - factors.sum(1)])
