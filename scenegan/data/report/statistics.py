"""What is in a folder of clips: counts, distributions, and who it comes from.

A report is tables and histograms; the terminal and the page show the same ones.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from scenegan.data.shards import read_lines
from scenegan.data.store import SPLITS, VIDEOS
from scenegan.text import clean_text, counted

LINES = 12                 # of a table; the rest is added up in one more
FINEST = 1 / 128           # lowest edge of a histogram, but for zero
LARGEST = 1e9              # of any measure or count; what is above is damage
SLOWEST, FASTEST = 0.05, 1000          # frames a second that an animation can be shown at
UNSTATED = "not stated"
OLDER = (f"Cut by an older version, which wrote no {VIDEOS}: which videos were skipped, which "
         "clips were dropped and why is not known.")


@dataclass(frozen=True)
class Table:
    """Counts by a name."""

    title: str
    columns: tuple[str, ...]           # of the name, then of each count
    rows: list[tuple]                  # of a name and its counts: numbers, or texts as they are
    remainder: tuple | None = None     # one more row, of what is not listed
    bars: bool = True                  # whether the first counts can be compared


@dataclass(frozen=True)
class Histogram:
    """How often a measure has which size, in bins that grow by half an octave."""

    title: str
    unit: str
    edges: list[float]                 # one more than counts, rising
    counts: list[int]
    note: str                          # quantiles, and how many clips have no measure


@dataclass(frozen=True)
class Report:
    """All that is said of one folder of clips."""

    title: str
    subtitle: str
    notes: list[str]                   # sentences
    tables: list[Table]
    histograms: list[Histogram]


def make_report(store):
    """Sum up a folder of clips. No clip is read.

    Args:
        store: `ClipStore`. Its records may lack anything that older versions did not write.

    Returns:
        `Report`.

    Raises:
        InputError: If the list of videos is damaged.
    """
    records, videos = store.records, read_videos(store.folder)
    frames, height, width, channels = store.shape
    pace = np.median([fps_of(record) or np.nan for record in records])
    seconds = "" if np.isnan(pace) else f", about {pace:.3g} frames a second"
    tables = [count_all(records, videos), count_splits(records)]
    if videos is not None:
        tables += [count_dropped(videos, len(records)), list_skipped(videos)]
    tables += [count_by("Tags", "tag", records, tags_of),
               count_by("Licences", "licence", records, lambda record: [text(record, "licence")]),
               count_by("Groups", "group", records, lambda record: [text(record, "group")])]
    return Report(
        f"Clips in {clean_text(store.folder)}",
        f"{frames} frames of {width}x{height}, {'RGB' if channels == 3 else 'gray'}{seconds}",
        [OLDER] if videos is None else [],
        [table for table in tables if table.rows],
        [measure("Motion", "gray levels a frame", records, "motion"),
         measure("Camera motion", "pixels of 80 columns a frame", records, "camera_motion")])


def read_videos(folder):
    """The lines of `videos.jsonl`, a list of dicts, or None where an older version cut.

    Raises:
        InputError: If it is damaged.
    """
    path = folder / VIDEOS
    return read_lines(path) if path.is_file() else None


def count_all(records, videos):
    """Videos, groups, shots and clips."""
    used = len({video_of(record) for record in records})
    rows = [("videos with clips", used)]
    if videos is not None:
        rows = [("videos looked at", len(videos)), *rows,
                ("videos skipped", sum(bool(video.get("skipped")) for video in videos)),
                ("shots", sum(int(number(video, "shots") or 0) for video in videos))]
    elif any(number(record, "shot") is not None for record in records):
        rows.append(("shots with clips", len({(*video_of(record), record.get("shot"))
                                              for record in records})))
    rows += [("groups", len({text(record, "group") for record in records})),
             ("clips", len(records))]
    return Table("Counts", ("what", "number"), rows, bars=False)


def count_splits(records):
    """Clips, videos and groups that train, that validate and that are kept for a test."""
    rows = []
    for split in SPLITS:
        inside = [record for record in records if record["split"] == split]
        rows.append((split, len(inside), share(len(inside), len(records)),
                     len({video_of(record) for record in inside}),
                     len({text(record, "group") for record in inside})))
    return Table("Train, validate, test", ("split", "clips", "share", "videos", "groups"), rows)


def count_dropped(videos, kept):
    """Clips that were kept, and that were dropped by the reason."""
    dropped = Counter()
    for video in videos:
        reasons = video.get("dropped")
        for reason in reasons if isinstance(reasons, dict) else ():
            dropped[clean_text(reason)] += int(number(reasons, reason) or 0)
    rows = [("kept", kept), *dropped.most_common()]
    total = sum(count for _, count in rows)
    return Table("Clips kept and dropped", ("what became of them", "clips", "share"),
                 [(name, count, share(count, total)) for name, count in rows])


def list_skipped(videos):
    """Videos that gave nothing at all, and why."""
    skipped = [(text(video, "video"), text(video, "skipped"))
               for video in videos if video.get("skipped")]
    remainder = (f"{len(skipped) - LINES} more", "") if skipped[LINES:] else None
    return Table(f"Videos skipped: {len(skipped)}", ("video", "why"), skipped[:LINES], remainder,
                 bars=False)


def count_by(title, column, records, names_of):
    """Clips and videos by a property that a clip may have several of."""
    clips, videos = Counter(), {}
    for record in records:
        for name in names_of(record):
            clips[name] += 1
            videos.setdefault(name, set()).add(video_of(record))
    order = sorted(clips, key=lambda name: (-clips[name], name))
    rows = [(name, clips[name], share(clips[name], len(records)), len(videos[name]))
            for name in order[:LINES]]
    unlisted, remainder = set(order[LINES:]), None
    if unlisted:
        count = sum(not unlisted.isdisjoint(names_of(record)) for record in records)
        remainder = (f"{len(unlisted)} more", count, share(count, len(records)),
                     len(set().union(*(videos[name] for name in unlisted))))
    return Table(f"{title}: {len(order)}", (column, "clips", "share", "videos"), rows, remainder)


def measure(title, unit, records, key):
    """A histogram of one measure of the clips."""
    values = [number(record, key) for record in records]
    values = np.array([value for value in values if value is not None])
    unknown = len(records) - len(values)
    note = f"not measured: {unknown} of {counted(len(records), 'clip')}" if unknown else ""
    if not len(values):
        return Histogram(title, unit, [], [], note)
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    quantiles = f"median {middle:.3g}, 90 % between {low:.3g} and {high:.3g}"
    edges = half_octaves(values.min(), values.max())
    counts, _ = np.histogram(values, edges)
    return Histogram(title, unit, [float(edge) for edge in edges], counts.tolist(),
                     "; ".join(filter(None, (quantiles, note))))


def half_octaves(low, high):
    """Edges a factor of sqrt(2) apart around `low` and `high`; from 0 if `low` is tiny."""
    first = int(np.floor(2 * np.log2(max(low, FINEST))))
    last = int(np.floor(2 * np.log2(max(high, FINEST)))) + 1
    edges = 2.0 ** (np.arange(first, last + 1) / 2)
    return np.concatenate([[0.0], edges]) if low < edges[0] else edges


def share(count, total):
    """A percentage, as a text."""
    percent = 100 * count / max(total, 1)
    return "<1 %" if 0 < percent < 0.5 else f"{percent:.0f} %"


def number(record, key):
    """A record's number, a float from 0 to LARGEST, or None where there is none."""
    value = record.get(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= LARGEST else None


def fps_of(record):
    """A record's pace in frames a second, or None where there is none that can be shown."""
    value = number(record, "fps")
    return value if value and SLOWEST <= value <= FASTEST else None


def text(record, key):
    """A record's text on one line, or "not stated"."""
    return clean_text(record.get(key)) or UNSTATED


def tags_of(record):
    """A record's tags, a list of texts, each once, at least "not stated"."""
    tags = record.get("tags")
    tags = [clean_text(tag) for tag in tags] if isinstance(tags, list) else []
    return list(dict.fromkeys(filter(None, tags))) or [UNSTATED]


def video_of(record):
    """What tells a record's video from others."""
    return text(record, "video"), text(record, "id"), text(record, "group")
