"""How a training starts: from new networks, from the stage before, or from a finished run."""

from dataclasses import dataclass
from enum import Enum

from scenegan.errors import InputError
from scenegan.presets import stage
from scenegan.training.run import config
from scenegan.training.run.folder import RunFolder
from scenegan.training.start import fine_tuning


class Origin(Enum):
    """Where the networks come from."""

    NEW = "new"                        # random weights
    GROWN = "grown"                    # from those of the stage that `starts_from` names
    FINE_TUNED = "fine-tuned"          # those of another run, `--from`


@dataclass(frozen=True)
class Start:
    """How a training starts.

    Attributes:
        origin: `Origin` of its networks.
        source: `RunFolder` that they are read from; None for new ones.
        resumed: Whether there is a saved state to resume from. Its weights replace those of the
            source, whose networks are still needed for their shapes.
    """

    origin: Origin
    source: RunFolder | None
    resumed: bool

    @property
    def fine_tuned(self):
        return self.origin is Origin.FINE_TUNED

    def fingerprint(self):
        """Short hash of the generator that was grown from; None if there is none."""
        return self.source.fingerprint() if self.origin is Origin.GROWN else None

    def warning(self):
        """One line on a source that was stopped before its end, or None."""
        return half_trained(self.source) if self.origin is Origin.GROWN else None


def choose_start(spec, folder, settings, fresh):
    """Decide how a training starts, before anything is touched.

    Args:
        spec: `StageSpec`.
        folder: `RunFolder` of the stage.
        settings: `Settings`.
        fresh: Whether to start this stage again.

    Raises:
        InputError: If the networks to start from have not been trained, or are damaged, or the
            training was begun otherwise.
    """
    resumed = bool(folder.states.steps()) and not fresh
    if settings.begin_from:
        source = fine_tuning.source(settings.begin_from, folder, fresh)
        return Start(Origin.FINE_TUNED, source, resumed)
    if folder.config.exists() and not fresh:
        _check_origin(folder)
    if spec.starts_from is None:
        return Start(Origin.NEW, None, resumed)
    return Start(Origin.GROWN, _stage_before(spec, folder), resumed)


def half_trained(folder):
    """One line on a stage that was stopped before its end, or None."""
    if not folder.config.exists():
        return None
    steps = config.read(folder.config).get("run", {}).get("steps", 0)
    done = max(folder.states.steps(), default=steps)
    if done >= steps:
        return None
    return (f"Stage {folder.spec.number} has done {done} of its {steps} steps: what grows from it "
            f"may be worse. To finish it: python train_stage.py --stage {folder.spec.number} "
            f"--run {folder.run}")


def _check_origin(folder):
    """Raise InputError if a fine-tuning is resumed without its source."""
    begun = config.read(folder.config).get("run", {}).get("begin_from")
    if begun:
        raise InputError(f"A fine-tuning is resumed with the --from that it began with. Received: "
                         f"none for '{folder.run}', begun with '{begun}'. Give that, or choose "
                         "another --run.")


def _stage_before(spec, folder):
    """`RunFolder` of the stage to grow from."""
    previous = RunFolder(folder.run, stage(spec.starts_from, spec.channels, spec.preset))
    unusable = previous.unusable()
    if unusable:
        fault = "with a damaged" if unusable[0].exists() else "without"
        raise InputError(
            f"Stage {spec.number} grows from stage {spec.starts_from}. Received: '{folder.run}' "
            f"{fault} {unusable[0].relative_to(folder.run)}. Run first: python train_stage.py "
            f"--stage {spec.starts_from} --run {folder.run}")
    return previous
