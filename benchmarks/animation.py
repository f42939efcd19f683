"""Frames a second and memory of rendering and encoding, without the networks.

    python benchmarks/animation.py [--size 960x540] [--size 4000x2250]

A made photo with a motion that is worked by hand: sky over land, 32 frames, an even velocity. Each
row is a process of its own: "warp" is OpenCV's cubic remap of the same photo by one map alone,
which nothing that renders can be faster than. FFmpeg's libraries encode in the same process.
"""

import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import click
import cv2
import numpy as np

from scenegan.animation.looping import schedule
from scenegan.animation.motion import VelocityMotion
from scenegan.animation.rendering import Frames
from scenegan.media.animations import write_animation
from scenegan.scenery import CLASSES, MOVING, TERMS

FPS = 30
FRAMES = 32
TASKS = ("warp", "render", "render and MP4", "loop and MP4")


def scene(width, height):
    """A photo and its motion: a sky that drifts over land that stands."""
    noise = np.random.default_rng(0).integers(0, 256, (90, 160, 3), np.uint8)
    photo = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    chances = np.zeros((64, 64, len(CLASSES)), np.float32)
    chances[:40, :, 0] = chances[40:, :, 3] = 1
    fields = np.zeros((45, 80, len(MOVING), TERMS, 2), np.float32)
    fields[:, :, 0, 0] = 0.3 / 80
    return photo, VelocityMotion(fields, chances, FRAMES)


def warp(photo):
    height, width, _ = photo.shape
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1)
    positions = grid.astype(np.float32) + np.float32(0.3)
    for _ in range(FRAMES):
        cv2.remap(photo, positions, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def run(task, width, height):
    """Do one task in this process."""
    photo, motion = scene(width, height)
    if task == "warp":
        warp(photo)
    elif task == "render":
        for _ in Frames(photo, motion):
            pass
    else:
        plan = schedule(FRAMES, 1.0, "phases", motion.reach) if task.startswith("loop") else None
        with tempfile.TemporaryDirectory() as folder:
            write_animation(Frames(photo, motion, plan),
                            Path(folder) / "a.mp4", FPS)


def peak_of(task, width, height):
    """Do one task: its seconds, its CPU seconds, and MB at most of this process."""
    peak, done = [0.0], threading.Event()

    def watch():
        while not done.wait(0.02):
            peak[0] = max(peak[0], resident("self"))
    watcher = threading.Thread(target=watch)
    watcher.start()
    began, used = time.perf_counter(), cpu_seconds()
    run(task, width, height)
    seconds, used = time.perf_counter() - began, cpu_seconds() - used
    done.set()
    watcher.join()
    return seconds, used, peak[0]


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def in_process(task, size):
    """`peak_of` in a process of its own."""
    output = subprocess.run([sys.executable, __file__, "--size", size, "--task", task],
                          check=True, capture_output=True, text=True).stdout
    return map(float, output.split())


def resident(process):
    """MB that a process holds, its own and mapped from files."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:                                   # it has just ended
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


@click.command()
@click.option("--size", "sizes", multiple=True, default=("960x540", "4000x2250"),
              show_default=True, metavar="WxH")
@click.option("--task", help="One row, in this process; for the program's own use.")
def main(sizes, task):
    if task:
        width, height = map(int, sizes[0].split("x"))
        click.echo(" ".join(map(str, peak_of(task, width, height))))
        return
    click.echo("| size | what | frames a second | CPU seconds a frame | MB |\n"
               "|---|---|---|---|---|")
    for size in sizes:
        for name in TASKS:
            seconds, used, own = in_process(name, size)
            click.echo(f"| {size} | {name} | {FRAMES / seconds:.1f} | {used / FRAMES:.3f} "
                       f"| {own:.0f} |")


if __name__ == "__main__":
    main()
