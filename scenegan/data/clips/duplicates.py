"""Clips that were there before: the same moment in another upload, another encoding, or a loop.

A moment's signature is two perceptual hashes (pHash, https://www.phash.org): one of the frame, and
one of how it differs from the frame half a second later. The first tells the place, the second the
moment: two clips of the same waterfall by the same camera share the first only, and are both kept
(but on one side of the split: see `Repeats.groups`).
"""

from collections import Counter, deque
from dataclasses import dataclass

import numpy as np

STEP = 4                   # frames from one signature to the next
LATER = 8                  # frames from a signature's frame to the one it is compared with
SAME_PLACE = 10            # of 64 bits: so many of the frames' hashes may differ
SAME_MOMENT = 20           # of 64 bits: the same for the differences
LOOPED = (4, 14)           # the same two within a video, where slow clouds look nearly the same
                           # from one second to the next, and a loop is the same to the bit
SAME_VIEW = 6              # of 64 bits: frames this near show the same place by the same camera
ENOUGH = 0.7               # share of a clip's signatures that must be found again, in order
SEVERAL = 3                # signatures of one view that put two videos into one group
BLANK = 2.0                # gray levels of contrast: a frame with less looks like every other


@dataclass(frozen=True)
class Signatures:
    """The signatures of one video, in the order of time."""

    frames: np.ndarray                 # (n,), int64: the frame of each
    views: np.ndarray                  # (n,), uint64
    moments: np.ndarray                # (n,), uint64


class Signer:
    """Takes the signatures of a video while its frames pass."""

    def __init__(self):
        self._rows = []
        self._recent = deque(maxlen=LATER + 1)         # gray frames of the running shot
        self._shot = None

    def add(self, number, shot, frame):
        """Look at frame `number` of the video, uint8 RGB, in shot number `shot`."""
        if shot != self._shot:
            self._recent.clear()
            self._shot = shot
        self._recent.append(frame[..., 1])             # green is nearly luma, and cheaper
        start = number - LATER
        first, later = self._recent[0], self._recent[-1]
        if len(self._recent) > LATER and start % STEP == 0 and first.std() > BLANK:
            difference = (np.subtract(later, first, dtype=np.int16) // 2 + 128).astype(np.uint8)
            self._rows.append((start, phash(first), phash(difference)))

    def signatures(self):
        columns = zip(*self._rows, strict=True) if self._rows else ([], [], [])
        return Signatures(*(np.array(column, kind) for column, kind in
                            zip(columns, (np.int64, np.uint64, np.uint64), strict=True)))


def phash(gray):
    """The pHash of a uint8 gray frame, 64 bits in an int."""
    import imagehash
    from PIL import Image
    return int(str(imagehash.phash(Image.fromarray(gray))), 16)


@dataclass(frozen=True)
class _Index(Signatures):
    """Signatures of several videos."""

    owners: np.ndarray                 # (n,), int64: the number of each one's video

    @classmethod
    def of(cls, signatures, owner):
        return cls(signatures.frames, signatures.views, signatures.moments,
                   np.full(len(signatures.frames), owner))

    def only(self, rows):
        return _Index(*(column[rows] for column in self._columns()))

    def plus(self, other):
        return _Index(*map(np.concatenate, zip(self._columns(), other._columns(), strict=True)))

    def _columns(self):
        return self.frames, self.views, self.moments, self.owners


class Repeats:
    """What was seen so far, video by video.

    Args:
        length: Frames of a clip.
    """

    def __init__(self, length):
        self.length = length
        self._videos = []                              # group of each
        self._order = {}                               # group: number of its first video
        empty = _Index(*(np.empty(0, kind) for kind in
                           (np.int64, np.uint64, np.uint64, np.int64)))
        self._seen = empty                           # all signatures, for the groups
        self._kept = empty                           # those in clips that were new
        self._leader = {}                              # group: the group that it belongs with

    def add(self, signatures, starts, group):
        """Say which clips of the next video were there before.

        Only clips that are new can be repeated later.

        Args:
            signatures: `Signatures` of the video.
            starts: First frame of each clip that may be kept, in the order of time.
            group: Group of the video; it is joined with those of videos of the same view.

        Returns:
            For each clip the number of the video (from 0 on, in the order of the calls) whose
            clip it repeats, or None.
        """
        video = len(self._videos)
        self._videos.append(group)
        self._order.setdefault(group, video)
        own = _Index.of(signatures, video)
        self._join_views(signatures, group)
        self._seen = self._seen.plus(own)
        owners, kept = [], np.zeros(len(signatures.frames), bool)
        for start in starts:
            inside = self._inside(signatures, start)
            earlier = kept & (signatures.frames <= start - LATER)
            owner = self._repeated(signatures, inside, (self._kept, own.only(earlier)), video)
            owners.append(owner)
            if owner is None:
                kept[inside] = True
        self._kept = self._kept.plus(own.only(kept))
        return owners

    def groups(self):
        """Dict from each group to the first one that shows the same view, perhaps itself."""
        return {group: self._first(group) for group in self._videos}

    def _inside(self, signatures, start):
        """Rows of the signatures that lie within a clip."""
        last = start + self.length - LATER - 1
        return np.flatnonzero((signatures.frames >= start) & (signatures.frames <= last))

    def _join_views(self, signatures, group):
        """Join a video's group with those of which it shows the same view."""
        votes = Counter()
        for view in signatures.views:
            near = np.bitwise_count(self._seen.views ^ view) <= SAME_VIEW
            votes.update(np.unique(self._seen.owners[near]).tolist())
        for owner, count in votes.items():
            if count >= min(SEVERAL, len(signatures.views)):
                self._join(group, self._videos[owner])

    def _repeated(self, signatures, inside, indices, video):
        """The video that has the signatures of a clip in the same order, or None."""
        votes = Counter()
        for row in inside:
            near = {(owner, offset + jitter) for index in indices
                    for owner, offset in self._matches(signatures, row, index, video)
                    for jitter in (-STEP, 0, STEP)}
            votes.update(near)
        if not votes:
            return None
        (owner, _), count = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
        return owner if count >= ENOUGH * len(inside) else None

    def _matches(self, signatures, row, index, video):
        """Set of (video, offset) at which an index has one signature's moment."""
        apart = np.bitwise_count(index.views ^ signatures.views[row])
        near = np.flatnonzero(apart <= SAME_PLACE)
        moment = np.bitwise_count(index.moments[near] ^ signatures.moments[row])
        offsets = signatures.frames[row] - index.frames[near]
        looped = ((offsets >= self.length) & (apart[near] <= LOOPED[0]) & (moment <= LOOPED[1]))
        same = np.where(index.owners[near] < video, moment <= SAME_MOMENT, looped)
        return set(zip(index.owners[near[same]].tolist(), offsets[same].tolist(), strict=True))

    def _first(self, group):
        while self._leader.get(group, group) != group:
            group = self._leader[group]
        return group

    def _join(self, group, other_group):
        group, other_group = self._first(group), self._first(other_group)
        if group != other_group:
            first, later = sorted((group, other_group), key=self._order.get)
            self._leader[later] = first
