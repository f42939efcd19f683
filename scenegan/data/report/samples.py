"""Clips to look at: few, always the same, from the least to the most motion of every tag."""

from dataclasses import dataclass

from scenegan.data.report.statistics import number, tags_of, video_of

MOTIONS = 3                # samples of one tag: little, usual and much motion


@dataclass(frozen=True)
class Sample:
    """One clip to look at."""

    index: int                         # in the store
    tag: str                           # that it was chosen for
    record: dict


def choose_samples(records, count):
    """Choose clips that span the most frequent tags, and the motion within each.

    The choice follows from the records alone. No clip is taken twice, and of clips with much
    the same motion one of a video that was not taken yet.

    Args:
        records: As of a `ClipStore`.
        count: Samples, at least 1.

    Returns:
        List of at most `count` `Sample`, by tag and rising motion.
    """
    motions = [number(record, "motion") or 0.0 for record in records]
    videos = [video_of(record) for record in records]
    by_tag = {}
    for index in sorted(range(len(records)), key=lambda index: (motions[index], index)):
        for tag in tags_of(records[index]):
            by_tag.setdefault(tag, []).append(index)
    tags = sorted(by_tag, key=lambda tag: (-len(by_tag[tag]), tag))[:max(1, count // MOTIONS)]
    taken, taken_videos, samples = set(), set(), []
    for row, tag in enumerate(tags):
        turns = count // len(tags) + (row < count % len(tags))
        chosen = []
        for turn in range(turns):
            index = _nearest(by_tag[tag], (turn + 0.5) / turns, 0.5 / turns,
                             taken, lambda index: videos[index] in taken_videos)
            if index is not None:
                taken.add(index)
                taken_videos.add(videos[index])
                chosen.append(index)
        samples += [Sample(index, tag, records[index])
                    for index in sorted(chosen, key=lambda index: (motions[index], index))]
    return samples


def _nearest(ranked, position, penalty, taken, is_seen):
    """Of the indices that are not taken, the one nearest to a position (0 to 1) in their order."""
    costs = [(abs((rank + 0.5) / len(ranked) - position) + penalty * is_seen(index), rank)
             for rank, index in enumerate(ranked) if index not in taken]
    return ranked[min(costs)[1]] if costs else None
