"""A training from its first step to its last: start, step, report, validate, save, roll back."""

from contextlib import nullcontext
from dataclasses import asdict
from functools import partial

import numpy as np

from scenegan.data.batches import Batches
from scenegan.errors import InputError
from scenegan.progress import progress_bar
from scenegan.seeds import seed_keras
from scenegan.training.collapse import Collapsed, Watch
from scenegan.training.interruption import Stop
from scenegan.training.run import config, tensorboard
from scenegan.training.run.folder import RunFolder
from scenegan.training.run.lock import locked
from scenegan.training.run.logs import Logs
from scenegan.training.run.record import RunRecord
from scenegan.training.run.reporter import Reporter, describe
from scenegan.training.saving import Saver
from scenegan.training.start.initial import build
from scenegan.training.start.start import choose_start
from scenegan.training.steps.backend import check_sizes, load_step
from scenegan.training.steps.inputs import fade_alpha, feed
from scenegan.training.steps.networks import NETWORKS
from scenegan.training.targets import open_targets
from scenegan.training.validation import Validation
from scenegan.training.workers import check_identical

MOMENTUM = 0.999         # of the averaged generator, which is the one that is saved and shown
ROLLBACKS = 3            # times that a training goes back before it gives up


def train(spec, store, run, settings, fresh=False):
    """Train one stage, or resume it where it stopped.

    Args:
        spec: A `StageSpec`.
        store: Where the clips are: a `ClipSource`.
        run: Folder of the run.
        settings: A `Settings`.
        fresh: Whether to start this stage again.

    Returns:
        (path of the generator, steps done, those done before). Fewer than all after Ctrl-C or
        SIGTERM.

    Raises:
        InputError: If the run cannot be resumed as asked, or collapses again and again.
    """
    load_step().join(settings.strategy)
    folder = RunFolder(run, spec)
    start = choose_start(spec, folder, settings, fresh)
    targets = open_targets(store, spec) if NETWORKS[spec.network].taught else None
    session = Session(spec, store, folder, settings, start, targets)     # touches nothing yet
    record = RunRecord.of(spec, settings, store, start, targets)
    with locked(run) if session.step.chief else nullcontext():
        return session.run(record, start, fresh)


