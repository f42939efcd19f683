"""Looks at clips that are not trained on, always the same: losses, figures and pictures."""

from itertools import islice

import numpy as np

from scenegan import evaluation, pixels
from scenegan.data.batches import Batches
from scenegan.training.run.samples import generate, write_final, write_samples
from scenegan.training.steps.inputs import feed
from scenegan.training.steps.networks import NETWORKS

SHOWN = 6            # fixed photos on the sheets
LOOKED_AT = 24       # fixed photos behind the figures
BATCHES = 3          # fixed batches behind the losses
SEED = 7             # the same noise at every look, so that sheets can be compared


class Validation:
    """Fixed validation clips with their noises.

    Args:
        store: Where the clips are.
        spec: A `StageSpec` whose `losses` holds the one that is trained with.
        settings: A `Settings`.
        shard: Which part of each batch this process takes, see `Batches`.
        targets: As `Batches` takes them.

    Raises:
        InputError: If there is no clip to validate with.
    """

    def __init__(self, store, spec, settings, shard, targets=None):
        self.examples = Batches(store, spec, "validation", LOOKED_AT, SEED, flip=False,
                                targets=targets, directed=0, whole=True)[0]
        whole = self.examples.pop("clip")
        self.real = pixels.to_uint8(whole)
        self.noise, self.other_noise = np.random.default_rng(SEED).standard_normal(
            (2, len(self.real), spec.noise_size), np.float32)
        kind = NETWORKS[spec.network]
        self.noisy = kind.noisy
        self.examples |= {"given": whole[:, :spec.given]} if spec.given else {}
        self.examples |= {"real": whole} if kind.given_all else {}
        batches = Batches(store, spec, "validation", settings.batch_size, SEED, shard=shard,
                          flip=False, targets=targets)
        self.batches = list(islice(feed(batches, spec.losses[settings.loss], SEED, 0, BATCHES,
                                        lambda step: 1.0), BATCHES))

    def losses(self, step, alpha):
        """Mean terms of both losses over the fixed batches, by name.

        Args:
            step: A `Step` of the backend.
            alpha: How far the stage has faded in.
        """
        batches = [batch | {"alpha": np.full_like(batch["alpha"], alpha)} for batch in self.batches]
        terms = [step.evaluate(step.distribute(batch)) for batch in batches]
        return {name: float(np.mean([float(row[name]) for row in terms])) for name in terms[0]}

    def animate(self, step):
        """The averaged generator's animations of the fixed photos, and the figures of them.

        Returns:
            uint8 clips `(LOOKED_AT, *spec.shape)` and a dict of figures by name.
        """
        fake = generate(step.generate, self.examples | {"noise": self.noise})
        return fake, {
            "motion": evaluation.motion(fake),
            "real_motion": evaluation.motion(self.real),
        } | (self._variety(step, fake) if self.noisy else {}) | {
            "lowest_correlation": float(np.median(
                [evaluation.photo_correlation(clip) for clip in fake])),
            "first_frame_psnr": min(99.0, evaluation.psnr(fake[:, 0], self.real[:, 0])),
        }

    def _variety(self, step, fake):
        """How far the animations of two noises differ, of generators that take noise."""
        others = generate(step.generate, {name: rows[:SHOWN] for name, rows in (
            self.examples | {"noise": self.other_noise}).items()})
        return {"variety": evaluation.variety(fake[:SHOWN], others)}

    def write(self, folder, step, fake, last):
        """Write the pictures of a look at some step; the sheet of all clips at the last."""
        write_samples(folder, step, *self.shown(fake))
        if last:
            write_final(folder, self.real, fake)

    def shown(self, fake):
        """The real clips and the generated ones that are shown at every look."""
        return self.real[:SHOWN], fake[:SHOWN]
