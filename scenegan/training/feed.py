"""What a training step is given: clips, and everything that is random, by number of the draw."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from scenegan.stages import NOISE_SIZE

AHEAD = 2              # batches that are read while the devices work
ANOTHER = 1_000_003    # draws from one course of a training to the next: see `feed`


def fade_alpha(spec, step, until):
    """How far a grown stage has faded in: 0 at step 0, 1 from step `until`; 1 for a first stage."""
    return 1.0 if spec.starts_from is None or step >= until else step / until


def feed(batches, loss, seed, first_step, steps, alpha, course=0, shard=(0, 1)):
    """Yield the batches of a training from one step on, as `GAN` describes them.

    Each step takes `loss.discriminator_steps` batches for the discriminator, then
    `loss.generator_steps` for the generator. A batch depends on the seed, its number and
    the course alone, so a training that goes on sees what it would have seen.

    Args:
        batches: Sequence of (photo, clip) arrays; `batches[draw]` is pure.
        alpha: Function from a step to how far the stage has faded in.
        course: Number of times that the training was rolled back: each draws anew.
        shard: (index, count): the rows of each batch that are yielded are the index-th
            of `count` equal parts.
    """
    draws = loss.discriminator_steps + loss.generator_steps

    def draw_batch(draw):
        photo, clip = batches[draw + course * ANOTHER]
        random = np.random.default_rng((seed, draw + course * ANOTHER))
        size = len(clip)
        return _rows(shard, {
            "photo": photo,
            "clip": clip,
            "noise": random.standard_normal((size, NOISE_SIZE), np.float32),
            "posterior": ((np.arange(size) + draw // draws) % 2).astype(np.float32),
            "share": random.random((size, 1, 1, 1, 1), np.float32),
            "alpha": np.full((size, 1), alpha(draw // draws), np.float32),
        })

    return ahead(draw_batch, range(first_step * draws, steps * draws))


def ahead(function, numbers):
    """`map(function, numbers)`, computed by a thread that is AHEAD of whoever iterates."""
    with ThreadPoolExecutor(1) as pool:
        waiting = deque()
        try:
            for number in numbers:
                waiting.append(pool.submit(function, number))
                if len(waiting) > AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _rows(shard, batch):
    index, count = shard
    size = len(batch["clip"]) // count
    return {name: value[index * size:(index + 1) * size] for name, value in batch.items()}
