"""What a training of the segmenter is told, and the folder that holds it."""

import configparser
import hashlib
import json
import shutil
from dataclasses import dataclass, fields
from pathlib import Path

from scenegan.errors import InputError
from scenegan.files.atomic import replacing
from scenegan.seeds import LARGEST
from scenegan.training.run.states import States

SECTION = "segmenter"
MAY_CHANGE = ("data", "steps", "save_every", "validate_every")     # when a training is resumed
OPTIONS = {"begin_from": "--from", "weights": "--weight", "validate_on": "--validate-on"}


@dataclass(frozen=True, kw_only=True)
class SegmenterSettings:
    """What a person chooses of a training of the segmenter."""

    data: str                          # folder of labelled photos
    begin_from: str | None = None      # segmenter that is trained further; None: ImageNet's encoder
    steps: int = 4000
    batch_size: int = 8                # crops a step
    seed: int = 0
    save_every: int = 250              # steps between two saved states
    validate_every: int = 500          # steps between two looks at the photos held out
    weights: tuple = ()                # (data set, how often it is drawn from); 1 for others
    validate_on: tuple = ()            # data sets that photos are held out of; none named: all
    schedule: str = "cosine"           # of the learning rates

    def __post_init__(self):
        for name in ("steps", "batch_size", "save_every", "validate_every"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1. Received: {getattr(self, name)}.")
        if not 0 <= self.seed <= LARGEST:
            raise InputError(f"seed must be from 0 to {LARGEST}. Received: {self.seed}.")
        for name, weight in self.weights:
            if not 0 <= weight < float("inf"):
                raise InputError(f"A weight must be a number from 0. Received: {name}={weight}.")

    @property
    def warmup(self):
        """Steps over which the learning rates rise."""
        return min(200, self.steps // 10)


def fingerprint(photos):
    """Short hash of labelled photos: their records, and the sizes of their files."""
    rows = [[record.id, record.split, record.dataset,
             *(path.stat().st_size for path in photos.paths(record))] for record in photos.records]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


class SegmenterFolder:
    """Where a training of the segmenter is written.

    `OUT.keras` is the segmenter, averaged weights; `OUT/` holds config.ini, log.csv,
    validation.csv, events.log and the states.

    Args:
        out: Path that ends in .keras.
        save_every: Steps between two states that are due.

    Raises:
        InputError: If it ends in something else.
    """

    def __init__(self, out, save_every):
        self.segmenter = Path(out)
        if self.segmenter.suffix != ".keras":
            raise InputError(f"--out must end in .keras. Received: '{out}'. Name another file.")
        self.path = self.segmenter.with_suffix("")
        self.states = States(self.path, save_every)
        self.config = self.path / "config.ini"

    def check(self, fresh):
        """Raise InputError if another's segmenter would be replaced."""
        if self.segmenter.exists() and not fresh and not self.config.exists():
            raise InputError(f"'{self.segmenter}' exists, and no training of it to resume. Choose "
                             "another --out or pass --fresh.")

    def open(self, settings, photos, fresh):
        """Resume a training of the same description, or begin one.

        Raises:
            InputError: If the folder holds another training.
        """
        asked = _described(settings) | {"photos": fingerprint(photos)}
        if fresh:
            shutil.rmtree(self.path, ignore_errors=True)
            self.segmenter.unlink(missing_ok=True)
            self.path.mkdir(parents=True)
        if self.states.steps():
            self._compare(self._begun(), asked)
        parser = configparser.ConfigParser(interpolation=None)
        parser[SECTION] = asked
        with replacing(self.config) as part, open(part, "w", encoding="utf-8") as file:
            parser.write(file)

    def _begun(self):
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(self.config.read_text(encoding="utf-8"))
            return dict(parser[SECTION])
        except (OSError, UnicodeDecodeError, configparser.Error, KeyError) as error:
            raise InputError(f"'{self.config}' is missing or damaged. Start again with --fresh or "
                             "choose another --out.") from error

    def _compare(self, begun, asked):
        for key, value in asked.items():
            old = begun.get(key)
            if key in MAY_CHANGE or old == value:
                continue
            if key == "photos":
                raise InputError("A resumed training needs the photos that it began with. "
                                 "Received: a folder that changed since, or another. Give that, "
                                 "choose another --out, or start again with --fresh.")
            raise InputError(
                f"A resumed training must keep its options. Received: "
                f"{OPTIONS.get(key, f'--{key}')} {value or 'none'}, but '{self.path}' was begun "
                f"with {old or 'none'}. Give that, choose another --out, or start again with "
                "--fresh.")


def _described(settings):
    """Settings as texts by name."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    values["weights"] = " ".join(f"{name}={weight:g}" for name, weight in sorted(settings.weights))
    values["validate_on"] = " ".join(sorted(settings.validate_on))
    return {name: "" if value is None else str(value) for name, value in values.items()}
