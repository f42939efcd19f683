"""A training from its first step to its last: build or go on, step, log, look, save."""

import hashlib
import time
from contextlib import nullcontext

import keras
import numpy as np

from scenegan import __version__, checkpoints
from scenegan.data.batches import Batches
from scenegan.errors import InputError
from scenegan.progress import progress_bar
from scenegan.seeds import seed_keras
from scenegan.training.collapse import Watch
from scenegan.training.interruption import Stop
from scenegan.training.run import config, tensorboard
from scenegan.training.run.folder import RunFolder, fingerprint
from scenegan.training.run.lock import locked
from scenegan.training.run.logs import Logs
from scenegan.training.start.initial import build, half_trained, previous_folder
from scenegan.training.steps.backend import check_sizes, load_step
from scenegan.training.steps.inputs import fade_alpha, feed
from scenegan.training.validation import Validation

LOG_EVERY = 20           # steps
MOMENTUM = 0.999         # of the averaged generator, which is the one that is saved and shown
TELL_EVERY = 30.0        # seconds, at least, between two lines where no bar can be drawn
ROLLBACKS = 3            # times that a training goes back before it gives up


def train(spec, store, run, settings, fresh=False):
    """Train one stage, or go on with it where it stopped.

    Args:
        spec: A `StageSpec`.
        store: Where the clips are: a `ClipStore` or `ProceduralClips`.
        run: Folder of the run.
        settings: A `Settings`.
        fresh: Whether to start this stage again.

    Returns:
        (path of the generator, steps done, those done before). Fewer than all after Ctrl-C or
        SIGTERM.

    Raises:
        InputError: If the run cannot go on as asked, or collapses again and again.
    """
    folder = RunFolder(run, spec)
    previous = previous_folder(spec, run, settings, fresh)
    session = Session(spec, store, folder, settings, previous)     # before anything is touched
    grown = previous is not None and not settings.begin_from
    began = {"clips": fingerprint(store), "grown_from": previous.fingerprint() if grown else None,
             "fade_until": 0 if settings.begin_from else int(spec.fade_steps * settings.steps),
             "scenegan": __version__, "keras": keras.__version__,
             "backend": keras.backend.backend()}
    with locked(run) if session.step.chief else nullcontext():
        session.open(config.sections_of(spec, settings, began), fresh)
        if grown and (warning := half_trained(previous)):
            session.warn(warning)
        return session.train()


