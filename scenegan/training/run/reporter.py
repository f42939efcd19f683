"""What a training says of its steps: a line of the log, the progress bar, a line now and then."""

import time

import numpy as np

LOG_EVERY = 20           # steps
TELL_EVERY = 30.0        # seconds, at least, between two lines where no bar can be drawn
# Terms of a generator's training that are shown while it runs.
DESCRIBED = {"adversarial": "G", "discriminator": "D", "content": "L1", "flow": "flow",
             "sway": "sway", "direction": "direction"}


class Reporter:
    """Collects the terms of the steps and reports their means, where due.

    Args:
        logs: `Logs`.
        settings: `Settings`.
        chief: Whether this process is the one that speaks.
        describe: Function from the means by name to a short text about them.

    Attributes:
        pending: List of dicts: terms of the steps that are not yet in the log.
    """

    def __init__(self, logs, settings, chief, describe):
        self.logs, self.settings, self.chief, self.describe = logs, settings, chief, describe
        self.pending = []
        self.last_told = -TELL_EVERY
        self.progress = self.task = None

    def show(self, progress, done):
        """Report to a progress bar from now on."""
        self.progress = progress
        self.task = progress.add_task("", total=self.settings.steps, completed=done, note="")

    def start_clock(self, done):
        """Time the steps after `done`."""
        self.since, self.first = time.perf_counter(), done

    def advance(self, done):
        """Show how many steps are done."""
        self.progress.update(self.task, completed=done)

    def report(self, done, extra):
        """Log the mean terms of the steps since the last report, where due.

        Args:
            done: Steps done.
            extra: Dict of what else to log, by name, such as the learning rates.

        Returns:
            Dict of the means by name, or None if no report is due.
        """
        if done % LOG_EVERY and done != self.settings.steps:
            return None
        means = {name: float(np.mean([float(terms[name]) for terms in self.pending]))
                 for name in self.pending[0]}
        seconds = (time.perf_counter() - self.since) / (done - self.first)
        self.start_clock(done)
        self.pending = []
        self.logs.add(self.logs.training, {
            "step": done, "seconds_per_step": seconds} | extra | means)
        self._tell(done, f"{self.settings.batch_size / seconds:.1f} examples/s  "
                         f"{self.describe(means)}")
        return means

    def _tell(self, done, note):
        """Show a note beside the bar, or print it if no bar can be drawn and it is due."""
        self.progress.update(self.task, note=note)
        now = time.monotonic()
        if self.progress.console.is_terminal or not self.chief or now - self.last_told < TELL_EVERY:
            return
        self.last_told = now
        print(f"step {done}/{self.settings.steps}  {note}", flush=True)


def describe(means):
    """The mean terms of several steps of a generator's training in a few words."""
    return "  ".join(f"{label} {means[name]:.3f}" for name, label in DESCRIBED.items()
                     if name in means)
