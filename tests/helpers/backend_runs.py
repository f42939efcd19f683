"""What the trainings under Keras' other backends share: settings, clips, an example."""

from tiny_stages import examples, tiny_stage

from scenegan.data.procedural import ProceduralClips

PLAN = {"loss": "wasserstein", "batch_size": 4, "save_every": 2, "validate_every": 4}


def painted():
    """Clips to train on."""
    return ProceduralClips(count=40, seed=0, height=23, width=40, frames=8)


def example():
    """Photos and noises for a generator of stage 1."""
    return list(examples(tiny_stage(1)))
