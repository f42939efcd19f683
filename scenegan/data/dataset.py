"""Batches of photos and clips for training: a pure function of a seed and a step."""

import itertools
from functools import lru_cache

import numpy as np

from scenegan.errors import InputError
from scenegan.pixels import resize, to_channels


class Batches:
    """Batches of one split of a store, at one stage's size.

    `batches[step]` depends on the seed and the step alone, so a training that is resumed
    sees what it would have seen. Every clip is seen once an epoch; a split with fewer
    clips than a batch repeats them.

    Args:
        store: `ClipStore` or `ProceduralClips`.
        spec: `StageSpec` whose size, frames and channels the clips are given.
        split: "train" or "validation".
        batch_size: Clips a batch.
        seed: Integer from 0 on, for the order and the flips.
        flip: Whether to mirror half of the clips, left to right.
        crop: Smallest share of the width and height that a random crop keeps; 1 keeps all.
            No crop is smaller than the stage, so that none is enlarged.

    Attributes:
        count: Clips in the split.

    Raises:
        InputError: If the store's clips do not suit the stage, or the split is empty.
    """

    def __init__(self, store, spec, split, batch_size, seed, flip=True, crop=1.0):
        store.check(spec)
        self.store = store
        self.spec = spec
        self.batch_size = batch_size
        self.seed = seed
        self.flip = flip
        self.crop = max(crop, spec.height / store.shape[1], spec.width / store.shape[2])
        self._indices = store.indices(split)
        self.count = len(self._indices)
        if not self.count:
            raise InputError(f"At least one clip must be in the split '{split}'. Received: none of "
                             f"{len(store)}. Cut more videos or change --validation.")
        self._order = lru_cache(maxsize=4)(self._draw_order)

    def __getitem__(self, step):
        """The batch of one step.

        Returns:
            `(photo, clip)`: float32 in [-1, 1], `(batch, height, width, channels)` and
            `(batch, frames, height, width, channels)`. The photo is the clip's first frame.
        """
        clips = self.store.clips(self.indices(step))
        if self.crop < 1:
            random = np.random.default_rng((self.seed, step, 2))
            clip = np.concatenate([to_stage(self._random_crop(one[None], random), self.spec)
                                   for one in clips])
        else:
            clip = to_stage(clips, self.spec)
        if self.flip:
            mirrored = np.random.default_rng((self.seed, step, 1)).random(len(clip)) < 0.5
            clip[mirrored] = clip[mirrored, :, :, ::-1]
        return clip[:, 0], clip

    def __iter__(self):
        return self.from_step(0)

    def from_step(self, step):
        """Iterate the batches without end, from one step on."""
        return map(self.__getitem__, itertools.count(step))

    def indices(self, step):
        """Indices in the store of one step's clips, int64 `(batch,)`."""
        if step < 0:
            raise IndexError(f"Steps count from 0. Received: {step}.")
        places = range(step * self.batch_size, (step + 1) * self.batch_size)
        return np.array([self._order(place // self.count)[place % self.count] for place in places])

    def _random_crop(self, clips, random):
        """A window of the same aspect, share and place at random, the same in every frame."""
        share = random.uniform(self.crop, 1)
        sides = [(size, round(share * size)) for size in clips.shape[2:4]]
        top, left = (random.integers(0, size - kept + 1) for size, kept in sides)
        (_, height), (_, width) = sides
        return clips[:, :, top:top + height, left:left + width]

    def _draw_order(self, epoch):
        return np.random.default_rng((self.seed, epoch, 0)).permutation(self._indices)


def to_stage(clips, spec):
    """Stored clips at a stage's size and channels.

    Args:
        clips: uint8 `(batch, frames, height, width, channels)`.
        spec: `StageSpec`, no larger than the clips.

    Returns:
        float32 in [-1, 1], `(batch, *spec.shape)`. Sizes shrink by area average.
    """
    if clips.shape[-1] != spec.channels:
        clips = to_channels(clips, spec.channels)
    values = clips.astype(np.float32)
    if clips.shape[2:4] != (spec.height, spec.width):
        frames = values.reshape(-1, *clips.shape[2:])
        values = np.stack([resize(frame, spec.height, spec.width) for frame in frames])
    values = values.reshape(len(clips), *spec.shape)
    values /= 127.5
    values -= 1.0
    return values
