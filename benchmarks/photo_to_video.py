"""From a photo of 12 megapixels to a video of 4 seconds: seconds, frames a second and memory.

    python benchmarks/photo_to_video.py [--width 960] [--seconds 4] [--photos 20]

The photo is made: a sky with clouds over waves, as a JPEG of 4000x3000. A process of its own loads
the networks, then animates as many photos as asked for. "predict" is reading the JPEG and both
networks; "video" is rendering and H.264 together. Both use threads: two cores that do nothing else
make nearly twice as many frames in a second as one CPU second does. A
cold call is what one photo takes with the start of Python and the networks. Memory is what the
process holds of its own at most, without what is mapped from files, most of it
TensorFlow's programs.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import click
import cv2
import numpy as np
from animation import cpu_seconds


def made_photo(path):
    """Write the JPEG."""
    rng = np.random.default_rng(0)
    clouds = sum(cv2.resize(rng.normal(size=(3 << n, 4 << n)).astype(np.float32) / 1.6 ** n,
                            (4000, 1700), interpolation=cv2.INTER_CUBIC) for n in range(8))
    waves = sum(cv2.resize(rng.normal(size=(12 << n, 3 << n)).astype(np.float32) / 1.4 ** n,
                           (4000, 1300), interpolation=cv2.INTER_CUBIC) for n in range(7))
    sky = np.clip(clouds, 0, 1)[..., None] * (255, 255, 255) + (
        1 - np.clip(clouds, 0, 1)[..., None]) * (90, 140, 210)
    water = np.array([40, 80, 100]) + 18 * waves[..., None]
    photo = np.clip(np.concatenate([sky, water]), 0, 255).astype(np.uint8)
    cv2.imwrite(str(path), photo[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])


def animate(photo, width, seconds, checkpoint, number):
    """Do it in this process: print seconds of loading and of each photo, and MB at most."""
    began = time.perf_counter()
    from scenegan.animation.animate import as_predictor, frames
    from scenegan.media.animations import write_animation
    from scenegan.specs import FPS
    predictor = as_predictor(checkpoint)
    loaded = time.perf_counter()
    click.echo(f"{loaded - began}")
    for seed in range(number):
        began = time.perf_counter()
        made = frames(photo, generator=predictor, seed=seed, size=width, seconds=seconds)
        predicted, used = time.perf_counter(), cpu_seconds()
        write_animation(made, photo.with_suffix(".mp4"), FPS)
        ended = time.perf_counter()
        click.echo(f"{predicted - began} {ended - predicted} {cpu_seconds() - used} {len(made)} "
                   f"{made.shape[1]}")


def own_memory(process):
    """MB that a process holds, without what is mapped from files."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:                                   # it has just ended
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon")), 0.0)


def watched(command):
    """Run a command: its output's lines, its seconds, its CPU seconds, and MB at most."""
    began, peak, done = time.perf_counter(), [0.0], threading.Event()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def watch():
        while not done.wait(0.05):
            peak[0] = max(peak[0], own_memory(process.pid))
    watcher = threading.Thread(target=watch)
    watcher.start()
    lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    done.set()
    watcher.join()
    if status:
        raise SystemExit(f"It failed with status {status}.")
    return lines, time.perf_counter() - began, usage.ru_utime + usage.ru_stime, peak[0]


@click.command()
@click.option("--width", default=960, show_default=True)
@click.option("--seconds", default=4.0, show_default=True)
@click.option("--checkpoint", help="A generator; default: the shipped one.")
@click.option("--photos", default=20, show_default=True)
@click.option("--photo", type=click.Path(path_type=Path), help="For the program's own use.")
def main(width, seconds, checkpoint, photos, photo):
    if photo:
        animate(photo, width, seconds, checkpoint, photos)
        return
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        made_photo(photo)
        command = [sys.executable, __file__, "--photo", photo, "--width", str(width), "--seconds",
                   str(seconds), *(["--checkpoint", checkpoint] if checkpoint else [])]
        _, cold, cold_cpu, _ = watched([*command, "--photos", "1"])
        (loading, *rows), whole, whole_cpu, memory = watched([*command, "--photos", str(photos)])
    rows = np.array([list(map(float, row.split())) for row in rows])
    predict, video, used, number, height = np.median(rows, axis=0)
    share, cpu_share = whole / photos / cold, whole_cpu / photos / cold_cpu
    click.echo("| size | loading, s | predict, s | video, s | frames a second | a CPU second "
               "| MB |\n"
               "|---|---|---|---|---|---|---|\n"
               f"| {width}x{height:.0f} | {float(loading):.1f} | {predict:.2f} | {video:.2f} "
               f"| {number / video:.1f} | {number / used:.1f} | {memory:.0f} |\n\n"
               f"A cold call of one photo: {cold:.1f} s, {cold_cpu:.1f} CPU seconds. Each of "
               f"{photos} photos in one: {share:.2f} of its seconds, {cpu_share:.2f} of its CPU "
               "seconds.")


if __name__ == "__main__":
    main()
