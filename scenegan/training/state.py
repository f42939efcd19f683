"""Saved states of a training: the newest, and the one before in case the newest is damaged."""

import re

from scenegan import checkpoints

KEPT = 2     # states that are kept, and as many again of those that were due


class States:
    """The states in a folder, one file a step: `state-000250.npz`.

    A file appears under its name when it is whole and on the disk, and only then are older
    ones removed, so a process may be killed at any moment.

    Args:
        folder: A stage's part of a run's folder.
        every: Steps between two states that are due. Others are of trainings that were stopped;
            to go back to one of them would depend on when that was.
    """

    def __init__(self, folder, every=1):
        self.folder = folder
        self.every = every

    def due(self):
        """Steps of the states that were due, the newest first."""
        return [step for step in self.steps() if step % self.every == 0]

    def steps(self):
        """Steps of the states that are there, the newest first."""
        names = (re.fullmatch(r"state-(\d{6,})\.npz", path.name)
                 for path in self.folder.glob("state-*.npz"))
        return sorted((int(match[1]) for match in names if match), reverse=True)

    def path(self, step):
        return self.folder / f"state-{step:06d}.npz"

    def save(self, step, groups, **notes):
        """Write a state; arguments as of `checkpoints.save_state`.

        States of later steps, if there are any, were damaged, and go.
        """
        checkpoints.save_state(self.path(step), groups, step=step, **notes)
        kept = {old for steps in (self.steps(), self.due())
                for old in [old for old in steps if old <= step][:KEPT]}
        for old in set(self.steps()) - kept:
            self.path(old).unlink()

    def load(self, groups, warn, due=False, counts=()):
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
            except checkpoints.DamagedState:
                if step == steps[-1]:
                    raise
                warn(f"'{self.path(step)}' is damaged. Going on from the state before it.")
        return None

    def _load(self, step, groups, counts):
        notes = checkpoints.load_state(self.path(step), groups, counts)
        if notes["step"] != step:
            raise checkpoints.DamagedState(
                f"A training state must be named after its step. Received: '{self.path(step)}' of "
                f"step {notes['step']}. Put back its name or start this stage again with --fresh.")
        return notes
