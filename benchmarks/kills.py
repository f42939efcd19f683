"""Kill commands at random moments, give them again, and compare with one that ran through.

    python benchmarks/kills.py [--kills 20] [--only training] [--seed 0]

Each command gets SIGKILL, with all of its processes, at moments drawn over the time that it takes,
half of them after its first file is there; then it is given again until it ends. After every kill
each file under its own name must be whole; at the end all must be as those of a command that ran
through, byte for byte (a training's networks, states and logs, on one thread, without the times).
"""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

TRAIN = """
import sys
from tiny_stages import train_tiny
from scenegan.data.procedural import ProceduralClips
clips = ProceduralClips(count=40, seed=0, height=23, width=40, frames=8)
train_tiny(1, sys.argv[1], clips, steps=60, save_every=3, validate_every=10)
"""
DOWNLOAD = """
import sys, flickrapi
from scenegan.data.collect import flickr_api
flickrapi.FlickrAPI.REST_URL, flickr_api.REQUESTS_AN_HOUR = sys.argv.pop(1), 1e9
from scenegan.commands.cli import main
main()
"""


@dataclass(frozen=True)
class Activity:
    """A command that is killed.

    Attributes:
        prepare: Context manager of a folder that gives the command as words.
        sign: Pattern of the first files of its work, in the folder.
        result: Folder in which its outputs are.
    """

    prepare: object
    sign: str
    result: str


@contextlib.contextmanager
def training(folder):
    yield [sys.executable, "-c", TRAIN, str(folder / "run")]


@contextlib.contextmanager
def cut(folder):
    write_videos(folder / "videos", 12, 150)
    yield [sys.executable, "-m", "scenegan", "data", "clips", str(folder / "videos"), "--size",
           "64x36", "--max-camera-motion", "inf", "--workers", "2", "--out", str(folder / "clips")]


@contextlib.contextmanager
def download(folder):
    import flickr_server
    from sample_downloads import note, offer
    write_videos(folder / "videos", 12, 60)
    with flickr_server.serve() as server:
        note(folder / "sea", *range(12))
        for number in range(12):
            body = (folder / "videos" / f"{number}.mp4").read_bytes()
            offer(server, number, flickr_server.slow(body, 0.3))
        os.environ |= {"FLICKR_API_KEY": flickr_server.KEY,
                       "FLICKR_API_SECRET": flickr_server.SECRET}
        yield [sys.executable, "-c", DOWNLOAD, server.rest, "data", "download",
               str(folder / "sea")]


@contextlib.contextmanager
def animations(folder):
    from PIL import Image
    (folder / "photos").mkdir(exist_ok=True)
    for number in range(8):
        Image.linear_gradient("L").convert("RGB").rotate(45 * number).save(
            folder / "photos" / f"{number}.png")
    yield [sys.executable, str(ROOT / "animate.py"), str(folder / "photos"), "--size", "64",
           "--seconds", "1", "--format", "gif", "--overwrite", "--out", str(folder / "moving")]


ACTIVITIES = {"training": Activity(training, "run/stage1/state-*.npz", "run"),
              "cut": Activity(cut, ".clips.parts/*.json", "clips"),
              "download": Activity(download, "sea/videos/*.mp4", "sea"),
              "animations": Activity(animations, "moving/*.gif", "moving")}


def write_videos(folder, count, frames):
    from sample_videos import panning, write_video
    if not folder.exists():
        folder.mkdir()
        for number in range(count):
            write_video(folder / f"{number}.mp4", panning(number, frames))


def start(command, one_thread):
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "helpers")])
    return subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
        preexec_fn=(lambda: os.sched_setaffinity(0, {0})) if one_thread else None)


def run_through(command, one_thread):
    """Seconds that a command takes; it must end well."""
    begin = time.monotonic()
    process = start(command, one_thread)
    said = process.communicate()[1].decode()
    if process.returncode:
        raise click.ClickException(f"{command[-1]} ended with {process.returncode}: {said[-500:]}")
    return time.monotonic() - begin


def kill_once(command, one_thread, wait, sign):
    """Start a command and kill it `wait` seconds after its start, or after files match `sign`.

    Returns:
        Whether it was killed, not done before.
    """
    process = start(command, one_thread)
    while sign and process.poll() is None and not sign():
        time.sleep(0.01)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(wait)
    killed = process.poll() is None
    if killed:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return killed


def damaged(folder):
    """Files under their own names that are not whole."""
    return [path for path in folder.rglob("*") if path.is_file() and not is_whole(path)
            and path.suffix != ".part"
            and not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def is_whole(path):
    try:
        if path.suffix in (".keras", ".npz"):
            with zipfile.ZipFile(path) as archive:
                return archive.testzip() is None
        if path.suffix == ".npy":
            return np.load(path).size > 0
        if path.suffix == ".gif":
            return path.read_bytes()[-1:] == b";"
        return path.stat().st_size > 0 or path.suffix == ".jsonl"
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def contents(folder):
    """What must be equal: bytes of files by name; arrays of states; logs without their times."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if not path.is_file() or path.name.startswith(".") or path.name == "downloads.jsonl":
            continue
        if path.suffix == ".npz":
            with np.load(path) as arrays:
                found[name] = {key: arrays[key].tobytes() for key in arrays}
        elif path.suffix == ".keras":
            with zipfile.ZipFile(path) as archive:
                found[name] = {key: archive.read(key) for key in archive.namelist()
                               if key != "metadata.json"}
        elif path.suffix == ".csv":
            found[name] = [line.split(",")[:4] for line in path.read_text().splitlines()]
        elif path.suffix not in (".ini", ".png"):     # the moment of the start; drawn curves
            found[name] = path.read_bytes()
    return found


def put_back(before, folder):
    """A folder as it was before the command, or none."""
    shutil.rmtree(folder)
    if before:
        shutil.copytree(before, folder)


def measure(name, kills, seed):
    """A row of the table: kills, half files, and what differs at the end."""
    activity, draw = ACTIVITIES[name], random.Random(seed)
    halves, wrong, killed = [], [], 0
    with tempfile.TemporaryDirectory() as place, activity.prepare(Path(place)) as command:
        place, result = Path(place), Path(place) / activity.result
        before = shutil.copytree(result, place / "before") if result.exists() else None
        seconds = run_through(command, name == "training")
        expected = contents(result)
        while killed < kills:
            put_back(before, result)
            for turn in range(min(4, kills - killed)):
                sign = (lambda: any(place.glob(activity.sign))) if turn % 2 else None
                wait = draw.uniform(0, seconds / 2)
                killed += kill_once(command, name == "training", wait, sign)
                halves += damaged(result) if result.exists() else []
            if name != "cut" or not result.exists():  # which is there whole, or not at all
                run_through(command, name == "training")
            found = contents(result)
            wrong += [key for key in found.keys() | expected
                      if found.get(key) != expected.get(key)]
    for path in (*halves, *wrong):
        click.echo(f"{name}: {path} is not as it should be", err=True)
    return (f"| {name} | {seconds:.0f} | {killed} | {len(halves)} | {len(wrong)} of "
            f"{len(expected)} |")


@click.command(help=__doc__)
@click.option("--kills", default=20, show_default=True)
@click.option("--only", type=click.Choice(list(ACTIVITIES)), multiple=True)
@click.option("--seed", default=0, show_default=True)
def main(kills, only, seed):
    click.echo("| what | seconds undisturbed | kills | half files | differ at the end |\n"
               "|---|---|---|---|---|")
    for name in only or ACTIVITIES:
        click.echo(measure(name, kills, seed))


if __name__ == "__main__":
    main()
