"""What a training step is given: clips, and everything that is random, by number of the draw."""

import numpy as np

from scenegan.data.prefetch import map_in_threads, prefetch

ANOTHER = 1_000_003  # draws from one rollback of a training to the next: see `feed`


def fade_alpha(spec, step, until):
    """How far a grown stage has faded in: 0 at step 0, 1 from step `until`; 1 for a first stage."""
    return 1.0 if spec.starts_from is None or step >= until else step / until


def feed(batches, loss, seed, first_step, steps, alpha, rollbacks=0):
    """Yield the batches of a training from one step on, as `GAN` describes them.

    Each step takes `loss.discriminator_steps` batches for the discriminator, then
    `loss.generator_steps` for the generator. A batch depends on the seed, its number and
    the rollbacks alone, so a resumed training sees what it would have seen.

    Args:
        batches: A `Batches`; it says which rows of a batch are this process'.
        alpha: Function from a step to how far the stage has faded in.
        rollbacks: Number of times that the training was rolled back: each draws anew.
    """
    draws = loss.discriminator_steps + loss.generator_steps
    shift, rows = rollbacks * ANOTHER, batches.rows

    def draw_batch(draw):
        random = np.random.default_rng((seed, draw + shift))
        size = batches.batch_size
        noise = random.standard_normal((size, loss.noises, batches.spec.noise_size), np.float32)
        return batches[draw + shift] | {
            "noise": noise[rows],
            "posterior": ((np.arange(size) + draw // draws) % 2).astype(np.float32)[rows],
            "share": random.random((size, 1, 1, 1, 1), np.float32)[rows],
            "alpha": np.full((size, 1), alpha(draw // draws), np.float32)[rows],
        }

    return prefetch(map_in_threads(draw_batch, range(first_step * draws, steps * draws)))
