"""The folder of a training: configuration, log, samples, state and generators."""

import csv
import hashlib
import json
import os
import shutil
from pathlib import Path

from scenegan.errors import InputError

MAY_CHANGE = {"steps", "fade_until"}      # when a training goes on


class RunFolder:
    """One stage's part of a run.

    `RUN/stage1.keras` is the generator; `RUN/stage1/` holds config.json, log.csv,
    validation.csv, samples/, state.npz and the networks that the next stage grows from.

    Args:
        run: The run's folder; it is made if need be.
        spec: A `StageSpec`.

    Raises:
        InputError: If the folder cannot be written.
    """

    def __init__(self, run, spec):
        self.run = Path(run)
        self.spec = spec
        self.stage = self.run / f"stage{spec.number}"
        self.generator = self.run / spec.filename
        self.discriminator = self.stage / "discriminator.keras"
        self.reader = self.stage / "reader.keras"
        self.state = self.stage / "state.npz"
        self.config = self.stage / "config.json"
        self.log = self.stage / "log.csv"
        self.validation = self.stage / "validation.csv"
        self.samples = self.stage / "samples"
        self.networks = (self.generator, self.discriminator, self.reader)

    def fingerprint(self):
        """Short hash of the generator's file: a stage must go on from what it began with."""
        return hashlib.sha256(self.generator.read_bytes()).hexdigest()[:16]

    def open(self, settings, fresh):
        """Make the folder, or check that a training of the same settings can go on in it.

        Args:
            settings: Dict of what must not change within a training.
            fresh: Whether to throw away what this stage has in the folder.

        Returns:
            The settings, with the end of the fade as it was when the training began.
        """
        try:
            if fresh and self.stage.exists():
                shutil.rmtree(self.stage)
                self.generator.unlink(missing_ok=True)
            self.stage.mkdir(parents=True, exist_ok=True)
            if self.state.exists():
                settings = self._check(settings)
            self._write(self.config, json.dumps(settings, indent=2) + "\n")
        except OSError as error:
            raise InputError(f"A run needs a folder that can be written. Received: '{self.run}' "
                             f"({error.strerror}). Choose another with --run.") from error
        return settings

    def _check(self, settings):
        try:
            before = dict(json.loads(self.config.read_text()))
        except (OSError, ValueError, TypeError):
            before = {}
        for name, value in settings.items():
            if name not in MAY_CHANGE and before.get(name) != value:
                raise InputError(
                    f"A run that goes on must keep its settings. Received: {name} {value!r}, but "
                    f"'{self.stage}' was begun with {before.get(name)!r}. Give that, choose "
                    "another --run, or start again with --fresh.")
        return settings | {"fade_until": before["fade_until"]}

    def append(self, path, row):
        """Add a dict as a line of a CSV file, with a header in front of the first."""
        new = not path.exists() or path.stat().st_size == 0
        with open(path, "a", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=row)
            if new:
                writer.writeheader()
            writer.writerow(row)

    def cut_logs(self, step):
        """Drop what the logs say of steps after `step`: they are about to be done again."""
        for path in (self.log, self.validation):
            if path.exists():
                lines = path.read_text().splitlines(keepends=True)
                whole = [line for line in lines if line.endswith("\n")]
                kept = [row for row in whole[1:] if int(row.split(",")[0]) <= step]
                self._write(path, "".join(whole[:1] + kept))

    @staticmethod
    def _write(path, text):
        part = path.with_name(path.name + ".part")
        part.write_text(text)
        os.replace(part, path)
