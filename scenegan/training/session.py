"""A training from its first step to its last: build or go on, step, log, look, save."""

import signal
import time
from dataclasses import dataclass

import numpy as np
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from scenegan import checkpoints, evaluation, pixels
from scenegan.data.dataset import Batches
from scenegan.errors import InputError
from scenegan.stages import NOISE_SIZE
from scenegan.training.feed import fade_alpha, feed
from scenegan.training.growth import build, previous_folder
from scenegan.training.run import RunFolder
from scenegan.training.samples import generate, write_samples
from scenegan.training.tensorflow_step import TensorFlowStep

LOG_EVERY = 20           # steps
MOMENTUM = 0.999         # of the averaged generator, which is the one that is saved and shown
CROP = 0.8               # smallest share of a side that a random crop of a training clip keeps
SHOWN_CLIPS = 6          # fixed validation photos on the sheets
VALIDATION_CLIPS = 24    # fixed validation photos behind the figures
VALIDATION_SEED = 7      # the same noise at every look, so that sheets can be compared


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a person chooses of a training; the rest stands in the stage table."""

    data: str = "procedural"     # where the clips are, as it was named
    loss: str = "mse"
    steps: int = 4000            # generator updates
    batch_size: int = 8          # clips a step, over all devices
    seed: int = 0
    look_every: int = 500        # steps between two sheets of samples
    save_every: int = 250        # steps between two saved states


def train(spec, store, run, settings, fresh=False):
    """Train one stage, or go on with it where it stopped.

    Args:
        spec: A `StageSpec`.
        store: Where the clips are: a `ClipStore` or `ProceduralClips`.
        run: Folder of the run.
        settings: A `Settings`.
        fresh: Whether to start this stage again.

    Returns:
        (path of the generator, steps done). Fewer than all after Ctrl-C or SIGTERM.

    Raises:
        InputError: If the run cannot go on as asked, or the losses are no longer finite.
    """
    folder = RunFolder(run, spec)
    previous = previous_folder(spec, run)
    data = (Batches(store, spec, "train", settings.batch_size, settings.seed, crop=CROP),
            Batches(store, spec, "validation", VALIDATION_CLIPS, VALIDATION_SEED, flip=False))
    session = Session(spec, data, folder, settings, previous)      # before anything is touched
    session.open({"stage": spec.number, "size": spec.size, "channels": spec.channels,
                  "data": settings.data, "loss": settings.loss, "batch_size": settings.batch_size,
                  "seed": settings.seed, "steps": settings.steps,
                  "fade_until": int(spec.fade_steps * settings.steps),
                  "grown_from": previous and previous.fingerprint()}, fresh)
    return session.train()


class Session:
    """The verbs of a training; see `train`."""

    def __init__(self, spec, data, folder, settings, previous):
        import keras
        if keras.backend.backend() != "tensorflow":
            raise InputError("Training needs Keras' TensorFlow backend. Received: KERAS_BACKEND="
                             f"{keras.backend.backend()}. Unset it.")
        keras.utils.set_random_seed(settings.seed)
        self.spec, self.folder, self.settings = spec, folder, settings
        self.batches, validation = data
        self.looks = _validation_examples(validation)
        self.step = TensorFlowStep(lambda: build(spec, settings.loss, previous))
        devices = self.step.strategy.num_replicas_in_sync
        if settings.batch_size % devices:
            raise InputError(f"A batch must divide evenly among {devices} devices. Received: "
                             f"{settings.batch_size} clips. Choose another --batch-size.")
        self.done = self.saved = 0
        self.stopping = False

    def open(self, config, fresh):
        """Open the run's folder; take up the state that is there."""
        config = self.folder.open(config, fresh)
        self.fade_until = config["fade_until"]
        if self.folder.state.exists():
            numbers = checkpoints.load_state(self.folder.state, self.variables())
            self.done = self.saved = numbers["step"]
        self.folder.cut_logs(self.done)

    def variables(self):
        """Everything that a training which goes on has to find as it was, by name."""
        step = self.step
        return {"generator": step.gan.generator.variables, "average": step.average.variables,
                "discriminator": step.gan.discriminator.variables,
                "reader": step.gan.reader.variables,
                "generator_optimizer": step.generator_optimizer.variables,
                "discriminator_optimizer": step.discriminator_optimizer.variables}

    def train(self):
        """Do the steps that are left. Returns the generator's path and the steps done."""
        steps = self.settings.steps
        if self.done >= steps:
            if not all(path.exists() for path in self.folder.networks):
                self.save()
            return self.folder.generator, self.done
        batches = self.step.batches(feed(
            self.batches, self.step.gan.loss, self.settings.seed, self.done, steps, self.alpha))
        with _stop_on_signals(self), _progress() as progress:
            task = progress.add_task("", total=steps, completed=self.done, note="")
            log, since, first = [], time.perf_counter(), self.done
            while self.done < steps and not self.stopping:
                log.append(self.update(batches))
                self.done += 1
                if self.done % LOG_EVERY == 0 or self.done == steps:
                    seconds = (time.perf_counter() - since) / (self.done - first)
                    progress.update(task, note=self.write_log(log, seconds))
                    log, since, first = [], time.perf_counter(), self.done
                progress.update(task, completed=self.done)
                self.look_and_save()
            if self.saved < self.done:
                self.save()
        return self.folder.generator, self.done

    def alpha(self, step):
        """How far this stage has faded in before a step."""
        return fade_alpha(self.spec, step, self.fade_until)

    def update(self, batches):
        """One step: the discriminator's updates, the generator's, the average's."""
        for _ in range(self.step.gan.loss.discriminator_steps):
            terms = self.step.update_discriminator(next(batches))
        terms = terms | self.step.update_generator(next(batches))
        self.step.update_average(np.float32(min(MOMENTUM, (1 + self.done) / (10 + self.done))))
        return terms

    def write_log(self, log, seconds):
        """Write the mean of the last steps' terms; returns a short note for the screen."""
        means = {name: float(np.mean([terms[name] for terms in log])) for name in log[0]}
        if not all(np.isfinite(value) for value in means.values()):
            raise InputError(
                f"Losses must stay finite. Received: {means} at step {self.done}. The state before "
                f"is kept in '{self.folder.stage}'; lower the learning rates in the stage table.")
        row = {"step": self.done, "seconds_per_step": seconds,
               "alpha": self.alpha(self.done - 1)} | means
        self.folder.append(self.folder.log, {name: _short(row[name]) for name in row})
        content = f"  L1 {means['content']:.3f}" if "content" in means else ""
        return (f"{self.settings.batch_size / seconds:.1f} clips/s  G {means['adversarial']:.3f}  "
                f"D {means['discriminator']:.3f}{content}")

    def look_and_save(self):
        """Write samples and state where they are due."""
        if self.done % self.settings.look_every == 0 or self.done == self.settings.steps:
            self.look()
        if self.done % self.settings.save_every == 0:
            self.save()

    def look(self):
        """Animate the fixed validation photos: a sheet, a GIF and a line of figures."""
        photos, noise, others, real = self.looks
        fake = generate(self.step.average, photos, noise)
        again = generate(self.step.average, photos[:SHOWN_CLIPS], others[:SHOWN_CLIPS])
        write_samples(self.folder.samples, self.done, real[:SHOWN_CLIPS], fake[:SHOWN_CLIPS])
        self.folder.append(self.folder.validation, {name: _short(value) for name, value in {
            "step": self.done,
            "motion": evaluation.motion(fake),
            "real_motion": evaluation.motion(real),
            "variety": evaluation.variety(fake[:SHOWN_CLIPS], again),
            "lowest_correlation": np.median([evaluation.photo_correlation(c) for c in fake]),
            "first_frame_psnr": min(99.0, evaluation.psnr(fake[:, 0], real[:, 0])),
        }.items()})

    def save(self):
        """Write the networks, and last, when all is in place, the state.

        Raises:
            InputError: If a weight is no longer finite; what was saved before stays.
        """
        checkpoints.check_finite(self.variables(), self.done)
        checkpoints.save_model(self.step.average, self.folder.generator)
        checkpoints.save_model(self.step.gan.discriminator, self.folder.discriminator)
        checkpoints.save_model(self.step.gan.reader, self.folder.reader)
        checkpoints.save_state(self.folder.state, self.variables(), step=self.done)
        self.saved = self.done


def _validation_examples(batches):
    """Fixed photos, two noises for each, and their real clips as uint8."""
    photos, clips = batches[0]
    random = np.random.default_rng(VALIDATION_SEED)
    noise, others = random.standard_normal((2, len(photos), NOISE_SIZE), np.float32)
    return photos, noise, others, pixels.to_uint8(clips)


def _progress():
    return Progress(TextColumn("step"), MofNCompleteColumn(), BarColumn(),
                    TextColumn("{task.fields[note]}"), TimeRemainingColumn())


class _stop_on_signals:
    """While open, Ctrl-C and SIGTERM ask a session to stop after its step."""

    def __init__(self, session):
        self.session = session

    def __enter__(self):
        self.before = {number: signal.signal(number, self._stop)
                       for number in (signal.SIGINT, signal.SIGTERM)}

    def __exit__(self, *_):
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _stop(self, *_):
        self.session.stopping = True


def _short(value):
    return value if isinstance(value, int) else f"{value:.6g}"
