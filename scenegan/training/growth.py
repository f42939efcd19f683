"""The networks that a training starts with: new ones, or grown from the stage before."""

from scenegan import checkpoints
from scenegan.errors import InputError
from scenegan.models.discriminator import build_discriminator, build_motion_reader
from scenegan.models.generator import build_generator
from scenegan.stages import stage
from scenegan.training.gan import GAN
from scenegan.training.run import RunFolder


def previous_folder(spec, run):
    """The folder of the stage to grow from, or None.

    Raises:
        InputError: If that stage has not been trained in this run.
    """
    if spec.starts_from is None:
        return None
    folder = RunFolder(run, stage(spec.starts_from, spec.channels))
    missing = [path for path in folder.networks if not path.exists()]
    if missing:
        raise InputError(
            f"Stage {spec.number} grows from stage {spec.starts_from}. Received: no "
            f"'{missing[0]}'. Run first: python train_stage.py --stage {spec.starts_from} "
            f"--run {run}")
    return folder


def build(spec, loss, previous):
    """Make the networks of a stage: (GAN, averaged generator)."""
    generators = [build_generator(spec, _grown(previous)) for _ in range(2)]
    generators[1].set_weights(generators[0].get_weights())
    critic = reader = None
    if previous is not None:
        critic = checkpoints.load_model(previous.discriminator)
        reader = checkpoints.load_model(previous.reader)
    return GAN(spec, loss, generators[0], build_discriminator(spec, critic),
               build_motion_reader(spec, reader)), generators[1]


def _grown(previous):
    if previous is None:
        return None
    generator = checkpoints.load_generator(previous.generator)
    channels = generator.output_shape[-1]
    if channels != previous.spec.channels:
        raise InputError(
            f"Both stages must have the same channels. Received: {previous.spec.channels} for this "
            f"one and {channels} in '{previous.generator}'. Choose the same --channels or another "
            "--run.")
    return generator
