"""What a training step is given: clips, and everything that is random, by number of the draw."""

import numpy as np

from scenegan.stages import NOISE_SIZE


def fade_alpha(spec, step, until):
    """How far a grown stage has faded in: 0 at step 0, 1 from step `until`; 1 for a first stage."""
    return 1.0 if spec.starts_from is None or step >= until else step / until


def feed(batches, loss, seed, first_step, steps, alpha):
    """Yield the batches of a training from one step on, as `GAN` describes them.

    Each step takes `loss.discriminator_steps` batches for the discriminator, then one for
    the generator. A batch depends on the seed and its number alone, so a training that
    goes on sees what it would have seen.

    Args:
        batches: Sequence of (photo, clip) arrays; `batches[draw]` is pure.
        alpha: Function from a step to how far the stage has faded in.
    """
    draws = loss.discriminator_steps + 1
    for draw in range(first_step * draws, steps * draws):
        photo, clip = batches[draw]
        random = np.random.default_rng((seed, draw))
        size = len(clip)
        yield {
            "photo": photo,
            "clip": clip,
            "noise": random.standard_normal((size, NOISE_SIZE), np.float32),
            "posterior": ((np.arange(size) + draw // draws) % 2).astype(np.float32),
            "share": random.random((size, 1, 1, 1, 1), np.float32),
            "alpha": np.full((size, 1), alpha(draw // draws), np.float32),
        }
