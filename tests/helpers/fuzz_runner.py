"""Run many commands in a process that imports once, and check what each leaves behind."""

import contextlib
import hashlib
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

SECONDS = 60
MEMORY = 1_500             # MB that a command may add
HARD = 8 << 30             # bytes of data that a process may have at all


@dataclass
class Outcome:
    """What a command did."""

    status: int | None                 # None: killed, or it died
    said: str = ""                     # all of stderr, the native code's, too
    exception: str = ""                # traceback of what was not caught
    seconds: float = 0.0
    memory: float = 0.0                # MB above what the process had before
    faults: list = field(default_factory=list)


class Runner:
    """A process that runs commands one after the other, and is started anew if one hangs."""

    def __init__(self, seconds=SECONDS):
        self.seconds, self._process = seconds, None

    def __enter__(self):
        return self

    def __exit__(self, *about):
        self._stop()

    def __call__(self, arguments, folder):
        """Run `scenegan ARGUMENTS` in a folder; or the command that ARGUMENTS begins with.

        Returns:
            `Outcome` with what is wrong about it in `faults`.
        """
        before = snapshot(folder)
        if self._process is None:
            self._start()
        self._pipe.send((arguments, str(folder)))
        if not self._pipe.poll(self.seconds):
            outcome = Outcome(None, seconds=self.seconds, faults=["hang"])
            self._stop()
        else:
            try:
                outcome = self._pipe.recv()
            except EOFError:
                outcome = Outcome(None, faults=["the process died"])
                self._stop()
        judge(outcome, folder, before)
        return outcome

    def _start(self):
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()
        assert self._pipe.poll(120) and self._pipe.recv() == "ready"

    def _stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def snapshot(folder):
    """Hashes of the files of a folder by their paths; links and pipes by their kind."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        name = os.fsencode(path.relative_to(folder))
        found[name] = (path.lstat().st_mode if path.is_symlink() or not path.is_file()
                       else hashlib.sha256(path.read_bytes()).hexdigest())
    return found


def judge(outcome, folder, before):
    """Add to an outcome's faults what a command must not do."""
    after, faults = snapshot(folder), outcome.faults
    lines = [line for line in outcome.said.splitlines() if not line.endswith(" ...")]   # progress
    if outcome.exception or "Traceback" in outcome.said:
        faults.append("traceback")
    if outcome.status not in (0, 1, 2, None):
        faults.append(f"status {outcome.status}")
    if outcome.status == 1 and len(lines) != 1:
        faults.append(f"{len(lines)} lines")
    if outcome.status == 2 and sum(line.startswith("Error: ") for line in lines) != 1:
        faults.append("no usage error")
    if outcome.memory > MEMORY:
        faults.append(f"{outcome.memory:.0f} MB")
    if any(after.get(name) != value for name, value in before.items()):
        faults.append("an input changed")
    new = sorted(set(after) - set(before))
    parts = [name for name in new if b".part" in name.rpartition(b"/")[2] or b".scenegan-" in name]
    if parts and not any(name.startswith(b".clips.parts") for name in parts):
        faults.append(f"left {parts[0]!r}")
    if outcome.status:
        visible = [name for name in new if not name.startswith(b".") and name != b"out"]
        faults += [f"wrote {name!r}" for name in visible[:1]]
    else:
        faults += [f"half {name!r}" for name in new if not _is_whole(folder, name)][:1]


def _is_whole(folder, name):
    path = Path(os.fsdecode(os.path.join(os.fsencode(folder), name)))
    try:
        if path.suffix in (".gif", ".webp", ".png"):
            from PIL import Image, ImageSequence
            with Image.open(path) as image:
                return sum(1 for frame in ImageSequence.Iterator(image) if frame.load()) > 0
        if path.suffix == ".npy":
            import numpy as np
            return len(np.load(path)) >= 0
        if path.suffix == ".jsonl":
            from scenegan.files.json_lines import read_objects
            read_objects(path)
        return True
    except (OSError, ValueError, EOFError):
        return False


def _serve(pipe):
    """The process: import, then run what comes through the pipe."""
    resource.setrlimit(resource.RLIMIT_DATA, (HARD, HARD))
    from click.testing import CliRunner
    native = tempfile.TemporaryFile()                  # noqa: SIM115
    os.dup2(native.fileno(), 2)
    pipe.send("ready")
    while True:
        try:
            arguments, folder = pipe.recv()
        except EOFError:
            return
        os.chdir(folder)
        native.seek(0)
        native.truncate()
        start, base = time.perf_counter(), _peak(reset=True)
        command, arguments = _command(arguments)
        done = CliRunner().invoke(command, arguments)
        wrong = done.exc_info if done.exception and done.exc_info[0] is not SystemExit else None
        native.seek(0)
        pipe.send(Outcome(
            done.exit_code, done.stderr + native.read().decode(errors="replace"),
            "".join(traceback.format_exception(*wrong)) if wrong else "",
            time.perf_counter() - start, _peak() - base))


def _command(arguments):
    """A click command and its arguments; the first may name one as `module:command`."""
    if arguments and arguments[0].startswith("fuzz_cases:"):
        import fuzz_cases
        return getattr(fuzz_cases, arguments[0].partition(":")[2]), arguments[1:]
    from scenegan.commands.cli import main
    return main, arguments


def _peak(reset=False):
    """Peak memory of this process, MB; from here on, if it is reset."""
    if reset:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def run_cases(cases, report=lambda name, outcome: None):
    """Run cases in one process, each in a folder of its own.

    Args:
        cases: Iterable of (name, function of a folder that gives the arguments of a command).
        report: Called with each name and `Outcome`.

    Returns:
        Counter of "tried", "refused", "handled" and each fault, and the longest seconds and the
        most MB.
    """
    counts, slowest, most = Counter(), 0.0, 0.0
    with Runner() as run:
        for name, make in cases:
            folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
            try:
                outcome = run(make(folder), folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            counts["tried"] += 1
            counts["handled" if outcome.status == 0 else "refused"] += not outcome.faults
            counts.update(fault.split(" ")[0] if fault[0].isalpha() else "limits"
                          for fault in outcome.faults)
            slowest, most = max(slowest, outcome.seconds), max(most, outcome.memory)
            report(name, outcome)
    return counts, slowest, most
