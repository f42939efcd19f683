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
from in_turn import show_table
from killed_commands import ACTIVITIES, ROOT

sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

from whole_files import contents, damaged  # noqa: E402


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


def kill_in_turn(activity, command, one_thread, place, kills, seconds, draw):
    """Kill a command as often as `kills` says.

    Returns:
        (kills, those that came in the middle of a write, files that were not whole).
    """
    killed, writing, halves = 0, 0, []
    for _ in range(kills):
        sign, before = Sign(place, draw.choice(activity.signs)), being_written(place)
        killed += kill_once(command, one_thread, draw.uniform(0, seconds / 2), sign)
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
            killed, writing, halves = kill_in_turn(activity, command, one_thread, place,
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
    return [name, f"{seconds:.0f}", *map(str, counts[:3]), f"{counts[3]} of {len(expected)}"]


@click.command(help=__doc__)
@click.option("--kills", default=20, show_default=True)
@click.option("--only", type=click.Choice(list(ACTIVITIES)), multiple=True)
@click.option("--seed", default=0, show_default=True)
def main(kills, only, seed):
    show_table(["what", "seconds undisturbed", "kills", "in a write", "half files",
                "differ at the end"],
               [measure(name, kills, seed) for name in only or ACTIVITIES])


if __name__ == "__main__":
    main()
