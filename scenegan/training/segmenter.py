"""A training of the segmenter from its first step to its last: step, log, validate, save."""

import keras
import numpy as np

from scenegan import checkpoints
from scenegan.data.label_batches import LabelBatches, hold_out
from scenegan.data.labels import LabelledPhotos
from scenegan.data.prefetch import prefetch
from scenegan.errors import InputError
from scenegan.evaluation import segmentation
from scenegan.models.segmenter import FINEST, build_segmenter
from scenegan.progress import progress_bar
from scenegan.seeds import seed_keras
from scenegan.training.interruption import Stop
from scenegan.training.run.lock import locked
from scenegan.training.run.logs import Logs
from scenegan.training.run.reporter import Reporter
from scenegan.training.segmenter_folder import SegmenterFolder
from scenegan.training.segmenter_loss import RATE, build_optimizer, segmentation_loss, targets
from scenegan.training.steps.optimizers import Rate

SIZE = 208           # pixels of a crop's sides
HELD_OUT = 0.1       # share of the photos that validate


def train(settings, out, fresh=False):
    """Train a segmenter, or resume it where it stopped.

    Args:
        settings: A `SegmenterSettings`.
        out: File of the segmenter; its logs and states go to a folder beside it.
        fresh: Whether to start again.

    Returns:
        (path of the segmenter, steps done, those done before). Fewer than all after Ctrl-C or
        SIGTERM.

    Raises:
        InputError: If the photos cannot be trained on, the training cannot be resumed as asked, or
            its loss or weights are no longer finite.
    """
    photos = LabelledPhotos(settings.data)
    folder = SegmenterFolder(out, settings.save_every)
    folder.check(fresh)
    session = SegmenterSession(photos, folder, settings)           # before anything is touched
    with locked(folder.path):
        folder.open(settings, photos, fresh)
        session.load()
        return session.train()


class SegmenterSession:
    """The verbs of a training; see `train`."""

    def __init__(self, photos, folder, settings):
        seed_keras(settings.seed)
        self.photos, self.folder, self.settings = photos, folder, settings
        indices, self.held_out = hold_out(photos, HELD_OUT, settings.seed, settings.validate_on)
        self.batches = LabelBatches(photos, indices, settings.batch_size, SIZE, FINEST,
                                    settings.seed, dict(settings.weights))
        self.network = build(settings.begin_from)
        self.average = keras.models.clone_model(self.network)
        self.optimizer = build_optimizer(self.network, Rate(RATE, 1, settings))
        self.variables = {"network": self.network.variables,
                          "optimizer": self.optimizer.variables}
        self.network.compile(self.optimizer, segmentation_loss,
                             jit_compile=keras.backend.backend() == "jax")
        self.logs = Logs(folder.path)
        self.reporter = Reporter(self.logs, settings, chief=True,
                                 describe=lambda means: f"loss {means['loss']:.3f}")
        self.done, self.saved = 0, None

    def load(self):
        """Load the newest state that is whole, if there is one."""
        notes = self.folder.states.load(self.variables, self.logs.warn)
        if notes is not None:
            self.done = self.saved = int(notes["step"])
            self.reporter.pending = [{"loss": float(loss)} for loss in notes["log:loss"]]
        self.logs.cut(self.done)

    def train(self):
        """Do the steps that are left; returns what `train` does."""
        steps, done_before = self.settings.steps, self.done
        with Stop() as stop, progress_bar("step", stderr=False) as progress:
            self.reporter.show(progress, self.done)
            batches = prefetch(map(self.batch, range(self.done, steps)))
            self.reporter.start_clock(self.done)
            while self.done < steps and not stop.asked:
                self.update(next(batches))
                self.reporter.report(self.done, {"rate": float(self.optimizer.learning_rate)})
                self.validate()
                self.save_if_due()
                self.reporter.advance(self.done)
            batches.close()
            if self.saved != self.done or not checkpoints.is_whole(self.folder.segmenter):
                self.save()
        return self.folder.segmenter, self.done, done_before

    def batch(self, step):
        """Crops and targets of a step."""
        crops, shares, partial = self.batches[step]
        return crops, targets(shares, partial)

    def update(self, batch):
        """One step."""
        loss = float(self.network.train_on_batch(*batch))
        if not np.isfinite(loss):
            raise InputError(f"The loss became {loss} in step {self.done + 1}. The state of step "
                             f"{self.saved or 0} is kept; give another --seed and --out.")
        self.reporter.pending.append({"loss": loss})
        self.done += 1

    def validate(self):
        """Measure the averaged weights on the photos held out, where due."""
        if self.done % self.settings.validate_every and self.done != self.settings.steps:
            return
        result = segmentation.evaluate(self.averaged(), self.photos, self.held_out)
        self.logs.add(self.logs.validation, {
            "step": self.done, "right": result.right, "loose_right": result.loose_right,
            "told_right": result.told_right, "leak": result.leak} | result.overlap)
        self.reporter.start_clock(self.done)                       # steps alone are timed

    def averaged(self):
        """The network with the averaged weights."""
        for variable, mean in zip(self.average.trainable_variables, self.optimizer.means,
                                  strict=True):
            variable.assign(keras.ops.convert_to_numpy(mean))
        return self.average

    def save_if_due(self):
        if self.done % self.settings.save_every == 0:
            self.save()

    def save(self):
        """Write the segmenter and, last, the state.

        Raises:
            InputError: If a weight is no longer finite; then nothing is written.
        """
        wild = checkpoints.not_finite(self.variables)
        if wild:
            raise InputError(f"The {wild} holds NaN or infinity at step {self.done}. The state of "
                             f"step {self.saved or 0} is kept; give another --seed and --out.")
        checkpoints.save_model(self.averaged(), self.folder.segmenter)
        self.folder.states.save(self.done, self.variables, **{
            "log:loss": [terms["loss"] for terms in self.reporter.pending]})
        self.saved = self.done


def build(begin_from=None):
    """The network that a training starts with.

    Args:
        begin_from: A segmenter's file. None: ImageNet's encoder and a new pyramid.

    Raises:
        InputError: If a file is missing, damaged or of another network.
    """
    if begin_from:
        return checkpoints.load_segmenter(begin_from)
    network = build_segmenter()
    checkpoints.load_encoder(network.get_layer("encoder"))
    return network
