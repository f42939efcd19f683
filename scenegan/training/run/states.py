"""Saved states of a training: the newest, and the one before in case the newest is damaged."""

import math
import re

import numpy as np

from scenegan.errors import InputError
from scenegan.files import archives
from scenegan.files.atomic import replacing
from scenegan.files.inputs import regular_file

KEPT = 2     # states that are kept, and as many again of those that were due


class States:
    """The states in a folder, one file a step: `state-000250.npz`.

    A file appears under its name when it is whole and on the disk, and only then are older
    ones removed, so a process may be killed at any moment.

    Args:
        folder: A stage's part of a run's folder.
        save_every: Steps between two states that are due. Others are of trainings that were
            stopped; to go back to one of them would depend on when that was.
    """

    def __init__(self, folder, save_every=1):
        self.folder = folder
        self.save_every = save_every

    def due(self):
        """Steps of the states that were due, the newest first."""
        return [step for step in self.steps() if step % self.save_every == 0]

    def steps(self):
        """Steps of the states that are there, the newest first."""
        names = (re.fullmatch(r"state-(\d{6,})\.npz", path.name)
                 for path in self.folder.glob("state-*.npz"))
        return sorted((int(match[1]) for match in names if match), reverse=True)

    def path(self, step):
        return self.folder / f"state-{step:06d}.npz"

    def save(self, step, groups, **notes):
        """Write a state; arguments as of `save_state`.

        States of later steps, if there are any, were damaged, and go.
        """
        save_state(self.path(step), groups, step=step, **notes)
        kept = {old for steps in (self.steps(), self.due())
                for old in [old for old in steps if old <= step][:KEPT]}
        for old in set(self.steps()) - kept:
            self.path(old).unlink()

    def load(self, groups, warn, *, due=False, counts=()):
        """Read the newest state that is whole into the variables.

        Args:
            groups: Dict of lists of Keras variables by name.
            warn: Function that is told, in one line, of a state that is not.
            due: Whether to look at those alone that were due.
            counts: Names of the notes, beside the step, that have to be whole numbers from 0.

        Returns:
            Dict of the notes that were saved beside them, or None if there is no state.

        Raises:
            InputError: If none is whole, or they belong to other networks.
        """
        steps = due and self.due() or self.steps()
        for step in steps:
            try:
                return self._load(step, groups, ("step", *counts))
            except DamagedState:
                if step == steps[-1]:
                    raise
                warn(f"'{self.path(step)}' is damaged. Resuming from the state before it.")
        return None

    def _load(self, step, groups, counts):
        notes = load_state(self.path(step), groups, counts)
        if notes["step"] != step:
            raise DamagedState(
                f"A training state must be named after its step. Received: '{self.path(step)}' of "
                f"step {notes['step']}. Put back its name or start this stage again with --fresh.")
        return notes


NOTES_SIZE = 10_000_000          # bytes of a state beside its variables, at most


class DamagedState(InputError):
    """A saved state of a training that is not whole."""


def save_state(path, groups, **notes):
    """Write the variables of networks and optimizers to one .npz, atomically.

    Args:
        path: File to write.
        groups: Dict of lists of Keras variables by name.
        **notes: Numbers, or lists of numbers, to keep beside them, such as the step.
    """
    from keras.ops import convert_to_numpy
    arrays = {f"{name}/{index}": convert_to_numpy(variable)
              for name, variables in groups.items() for index, variable in enumerate(variables)}
    with replacing(path) as part, open(part, "wb") as file:
        np.savez(file, **arrays, **notes)


def load_state(path, groups, counts=()):
    """Read what `save_state` wrote into the same variables.

    Args:
        path: File to read.
        groups: As in `save_state`.
        counts: Names of the notes that have to be whole numbers from 0.

    Returns:
        Dict of the notes, as arrays.

    Raises:
        DamagedState: If the file is not whole, belongs to other networks, or holds what a
            training never saves. No variable is changed then.
    """
    expected = {f"{name}/{index}": variable for name, variables in groups.items()
                for index, variable in enumerate(variables)}
    room = NOTES_SIZE + sum(8 * math.prod(variable.shape) for variable in expected.values())
    arrays = _read_state(path, room)
    wrong = [name for name, variable in expected.items()
             if name not in arrays or arrays[name].shape != tuple(variable.shape)]
    if wrong or sum("/" in name for name in arrays) != len(expected):
        raise DamagedState(f"A training state must fit its networks. Received: '{path}' of others. "
                         "Start this stage again with --fresh or choose another --run.")
    notes = {name: value for name, value in arrays.items() if "/" not in name}
    fault = _fault({name: arrays[name] for name in expected}, notes, counts)
    if fault:
        raise DamagedState(f"A training state must hold what a training saved. Received: '{path}' "
                           f"{fault}. Start this stage again with --fresh.")
    for name, variable in expected.items():
        variable.assign(arrays[name])
    return notes


def _read_state(path, room):
    """The arrays of an .npz file of at most `room` bytes, by name."""
    try:
        archives.sizes(regular_file(path), room)
        with np.load(path) as file:
            arrays = dict(file)
        if not all(isinstance(array, np.ndarray) for array in arrays.values()):
            raise ValueError("a member is no array")  # NumPy gives its bytes
        return arrays
    except Exception as error:                        # zipfile and NumPy raise nearly all
        raise DamagedState(f"A training state must be a whole .npz file. Received: '{path}', which "
                           "is damaged. Start this stage again with --fresh.") from error


def _fault(weights, notes, counts):
    """What no training saves of a state's arrays: "with ...", or "without ...", or None."""
    for name, value in (weights | notes).items():
        if value.dtype.kind not in "biuf":
            return f"with {value.dtype} for {name}"
    for name, value in weights.items():
        if not np.isfinite(value).all():
            return f"with NaN or infinity in {name}"
    for name in counts:
        if name not in notes:
            return f"without {name}"
        if notes[name].ndim or notes[name].dtype.kind not in "iu" or notes[name] < 0:
            return f"with a {name} that is no whole number from 0"
    lists = [value.shape for name, value in notes.items() if name not in counts]
    if any(len(shape) > 1 for shape in lists) or len({shape for shape in lists if shape}) > 1:
        return "with notes of other shapes"
    return None
