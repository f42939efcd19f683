"""What a training writes down: two CSV files, a file of events, and events for TensorBoard."""

import csv
import os
import sys
from datetime import datetime

from scenegan.files.atomic import replacing
from scenegan.training.run.tensorboard import Events


class Logs:
    """The logs of one stage of a run.

    What is added is on the disk before the call returns, so that it is there after a power cut
    if a later state is.

    Args:
        folder: The stage's part of the run's folder.
        writes: Whether this process is the one that writes.
    """

    def __init__(self, folder, writes=True):
        self.training = folder / "log.csv"
        self.validation = folder / "validation.csv"
        self.notes = folder / "events.log"
        self.tensorboard = None
        self.folder, self.writes = folder, writes

    def open_tensorboard(self, step):
        """From now on, write events for TensorBoard too, of the steps after `step`."""
        if self.writes:
            self.tensorboard = Events(self.folder / "tensorboard", step)

    def add(self, path, row):
        """Add a dict of numbers, with "step", as a line of one of the two CSV files."""
        if not self.writes:
            return
        shown = {name: value if isinstance(value, int) else f"{value:.6g}"
                 for name, value in sorted(row.items(), key=lambda item: (item[0] != "step", item))}
        new = not path.exists() or path.stat().st_size == 0
        with open(path, "a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=shown)
            if new:
                writer.writeheader()
            writer.writerow(shown)
            _sync(file)
        if self.tensorboard:
            self.tensorboard.numbers(path.stem, row)

    def warn(self, text):
        """Tell the person and the file of events, in one line."""
        if self.writes:
            print(f"WARNING: {text}", file=sys.stderr)
            with open(self.notes, "a", encoding="utf-8") as file:
                now = datetime.now().astimezone().isoformat(" ", "seconds")
                file.write(f"{now} {text}\n")
                _sync(file)

    def cut(self, step):
        """Drop what the CSV files say of steps after `step`: they are about to be done again.

        Lines that are no numbers, as damage leaves them, go too: a copy of the file is kept.
        """
        for path in (self.training, self.validation):
            if self.writes and path.exists():
                self._cut(path, step)

    def _cut(self, path, step):
        content = path.read_bytes()
        lines = content[:content.rfind(b"\n") + 1].splitlines(keepends=True)
        names = _cells(lines[0]) if lines else []
        steps = [_step(line, len(names)) for line in lines[1:]]
        damaged = (bool(lines) and names[:1] != ["step"]) + steps.count(None)
        if damaged:
            copy = path.with_suffix(".damaged.csv")
            self.warn(f"'{path}' has damaged lines, {damaged} of {len(lines)}. They are left out; "
                      f"'{copy.name}' keeps the file as it was.")
            with replacing(copy) as part:
                part.write_bytes(content)
        kept = [line for line, at in zip(lines[1:], steps, strict=True)
                if at is not None and at <= step]
        with replacing(path) as part:
            part.write_bytes(b"".join(lines[:1] + kept) if names[:1] == ["step"] else b"")


def _cells(line):
    """The cells of a line of a CSV file that holds names or numbers; none if it is no text."""
    try:
        return line.decode().strip().split(",")
    except UnicodeDecodeError:
        return []


def _step(line, columns):
    """The step of a log's line, or None if the line does not hold numbers in all columns."""
    try:
        step, *numbers = _cells(line)
        return int(step) if len([float(number) for number in numbers]) + 1 >= columns else None
    except ValueError:
        return None


def _sync(file):
    """Have what was written to an open file reach the disk."""
    file.flush()
    os.fsync(file.fileno())
