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


@dataclass(frozen=True)
class Signatures:
    """The signatures of one video, in the order of time."""

    frames: np.ndarray                 # (n,), int64: the frame of each
    places: np.ndarray                 # (n,), uint64
    moments: np.ndarray                # (n,), uint64


class Signer:
    """Takes the signatures of a video while its frames pass."""

    def __init__(self):
        self._rows = []
        self._recent = deque(maxlen=LATER + 1)         # gray frames of the running shot
        self._shot = None

    def add(self, place, shot, frame):
        """Look at frame number `place` of the video, uint8 RGB, in shot number `shot`."""
        if shot != self._shot:
            self._recent.clear()
            self._shot = shot
        self._recent.append(frame[..., 1])             # green is nearly luma, and cheaper
        start = place - LATER
        if len(self._recent) > LATER and start % STEP == 0:
            first, later = self._recent[0], self._recent[-1]
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


class Repeats:
    """What was seen so far, video by video.

    Args:
        length: Frames of a clip.
    """

    def __init__(self, length):
        self.length = length
        self._videos = []                              # group of each
        self._order = {}                               # group: number of its first video
        self._seen = Signatures(*(np.empty(0, kind) for kind in (np.int64, np.uint64, np.uint64)))
        self._owner = np.empty(0, np.int64)            # the video of each signature
        self._leader = {}                              # group: the group that it belongs with

    def add(self, signatures, starts, group):
        """Say which clips of the next video were there before.

        Args:
            signatures: `Signatures` of the video.
            starts: First frame of each clip, in the order of time.
            group: Group of the video; it is joined with those of videos of the same view.

        Returns:
            For each clip the number of the video (from 0 on, in the order of the calls) whose
            clip it repeats, or None.
        """
        here = len(self._videos)
        self._videos.append(group)
        self._order.setdefault(group, here)
        self._remember(signatures, here)
        matches = [self._matches(row, here, signatures) for row in range(len(signatures.frames))]
        for found in matches:
            for owner in set(found[2]) - {here}:
                self._join(group, self._videos[owner])
        return [self._repeated(signatures, matches, start, here) for start in starts]

    def groups(self):
        """Dict from each group to the first one that shows the same view, perhaps itself."""
        return {group: self._first(group) for group in self._videos}

    def _remember(self, signatures, here):
        fields = ("frames", "places", "moments")
        self._seen = Signatures(*(np.concatenate([getattr(self._seen, field),
                                                  getattr(signatures, field)])
                                  for field in fields))
        self._owner = np.concatenate([self._owner, np.full(len(signatures.frames), here)])

    def _matches(self, row, here, signatures):
        """Videos and offsets of one signature's moment, and videos of the same view."""
        apart = np.bitwise_count(self._seen.places ^ signatures.places[row])
        near = np.flatnonzero(apart <= SAME_PLACE)
        moment = np.bitwise_count(self._seen.moments[near] ^ signatures.moments[row])
        offsets = signatures.frames[row] - self._seen.frames[near]
        looped = ((offsets >= self.length) & (apart[near] <= LOOPED[0]) & (moment <= LOOPED[1]))
        same = np.where(self._owner[near] < here, moment <= SAME_MOMENT, looped)
        return (self._owner[near[same]], offsets[same],
                self._owner[near[apart[near] <= SAME_VIEW]].tolist())

    def _repeated(self, signatures, matches, start, here):
        inside = np.flatnonzero((signatures.frames >= start)
                                & (signatures.frames <= start + self.length - LATER - 1))
        votes = Counter()
        for row in inside:
            owners, offsets, _ = matches[row]
            near = {(owner, offset + jitter) for owner, offset in zip(owners, offsets, strict=True)
                    for jitter in (-STEP, 0, STEP)}
            votes.update(near)
        if not votes:
            return None
        (owner, _), count = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
        return int(owner) if count >= ENOUGH * len(inside) else None

    def _first(self, group):
        while self._leader.get(group, group) != group:
            group = self._leader[group]
        return group

    def _join(self, group, other):
        group, other = self._first(group), self._first(other)
        if group != other:
            first, later = sorted((group, other), key=self._order.get)
            self._leader[later] = first
