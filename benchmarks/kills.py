"""Kill commands at random moments, give them again, and compare with one that ran through.

    python benchmarks/kills.py [--kills 20] [--only training] [--seed 0]

Each command gets SIGKILL, with all of its processes, at moments drawn over the time that it takes:
some from its start, some after its first file is there, and some at once when it begins to write a
file (of a training, in a save and in the samples of a validation). Then it is given again, which
is killed, too, up to four times, until it may end. After every kill each file under its own name
must be whole; at the end all must be as those of a command that ran through, byte for byte (a
training's networks, states and logs, on one thread, without times and addresses in memory; of an
.onnx file its weights).
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
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

from whole_files import contents, damaged  # noqa: E402

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
        signs: Patterns of files in the folder, one of which is drawn for each kill; "": none. See
            `kill_once`.
        result: Folder in which its outputs are.
    """

    prepare: object
    signs: tuple
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


@contextlib.contextmanager
def export(folder):
    (folder / "exported").mkdir(exist_ok=True)
    yield [sys.executable, "-m", "scenegan", "export", str(ROOT / "checkpoints" / "stage2.keras"),
           "--overwrite", "--out", str(folder / "exported" / "stage2.onnx")]


ACTIVITIES = {"training": Activity(training, ("", "run/stage1/.state-*", "run/stage1/state-*.npz",
                                              "run/stage1/samples/.*", "run/.stage1.*"), "run"),
              "cut": Activity(cut, ("", ".clips.parts/*.json"), "clips"),
              "download": Activity(download, ("", "sea/videos/*.mp4"), "sea"),
              "export": Activity(export, ("", "", "exported/.*"), "exported"),
              "animations": Activity(animations, ("", "moving/*.gif", "moving/.*"), "moving")}


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
    """Start a command and kill it.

    Args:
        command: Its words.
        one_thread: Whether it is kept to one core.
        wait: Seconds from its start, or from when there is what `sign` looks for.
        sign: A `Sign`.

    Returns:
        Whether it was killed, not done before.
    """
    process = start(command, one_thread)
    if sign.hidden:                                   # the first file written after the wait
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait)
    while process.poll() is None and not sign.there():
        time.sleep(0.001)
    if not sign.hidden:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait)
    killed = process.poll() is None
    if killed:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return killed


@dataclass(frozen=True)
class Sign:
    """A pattern of files in a folder that show how far a command is; hidden ones are half."""

    folder: Path
    pattern: str

    @property
    def hidden(self):
        return self.pattern.rpartition("/")[2].startswith(".")

    def there(self):
        return not self.pattern or any(self.folder.glob(self.pattern))


def being_written(folder):
    """Hidden files that killed commands left, each with its time."""
    return {(path, path.stat().st_mtime_ns) for path in folder.rglob(".*")
            if path.is_file() and path.name != ".lock"}


def put_back(before, folder):
    """A folder as it was before the command, or none."""
    shutil.rmtree(folder)
    if before:
        shutil.copytree(before, folder)


def kill_in_turn(activity, command, place, kills, seconds, draw):
    """Kill a command as often as `kills` says.

    Returns:
        (kills, those that came in the middle of a write, files that were not whole).
    """
    killed, writing, halves = 0, 0, []
    for _ in range(kills):
        sign, before = Sign(place, draw.choice(activity.signs)), being_written(place)
        killed += kill_once(command, activity.prepare is training, draw.uniform(0, seconds / 2),
                            sign)
        writing += bool(being_written(place) - before)
        halves += damaged(place / activity.result)
    return killed, writing, halves


def measure(name, kills, seed):
    """A row of the table: kills, half files, and what differs at the end."""
    activity, draw = ACTIVITIES[name], random.Random(seed)
    counts, faults, one_thread = [0, 0, 0, 0], [], name == "training"
    with tempfile.TemporaryDirectory() as place, activity.prepare(Path(place)) as command:
        place, result = Path(place), Path(place) / activity.result
        before = shutil.copytree(result, place / "before") if result.exists() else None
        seconds = run_through(command, one_thread)
        expected = contents(result)
        while counts[0] < kills:
            put_back(before, result)
            killed, writing, halves = kill_in_turn(activity, command, place,
                                                   min(4, kills - counts[0]), seconds, draw)
            if name != "cut" or not result.exists():  # which is there whole, or not at all
                run_through(command, one_thread)
            found = contents(result)
            wrong = [key for key in found.keys() | expected
                     if found.get(key) != expected.get(key)]
            faults += [*halves, *wrong]
            counts = [sum(pair) for pair in zip(counts, (killed, writing, len(halves), len(wrong)),
                                                strict=True)]
    for path in faults:
        click.echo(f"{name}: {path} is not as it should be", err=True)
    return (f"| {name} | {seconds:.0f} | {counts[0]} | {counts[1]} | {counts[2]} | {counts[3]} of "
            f"{len(expected)} |")


@click.command(help=__doc__)
@click.option("--kills", default=20, show_default=True)
@click.option("--only", type=click.Choice(list(ACTIVITIES)), multiple=True)
@click.option("--seed", default=0, show_default=True)
def main(kills, only, seed):
    click.echo("| what | seconds undisturbed | kills | in a write | half files | differ at the "
               "end |\n|---|---|---|---|---|---|")
    for name in only or ACTIVITIES:
        click.echo(measure(name, kills, seed))


if __name__ == "__main__":
    main()
