"""What a training keeps on the disk: its networks, and the state that a resumed one needs."""

from scenegan import checkpoints
from scenegan.training.collapse import Collapsed


class Saver:
    """Saves and loads the networks and the state of a training.

    Args:
        step: The backend's `Step`, which holds the networks and their optimizers.
        folder: A `RunFolder`.
        watch: A `Watch`, whose counts are part of the state.
        reporter: A `Reporter`, whose pending terms are part of the state.

    Attributes:
        saved: Step of the newest saved state, None before the first.
    """

    def __init__(self, step, folder, watch, reporter):
        self.step, self.folder, self.watch, self.reporter = step, folder, watch, reporter
        self.saved = None

    def save(self, done, rollbacks):
        """Write the networks, and last, when all is in place, the state; arguments: `save_state`.

        Raises:
            Collapsed: If a weight is no longer finite; then nothing is written.
        """
        wild = checkpoints.not_finite(self.variables())
        if wild:
            raise Collapsed(f"weights must stay finite, but the {wild} holds NaN or infinity")
        if self.step.chief:
            checkpoints.save_model(self.step.average, self.folder.generator)
            for name, path in self.folder.critics.items():
                checkpoints.save_model(self.step.gan.networks[name], path)
            self.save_state(done, rollbacks)
        self.saved = done

    def variables(self):
        """Variables that a resumed training restores: dict of lists by name."""
        groups = self.step.gan.networks | {"average": self.step.average} | {
            f"{name}_optimizer": optimizer for name, optimizer in self.step.optimizers().items()}
        return {name: group.variables for name, group in groups.items()}

    def save_state(self, done, rollbacks):
        """Write the state after `done` steps; in the file, "course" are the rollbacks."""
        pending = self.reporter.pending
        names = pending[0] if pending else ()
        self.folder.states.save(
            done, self.variables(), course=rollbacks,
            **{f"watch:{name}": count for name, count in self.watch.counts.items()},
            **{f"log:{name}": [float(terms[name]) for terms in pending] for name in names})
        self.saved = done

    def load(self, warn, due=False):
        """Read the newest state that is whole, if there is one.

        Args:
            warn: Function that is told, in one line, of a damaged state.
            due: Whether to read only states that were due; see `States`.

        Returns:
            (steps done, rollbacks), or None if there is no state.
        """
        counts = ("course", *(f"watch:{name}" for name in self.watch.counts))
        notes = self.folder.states.load(self.variables(), warn, due=due, counts=counts)
        if notes is None:
            return None
        self.saved = int(notes["step"])
        self.watch.counts = {name: int(notes[f"watch:{name}"]) for name in self.watch.counts}
        columns = {name.removeprefix("log:"): values for name, values in notes.items()
                   if name.startswith("log:")}
        self.reporter.pending = [dict(zip(columns, row, strict=True))
                                 for row in zip(*columns.values(), strict=True)]
        return self.saved, int(notes["course"])
