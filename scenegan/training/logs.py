"""What a training writes down: two CSV files, a file of events, and events for TensorBoard."""

import csv
import sys
from datetime import datetime

from scenegan.atomic import replacing
from scenegan.training.events import Events


class Logs:
    """The logs of one stage of a run.

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
        if self.tensorboard:
            self.tensorboard.numbers(path.stem, row)

    def warn(self, text):
        """Tell the person and the file of events, in one line."""
        if self.writes:
            print(f"WARNING: {text}", file=sys.stderr)
            with open(self.notes, "a", encoding="utf-8") as file:
                now = datetime.now().astimezone().isoformat(" ", "seconds")
                file.write(f"{now} {text}\n")

    def cut(self, step):
        """Drop what the CSV files say of steps after `step`: they are about to be done again."""
        for path in (self.training, self.validation):
            if self.writes and path.exists():
                lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
                whole = [line for line in lines if line.endswith("\n")]
                kept = [row for row in whole[1:] if int(row.split(",")[0]) <= step]
                with replacing(path) as part:
                    part.write_text("".join(whole[:1] + kept), encoding="utf-8")
