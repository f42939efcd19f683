"""Gather the clips of many videos in one folder, but for those that were there before."""

from collections import Counter
from dataclasses import dataclass
from functools import partial

from scenegan.data.clips.cache import MISSED
from scenegan.data.clips.duplicates import Repeats
from scenegan.data.clips.splits import assign_splits
from scenegan.data.dropped import describe, write_dropped
from scenegan.data.store import VIDEOS, ClipWriter
from scenegan.files.json_lines import to_lines

HALF = 0.5                 # of a video's clips: if more repeat another video's, none is kept


@dataclass(frozen=True)
class CutSummary:
    """What was written, and what was not."""

    videos: int                        # that were looked at
    shots: int
    splits: Counter                    # clips by split
    dropped: Counter                   # clips by the reason
    skipped: dict[str, str]            # videos that gave nothing at all: file and reason

    @property
    def clips(self):
        return sum(self.splits.values())


class Collector:
    """Moves the clips of one video after the other into a folder, but for repeated ones.

    Args:
        folder: An existing, empty folder.
        rules: `ClipRules`.
    """

    def __init__(self, folder, rules):
        self.folder, self.rules = folder, rules
        self.videos = []                               # a line of videos.jsonl each
        self.dropped, self.skipped = Counter(), {}
        self._writer = ClipWriter(folder)
        self._repeats = Repeats(rules.frames)
        self._names = []                               # of the videos that `_repeats` knows
        self._misses = []                              # records, and functions that give the clips

    @property
    def records(self):
        return self._writer.records

    def add(self, source, part, result):
        """Take one video's clips over."""
        repeated = self._find_repeats(source, result)
        about = {"video": shown(source.path.name), "id": source.id,
                 "group": shown(source.group),
                 "tags": list(source.tags), "licence": source.licence, "page": source.page}
        kept = 0
        for row, (record, known) in enumerate(zip(result.records, repeated, strict=True)):
            if known is None:
                self._writer.add(part.clip(row), about | without_place(record))
                kept += 1
        self._note_misses(about, part, result, repeated)
        dropped = result.dropped + Counter(repeated=len(repeated) - kept)
        skipped = result.skipped
        if repeated and not kept:
            skipped = f"the same as '{repeated[0]}'"
        self.dropped += dropped
        if skipped:
            self.skipped[shown(source.path)] = skipped
        self.videos.append(about | {"shots": result.shots, "clips": kept, "dropped": dict(dropped),
                                    "skipped": skipped})

    def _note_misses(self, about, part, result, repeated):
        """Remember the dropped clips that may be looked at: where they are, not what they show."""
        for row, record in enumerate(result.misses):
            self._misses.append((about | without_place(record), partial(part.clip, row, MISSED)))
        row = next((row for row, known in enumerate(repeated) if known is not None), None)
        if row is not None:
            record = describe("repeated", without_place(result.records[row]), self.rules)
            self._misses.append((about | record | {"of": repeated[row]}, partial(part.clip, row)))

    def _find_repeats(self, source, result):
        """For each clip of a video None, or the video that it repeats."""
        if result.signatures is None:
            return [None] * len(result.records)
        starts = [record["place"] for record in result.records]
        numbers = self._repeats.add(result.signatures, starts, shown(source.group))
        self._names.append(shown(source.path.name))
        if self.rules.keep_repeats:
            return [None] * len(numbers)
        names = [None if number is None else self._names[number] for number in numbers]
        counts = Counter(name for name in names if name not in (None, self._names[-1]))
        if sum(counts.values()) > HALF * len(names):
            return [counts.most_common(1)[0][0]] * len(names)
        return names

    def close(self, validation, test):
        """Write the lists of clips and of videos, each with its side of the split."""
        groups = self._repeats.groups()
        for line in (*self.records, *self.videos):
            line["group"] = groups.get(line["group"], line["group"])
        splits = assign_splits({record["group"] for record in self.records}, validation,
                               test)
        for record in self.records:
            record["split"] = splits[record["group"]]
        self._writer.close()
        (self.folder / VIDEOS).write_text(to_lines(self.videos), encoding="utf-8")
        rules = self.rules
        write_dropped(self.folder, self._misses,
                      rules.frames * rules.height * rules.width * rules.channels)

    def summary(self):
        return CutSummary(len(self.videos), sum(video["shots"] for video in self.videos),
                          Counter(record["split"] for record in self.records), self.dropped,
                          self.skipped)


def without_place(record):
    """A record of a clip as the lists hold it: its place is told by its start."""
    return {key: value for key, value in record.items() if key != "place"}


def shown(path):
    """A path or a name as text that any file can hold."""
    return str(path).encode("utf-8", "replace").decode()
