"""The folder of a training: description, logs, samples, states and networks."""

import hashlib
import json
import shutil
import zipfile
from functools import cached_property
from pathlib import Path

from scenegan import checkpoints
from scenegan.errors import InputError
from scenegan.files.atomic import replacing
from scenegan.specs import CRITICS
from scenegan.training.run import config
from scenegan.training.run.states import States

OPTIONS = {"begin_from": "--from"}     # settings whose options are called otherwise
LOOKED_AT = 16           # clips, at least, that tell one folder of clips from another


def fingerprint(store):
    """Short hash of a store's shape, records and a few of its clips: what a training began with."""
    text = json.dumps([store.shape, store.records], sort_keys=True, default=float)
    digest = hashlib.sha256(text.encode())
    digest.update(store.clips(range(0, len(store), max(1, len(store) // LOOKED_AT))).tobytes())
    return digest.hexdigest()[:16]


class RunFolder:
    """One stage's part of a run.

    `RUN/stage1.keras` is the generator; `RUN/stage1/` holds config.ini, log.csv,
    validation.csv, events.log, samples/, states and the networks that the next stage grows from.

    Args:
        run: The run's folder; it is made if need be.
        spec: A `StageSpec`.
    """

    def __init__(self, run, spec):
        self.run = Path(run)
        self.spec = spec
        self.stage = self.run / f"stage{spec.number}"
        self.generator = self.run / spec.filename
        self.states = States(self.stage)
        self.config = self.stage / "config.ini"
        self.samples = self.stage / "samples"

    @cached_property
    def critics(self):
        """Paths, by name, of the networks that are trained beside the generator.

        A training without an adversarial term, as its config.ini says, has none.
        """
        return self._critics(config.read(self.config) if self.config.exists() else {})

    def _critics(self, sections):
        if not sections.get("loss", {}).get("adversarial", 1):
            return {}
        return {name: self.stage / f"{name}.keras" for name in CRITICS[self.spec.network]}

    @property
    def networks(self):
        """Paths of all networks that the training saves."""
        return [self.generator, *self.critics.values()]

    def fingerprint(self):
        """Short hash of the generator's content: a resumed stage must find what it began with."""
        with zipfile.ZipFile(self.generator) as file:
            return hashlib.sha256(file.read("model.weights.h5")).hexdigest()[:16]

    def claim(self, sections, fresh):
        """Make the folder, or check that a training of the same description can be resumed in it.

        Args:
            sections: The run's description, see `config.sections_of`.
            fresh: Whether to throw away what this stage has in the folder.

        Returns:
            The last step of the fade, as it was when the training began.

        Raises:
            InputError: If the folder holds another training.
        """
        if fresh and self.stage.exists():
            shutil.rmtree(self.stage)
            self.generator.unlink(missing_ok=True)
        self.stage.mkdir(parents=True, exist_ok=True)
        if self.states.steps() or (self.stage / "state.npz").exists():
            begun = self.begun()
            self.check(begun, sections)
            sections["began"]["fade_until"] = begun["began"]["fade_until"]
        with replacing(self.config) as part:
            part.write_text(config.text_of(sections), encoding="utf-8")
        self.critics = self._critics(sections)
        return sections["began"]["fade_until"]

    def begun(self):
        """The description of the training that the folder holds."""
        if not self.config.exists():
            raise InputError(f"A resumed run needs its config.ini. Received: '{self.stage}' "
                             "without it (an older scenegan wrote config.json). Choose another "
                             "--run, or start again with --fresh.")
        return config.read(self.config)

    def check(self, begun, asked):
        """Raise InputError unless a training that began so may be resumed as it is asked for."""
        differs = config.difference(begun, asked)
        if differs == ("began", "clips"):
            raise InputError(f"A resumed run needs the clips that it began with. Received: a "
                             "data folder that changed since, or another: "
                             f"'{asked['run']['data']}', begun with "
                             f"'{begun['run']['data']}'. Give those clips, choose another --run, "
                             "or start again with --fresh.")
        if differs == ("began", "grown_from"):
            raise InputError(f"A resumed run needs the stage that it grew from. Received: "
                             f"another generator of stage {self.spec.starts_from} in '{self.run}'. "
                             "Put that back, or start again with --fresh.")
        if differs:
            section, key = differs
            old, new = (part.get(section, {}).get(key) for part in (begun, asked))
            raise InputError(
                f"A resumed run must keep its settings. Received: "
                f"{OPTIONS.get(key, key)} {new!r}, but "
                f"'{self.stage}' was begun with {old!r}. Give that, choose another --run, or "
                "start again with --fresh.")

    def unusable(self):
        """Paths of the networks that are missing or damaged, as after a kill or a bad copy."""
        return [path for path in self.networks if not checkpoints.is_whole(path)]