class Session:
    """The verbs of a training; see `train`."""

    def __init__(self, spec, store, folder, settings, previous):
        if settings.tensorboard:
            tensorboard.check_installed()
        seed_keras(settings.seed)
        self.spec, self.folder, self.settings = spec, folder, settings
        self.step = load_step()(lambda: build(spec, settings, previous), settings)
        check_sizes(spec, settings, self.step.devices, self.step.shard[1])
        self.batches = Batches(store, spec, "train", settings.batch_size, settings.seed,
                               settings.augmentation, self.step.shard)
        self.validation = Validation(store, spec, settings, self.step.shard)
        self.logs = Logs(folder.stage, writes=self.step.chief)
        self.watch = Watch(settings.loss, self.warn)
        self.done, self.course, self.pending = 0, 0, []     # pending: terms not yet in the log
        self.saved = None
        self.told = -TELL_EVERY

    def open(self, sections, fresh):
        """Open the run's folder; take up the state that is there."""
        self.folder.states.every = self.settings.save_every
        self.check_alike("the same options", repr((fresh, config.shared(sections))))
        self.check_alike("the same clips", sections["began"]["clips"])
        self.fade_until = sections["began"]["fade_until"]
        if self.step.chief:
            self.fade_until = self.folder.open(sections, fresh)
        elif not fresh and self.folder.states.steps():
            self.fade_until = self.folder.begun()["began"]["fade_until"]
        if not fresh or self.step.chief:
            self.load()
        self.check_alike("the same run folder", str(self.done))
        if self.settings.tensorboard:
            self.logs.open_tensorboard(self.done)
        if self.saved is None and self.step.chief:
            self.save_state()                         # something to go back to

    def check_alike(self, what, text):
        """Raise InputError unless all workers give the same text."""
        digest = int(hashlib.sha256(text.encode()).hexdigest()[:5], 16)     # a float32 holds it
        if self.step.agree(digest) != self.step.shard[1] * digest:
            raise InputError(f"All workers must have {what}. Received: others than this one, "
                             f"worker {self.step.shard[0]}. Start the same command on all, where "
                             f"'{self.folder.run}' is the same folder.")

    def warn(self, text):
        """Tell the person and the file of events, in one line, and after which step."""
        self.logs.warn(f"step {self.done}: {text}" if self.done else text)

    def variables(self):
        """Everything that a training which goes on has to find as it was, by name."""
        step = self.step
        return {"generator": step.gan.generator.variables, "average": step.average.variables,
                "discriminator": step.gan.discriminator.variables,
                "reader": step.gan.reader.variables,
                "generator_optimizer": step.generator_optimizer.variables,
                "discriminator_optimizer": step.discriminator_optimizer.variables}

    def load(self, due=False):
        """Take up the newest state that is whole (`due`: see `States`), if there is one."""
        counts = ("course", *(f"watch:{name}" for name in self.watch.counts))
        notes = self.folder.states.load(self.variables(), self.warn, due, counts)
        if notes is None:
            return
        self.done = self.saved = int(notes["step"])
        self.course = int(notes["course"])
        self.watch.counts = {name: int(notes[f"watch:{name}"]) for name in self.watch.counts}
        columns = {name.removeprefix("log:"): values for name, values in notes.items()
                   if name.startswith("log:")}
        self.pending = [dict(zip(columns, row, strict=True))
                        for row in zip(*columns.values(), strict=True)]
        self.logs.cut(self.done)

    def train(self):
        """Do the steps that are left; returns what `train` does."""
        steps, before = self.settings.steps, self.done
        with Stop() as stop, progress_bar("step", stderr=False) as progress:
            self.task = progress.add_task("", total=steps, completed=self.done, note="")
            batches = self.feed()
            while self.done < steps and not self.step.agree(stop.asked):
                self.pending.append(self.update(batches))
                self.done += 1
                fault = self.log(progress) or self.look() or self.save_if_due()
                if fault:
                    batches.close()
                    self.roll_back(fault)
                    batches = self.feed()
                progress.update(self.task, completed=self.done)
            batches.close()
            self.finish(before)
        return self.folder.generator, self.done, before

    def finish(self, before):
        """Save what is not saved yet, or cannot be read any more; `before`: steps done before."""
        unusable = self.folder.unusable() if self.step.chief else []
        if unusable and self.done == before > 0:
            self.warn(f"'{unusable[0]}' is missing or damaged. Writing it again from the saved "
                      "state.")
        if self.saved != self.done or unusable:
            fault = self.save()
            if fault:
                self.warn(f"not saved: {fault}")

    def feed(self):
        """The batches from the next step on; starts the clock."""
        self.since, self.first = time.perf_counter(), self.done
        return feed(self.batches, self.step.gan.loss, self.settings.seed, self.done,
                    self.settings.steps, self.alpha, self.course)

    def alpha(self, step):
        """How far this stage has faded in before a step."""
        return fade_alpha(self.spec, step, self.fade_until)

    def update(self, batches):
        """One step: the discriminator's updates, the generator's, the average's."""
        terms = {}
        for _ in range(self.step.gan.loss.discriminator_steps):
            terms |= self.step.update_discriminator(self.step.put(next(batches)))
        for _ in range(self.step.gan.loss.generator_steps):
            terms |= self.step.update_generator(self.step.put(next(batches)))
        self.step.update_average(np.float32(min(MOMENTUM, (1 + self.done) / (10 + self.done))))
        return terms

    def log(self, progress):
        """Write the mean of the last steps' terms, where due; returns a reason to go back."""
        if self.done % LOG_EVERY and self.done != self.settings.steps:
            return None
        means = {name: float(np.mean([float(terms[name]) for terms in self.pending]))
                 for name in self.pending[0]}
        seconds = (time.perf_counter() - self.since) / (self.done - self.first)
        self.since, self.first, self.pending = time.perf_counter(), self.done, []
        optimizers = (self.step.generator_optimizer, self.step.discriminator_optimizer)
        rates = {f"{name}_rate": float(optimizer.learning_rate) for name, optimizer in zip(
            ("generator", "discriminator"), optimizers, strict=True)}
        self.logs.add(self.logs.training, {
            "step": self.done, "seconds_per_step": seconds,
            "alpha": self.alpha(self.done - 1)} | rates | means)
        content = f"  L1 {means['content']:.3f}" if "content" in means else ""
        note = (f"{self.settings.batch_size / seconds:.1f} clips/s  G {means['adversarial']:.3f}  "
                f"D {means['discriminator']:.3f}{content}")
        progress.update(self.task, note=note)
        if not progress.console.is_terminal and self.step.chief and self.told_long_ago():
            print(f"step {self.done}/{self.settings.steps}  {note}", flush=True)
        return self.watch.read_log(means)

    def told_long_ago(self):
        """Whether a person who follows a file is due a line."""
        now = time.monotonic()
        if now - self.told < TELL_EVERY:
            return False
        self.told = now
        return True

    def look(self):
        """Look at the validation clips, where due; returns a reason to go back."""
        last = self.done == self.settings.steps
        if self.done % self.settings.validate_every and not last:
            return None
        losses = self.validation.losses(self.step, self.alpha(self.done))
        fake, figures = self.validation.animate(self.step)
        self.logs.add(self.logs.validation, {"step": self.done} | losses | figures)
        if self.step.chief:
            self.validation.write(self.folder.samples, self.done, fake, last)
        if self.logs.tensorboard:
            self.logs.tensorboard.picture(self.done, *self.validation.shown(fake))
        return self.watch.read_look(self.step.agree(figures["variety"]) / self.step.shard[1])

    def save_if_due(self):
        """Save, where due and not suspicious; returns a reason to go back."""
        last = self.done == self.settings.steps
        if not last and (self.done % self.settings.save_every or self.watch.suspicious):
            return None
        return self.save()

    def save(self):
        """Write the networks, and last, when all is in place, the state.

        Returns:
            None, or, where a weight is no longer finite, that: then nothing is written.
        """
        wild = checkpoints.not_finite(self.variables())
        if wild:
            return f"weights must stay finite, but the {wild} holds NaN or infinity"
        if self.step.chief:
            checkpoints.save_model(self.step.average, self.folder.generator)
            checkpoints.save_model(self.step.gan.discriminator, self.folder.discriminator)
            checkpoints.save_model(self.step.gan.reader, self.folder.reader)
            self.save_state()
        self.saved = self.done
        return None

    def save_state(self):
        """Write what a training that goes on has to find."""
        names = self.pending[0] if self.pending else ()
        self.folder.states.save(
            self.done, self.variables(), course=self.course,
            **{f"watch:{name}": count for name, count in self.watch.counts.items()},
            **{f"log:{name}": [float(terms[name]) for terms in self.pending] for name in names})
        self.saved = self.done

    def roll_back(self, reason):
        """Go back to the last good state, to draw anew from there.

        Raises:
            InputError: If that was done ROLLBACKS times before.
        """
        course, step = self.course + 1, self.done
        if course > ROLLBACKS:
            raise InputError(
                f"A training must not collapse again and again. Received: {reason}, at step {step} "
                f"after {ROLLBACKS} rollbacks. The state of step {self.saved} is kept in "
                f"'{self.folder.stage}'; lower the learning rates in its config.ini and begin "
                "another --run with that --config.")
        self.load(due=True)
        self.course = course
        self.logs.warn(f"step {step}: {reason}. Going back to step {self.done}, to go on with "
                       "other draws.")
