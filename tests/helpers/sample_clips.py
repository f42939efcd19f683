"""Folders of small clips, as `scenegan data clips` writes them."""

import json

import numpy as np

from scenegan.data.store import VIDEOS, ClipWriter

SHAPE = (8, 9, 16, 3)


def record(number, **changes):
    """A record as `scenegan data clips` writes it: two clips a video, two videos a group."""
    return {"video": f"{number // 2}.mp4", "id": f"id-{number // 2}", "group": f"{number // 4}",
            "tags": ["sea"] if number % 2 else ["sea", "sky"], "licence": "cc-by",
            "page": f"https://example.org/{number}", "start": 0.0, "shot": 0, "fps": 15.0,
            "motion": 0.5 + number, "camera_motion": 0.01 if number % 2 else None,
            "split": "validation" if number >= 8 else "train"} | changes


def write_clips(folder, records, videos=None, shape=SHAPE):
    folder.mkdir(parents=True)
    writer, random = ClipWriter(folder), np.random.default_rng(0)
    for one in records:
        writer.add(random.integers(0, 256, shape, np.uint8), one)
    writer.close()
    if videos is not None:
        (folder / VIDEOS).write_text("".join(json.dumps(video) + "\n" for video in videos))
    return folder


VIDEO_LINES = [
    {"video": "0.mp4", "group": "0", "shots": 2, "clips": 2, "dropped": {"still": 3, "camera": 2},
     "skipped": None},
    {"video": "1.mp4", "group": "0", "shots": 1, "clips": 2, "dropped": {"still": 1},
     "skipped": None},
    {"video": "9.mp4", "group": "9", "shots": 0, "clips": 0, "dropped": {}, "skipped": "too slow"},
]
