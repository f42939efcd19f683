"""The dropped clips of a report: those that came nearest to being kept, each with its reason."""

from dataclasses import replace

from scenegan.data.report.samples import Sample
from scenegan.data.report.statistics import LINES, Table, number, text

OTHERS = {"stutters": "frames are repeated", "fades": "dissolves into another picture"}


def with_misses(report, dropped):
    """A `Report` with a table of the dropped clips that are at hand.

    Args:
        report: `Report`.
        dropped: `DroppedClips`.
    """
    if not len(dropped):
        return report
    rows = [(f"{text(record, 'video')} at {number(record, 'start') or 0:.1f} s", explain(record))
            for record in dropped.records]
    remainder = (f"{len(rows) - LINES} more", "") if rows[LINES:] else None
    table = Table("Dropped, but nearest to being kept", ("clip", "why"), rows[:LINES], remainder,
                  bars=False)
    return replace(report, tables=[*report.tables, table])


def miss_samples(dropped):
    """The dropped clips as samples, a list of `Sample`; the reason stands for the tag."""
    return [Sample(index, text(record, "reason"), record)
            for index, record in enumerate(dropped.records)]


def explain(record):
    """Why a clip was dropped, with the figure and the limit where there are any."""
    reason, limit = text(record, "reason"), number(record, "limit")
    motion, moved = number(record, "motion"), number(record, "camera_motion")
    if reason == "camera" and None not in (moved, limit):
        return f"the camera moves {moved:.3g} pixels a frame, more than {limit:g}"
    if reason in ("still", "jumps") and None not in (motion, limit):
        than = "less" if reason == "still" else "more"
        return f"changes by {motion:.3g} gray levels a frame, {than} than {limit:g}"
    if reason == "repeated":
        return f"was there before, in {text(record, 'of')}"
    return OTHERS.get(reason, reason)
