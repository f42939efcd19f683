"""Frames a second of cutting clips, against FFmpeg decoding and scaling alone.

    python benchmarks/cut_clips.py VIDEOS [--workers 2]

One table, in one run and with the same number of processes in every row: FFmpeg's libraries alone,
called by PyAV, one thread each; clips cut without a look at shots and camera; and with all that
`scenegan data clips` does by default. Then the memory of a whole cutting with
half of the videos and with all of them.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import av
import cv2

from scenegan.data.clips.cache import Part, cut_part
from scenegan.data.clips.cut_video import ClipRules, Tick, read_ticks, windows
from scenegan.data.collect.sources import find_videos
from scenegan.errors import InputError

RULES = ClipRules()


def count_frames(video):
    capture, count = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG), 0
    while capture.grab():
        count += 1
    return count


def run_ffmpeg(video):
    with av.open(str(video)) as file:
        file.streams.video[0].codec_context.thread_count = 1
        for frame in file.decode(video=0):
            frame.reformat(RULES.width, RULES.height)


def cut_plainly(job):
    """Decode, resample, scale, and write every clip: no shots, no hashes, no camera."""
    video, folder = job
    try:
        with open(folder / f"{video.stem}.raw", "wb") as file:
            ticks = (Tick(number, 0, *item) for number, item
                     in enumerate(read_ticks(video, RULES)[1]))
            for clip in windows(ticks, RULES.frames, RULES.stride):
                file.writelines(tick.frame.tobytes() for tick in clip)
    except InputError:
        pass


def cut_fully(job):
    video, folder = job
    cut_part(Part.within(folder, video, RULES))


def prepare():
    cv2.setNumThreads(1)


def timed(run, jobs, pool, forget=lambda: None):
    with pool:
        list(pool.map(run, jobs[:4]))                  # imports, caches
        forget()
        start = time.perf_counter()
        list(pool.map(run, jobs))
        return time.perf_counter() - start


def empty(folder):
    for file in folder.iterdir():
        file.unlink()


def measure_speed(videos, workers):
    frames = sum(map(count_frames, videos))
    pool = ProcessPoolExecutor(workers, get_context("spawn"))
    rows = [("FFmpeg, decode and scale", timed(run_ffmpeg, videos, pool))]
    for name, run in (("clips, every one", cut_plainly), ("clips, all checks", cut_fully)):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            pool = ProcessPoolExecutor(workers, get_context("spawn"), prepare)
            rows.append((name, timed(run, [(video, folder) for video in videos], pool,
                                     partial(empty, folder))))
    print(f"{len(videos)} videos, {frames} frames, {workers} processes\n")
    print("| what | frames a second | share of FFmpeg's |\n|---|---|---|")
    for name, seconds in rows:
        print(f"| {name} | {frames / seconds:.0f} | {rows[0][1] / seconds:.2f} |")


def measure_memory(videos):
    """Peak memory of the largest process of `scenegan data clips`, MB."""
    code = ("import resource, sys; from scenegan.data.clips.cut_videos import cut_videos; "
            "from scenegan.data.clips.cut_video import ClipRules; "
            "from scenegan.data.collect.sources import Source; "
            "from pathlib import Path; out, *videos = map(Path, sys.argv[1:]); "
            "cut_videos([Source(v, v.stem) for v in videos], out, ClipRules(), workers=1); "
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-c", code, f"{folder}/clips", *map(str, videos)],
                              capture_output=True, text=True, check=True)
    return int(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    videos = find_videos(arguments.videos)
    measure_speed(videos, arguments.workers)
    half, whole = measure_memory(videos[::2]), measure_memory(videos)
    print(f"\nPeak memory: {half} MB with {len(videos[::2])} videos, {whole} MB with "
          f"{len(videos)}, ratio {whole / half:.2f}")


if __name__ == "__main__":
    main()
