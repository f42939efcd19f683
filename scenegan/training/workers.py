"""Agreement between the workers of a distributed training."""

import hashlib

from scenegan.errors import InputError


def check_identical(step, run, what, text):
    """Check that all workers give the same text.

    Args:
        step: The backend's `Step`.
        run: Folder of the run.
        what: What the text stands for, such as "the same clips".
        text: This worker's text.

    Raises:
        InputError: If the text of another worker differs.
    """
    digest = int(hashlib.sha256(text.encode()).hexdigest()[:5], 16)     # a float32 holds it
    worker, workers = step.shard
    if step.sum_over_workers(digest) != workers * digest:
        raise InputError(f"All workers must have {what}. Received: others than this one, worker "
                         f"{worker}. Start the same command on all, where '{run}' is the same "
                         "folder.")
