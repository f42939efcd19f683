"""The networks that a training starts with: new, grown from the stage before, or finished ones."""

import keras

from scenegan import checkpoints
from scenegan.errors import InputError
from scenegan.models.discriminator import build_discriminator, build_motion_reader
from scenegan.models.generator import build_generator
from scenegan.training.start import fine_tuning
from scenegan.training.start.precision import with_precision
from scenegan.training.start.start import Origin
from scenegan.training.steps.gan import GAN


def build(spec, settings, start):
    """Make the networks of a stage as a `Start` says.

    Returns:
        (`GAN` in the settings' precision, averaged generator in float32).

    Raises:
        InputError: If networks that are read do not suit the stage.
    """
    if start.origin is Origin.FINE_TUNED:
        networks = fine_tuning.load(start.source, spec)
    elif start.origin is Origin.GROWN:
        generator = _load(spec, start.source)
        discriminator, reader = checkpoints.load_critics(
            start.source.discriminator, start.source.reader, generator)
        networks = (build_generator(spec, generator), build_discriminator(spec, discriminator),
                    build_motion_reader(spec, reader))
    else:
        networks = [build_network(spec) for build_network in (
            build_generator, build_discriminator, build_motion_reader)]
    average = keras.models.clone_model(networks[0])
    average.set_weights(networks[0].get_weights())
    return GAN(spec, settings.loss, *(
        with_precision(network, settings.precision) for network in networks)), average


def _load(spec, previous):
    """The generator to grow from; InputError if the stage cannot."""
    generator = checkpoints.load_generator(previous.generator)
    frames, height, width, channels = generator.output_shape[1:]
    if frames != spec.frames or height >= spec.height or width >= spec.width:
        raise InputError(
            f"A stage must have the frames of the one it grows from, and be larger. Received: "
            f"{spec.size}, {spec.frames} frames, and {width}x{height}, {frames} frames in "
            f"'{previous.generator}'. Correct [stage] or choose another --run.")
    if channels != previous.spec.channels:
        raise InputError(
            f"Both stages must have the same channels. Received: {previous.spec.channels} for this "
            f"one and {channels} in '{previous.generator}'. Choose the same --channels or another "
            "--run.")
    return generator