class Session:
    """The verbs of a training; see `train`.

    Attributes:
        step: The backend's `Step`, which holds the networks and their optimizers.
        done: Steps done.
        saver: The `Saver` of its networks and state.
        rollbacks: Times that the training was rolled back; each draws other batches.
    """

    def __init__(self, spec, store, folder, settings, start, targets=None):
        if settings.tensorboard:
            tensorboard.check_installed()
        seed_keras(settings.seed)
        self.spec, self.folder, self.settings = spec, folder, settings
        self.step = load_step()(lambda: build(spec, settings, start), settings)
        check_sizes(spec, settings, self.step.devices, self.step.shard[1])
        self.batches = Batches(store, spec, "train", settings.batch_size, settings.seed,
                               augmentation=settings.augmentation, shard=self.step.shard,
                               targets=targets)
        self.validation = Validation(store, spec, settings, self.step.shard, targets)
        self.logs = Logs(folder.stage, writes=self.step.chief)
        self.reporter = Reporter(self.logs, settings, self.step.chief, describe)
        self.watch = Watch(settings.loss, self.warn)
        self.saver = Saver(self.step, folder, self.watch, self.reporter)
        self.done = self.rollbacks = 0

    def run(self, record, start, fresh):
        """Claim the run's folder, load its state and do the steps that are left.

        Args:
            record: `RunRecord`.
            start: `Start`.
            fresh: Whether to throw away what this stage has in the folder.

        Returns:
            What `train` returns.
        """
        self.open(config.sections_of(self.spec, self.settings, asdict(record)), fresh)
        if warning := start.warning():
            self.warn(warning)
        done_before = self.done
        with Stop() as stop, progress_bar("step", stderr=False) as progress:
            self.reporter.show(progress, self.done)
            self.train(stop)
            self.finish(done_before)
        return self.folder.generator, self.done, done_before

    def open(self, sections, fresh):
        """Open the run's folder and load the newest state, if there is one."""
        self.folder.states.save_every = self.settings.save_every
        check = partial(check_identical, self.step, self.folder.run)
        check("the same options", repr((fresh, config.shared(sections))))
        check("the same clips", sections["began"]["clips"])
        self.fade_until = sections["began"]["fade_until"]
        if self.step.chief:
            self.fade_until = self.folder.claim(sections, fresh)
        elif not fresh and self.folder.states.steps():
            self.fade_until = self.folder.begun()["began"]["fade_until"]
        if not fresh or self.step.chief:
            self.load()
        check("the same run folder", str(self.done))
        if self.settings.tensorboard:
            self.logs.open_tensorboard(self.done)
        if self.saver.saved is None and self.step.chief:
            self.saver.save_state(self.done, self.rollbacks)      # something to go back to

    def warn(self, text):
        """Tell the person and the file of events, in one line, and after which step."""
        self.logs.warn(f"step {self.done}: {text}" if self.done else text)

    def train(self, stop):
        """Do the steps that are left, until `stop` is asked for."""
        batches = self.feed()
        while self.done < self.settings.steps and not self.step.sum_over_workers(stop.asked):
            self.reporter.pending.append(self.update(batches))
            self.done += 1
            try:
                self.report()
                self.validate()
                self.save_if_due()
            except Collapsed as reason:
                batches.close()
                self.roll_back(reason)
                batches = self.feed()
            self.reporter.advance(self.done)
        batches.close()

    def finish(self, done_before):
        """Save what is not saved yet, or cannot be read any more; `done_before`: steps."""
        unusable = self.folder.unusable() if self.step.chief else []
        if unusable and self.done == done_before > 0:
            self.warn(f"'{unusable[0]}' is missing or damaged. Writing it again from the saved "
                      "state.")
        if self.saver.saved != self.done or unusable:
            try:
                self.save()
            except Collapsed as reason:
                self.warn(f"not saved: {reason}")

    def feed(self):
        """The batches from the next step on; starts the clock."""
        self.reporter.start_clock(self.done)
        return feed(self.batches, self.step.gan.loss, self.settings.seed, self.done,
                    self.settings.steps, self.alpha, self.rollbacks)

    def alpha(self, step):
        """How far this stage has faded in before a step."""
        return fade_alpha(self.spec, step, self.fade_until)

    def update(self, batches):
        """One step: the discriminator's updates, the generator's, the average's."""
        terms = {}
        for _ in range(self.step.gan.loss.discriminator_steps):
            terms |= self.step.update_discriminator(self.step.distribute(next(batches)))
        for _ in range(self.step.gan.loss.generator_steps):
            terms |= self.step.update_generator(self.step.distribute(next(batches)))
        self.step.update_average(np.float32(min(MOMENTUM, (1 + self.done) / (10 + self.done))))
        return terms

    def report(self):
        """Log the mean of the last steps' terms, where due; raises `Collapsed`."""
        means = self.reporter.report(
            self.done, {"alpha": self.alpha(self.done - 1)} | self.step.rates())
        if means is not None:
            self.watch.check_terms(means)

    def validate(self):
        """Measure and draw the validation clips, where due; raises `Collapsed`."""
        last = self.done == self.settings.steps
        if self.done % self.settings.validate_every and not last:
            return
        losses = self.validation.losses(self.step, self.alpha(self.done))
        fake, figures = self.validation.animate(self.step)
        self.logs.add(self.logs.validation, {"step": self.done} | losses | figures)
        if self.step.chief:
            self.validation.write(self.folder.samples, self.done, fake, last)
        if self.logs.tensorboard:
            self.logs.tensorboard.picture(self.done, *self.validation.shown(fake))
        if "variety" in figures:
            self.watch.check_variety(
                self.step.sum_over_workers(figures["variety"]) / self.step.shard[1])

    def save_if_due(self):
        """Save, where due and not suspicious; raises `Collapsed`."""
        last = self.done == self.settings.steps
        if last or not (self.done % self.settings.save_every or self.watch.suspicious):
            self.save()

    def save(self):
        """Write the networks and the state; raises `Collapsed`."""
        self.saver.save(self.done, self.rollbacks)

    def load(self, due=False):
        """Load the newest state that is whole (`due`: see `States`), if there is one."""
        counters = self.saver.load(self.warn, due)
        if counters is not None:
            self.done, self.rollbacks = counters
            self.logs.cut(self.done)

    def roll_back(self, reason):
        """Go back to the last good state, to draw anew from there.

        Raises:
            InputError: If that was done ROLLBACKS times before.
        """
        rollbacks, step = self.rollbacks + 1, self.done
        if rollbacks > ROLLBACKS:
            raise InputError(
                f"A training must not collapse again and again. Received: {reason}, at step {step} "
                f"after {ROLLBACKS} rollbacks. The state of step {self.saver.saved} is kept in "
                f"'{self.folder.stage}'; lower the learning rates in its config.ini and begin "
                "another --run with that --config.") from reason
        self.load(due=True)
        self.rollbacks = rollbacks
        self.logs.warn(f"step {step}: {reason}. Going back to step {self.done}, to continue "
                       "with other draws.")
