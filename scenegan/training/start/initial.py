"""The networks that a training starts with: new, grown from the stage before, or finished ones."""

import keras

from scenegan import checkpoints
from scenegan.errors import InputError
from scenegan.models.discriminator import build_discriminator, build_motion_reader
from scenegan.models.generator import build_generator
from scenegan.presets import stage
from scenegan.training.run import config
from scenegan.training.run.folder import RunFolder
from scenegan.training.start import fine_tuning
from scenegan.training.start.precision import with_precision
from scenegan.training.steps.gan import GAN


def previous_folder(spec, run, settings, fresh):
    """The folder of the stage to grow from, or of that to begin from, or None.

    Raises:
        InputError: If that stage has not been trained there.
    """
    own = RunFolder(run, spec)
    if settings.begin_from:
        return fine_tuning.source(settings.begin_from, own, fresh)
    if own.config.exists() and not fresh:
        begun = config.read(own.config).get("run", {}).get("begin_from")
        if begun:
            raise InputError(f"A fine-tuning goes on with the --from that it began with. Received: "
                             f"none for '{run}', begun with '{begun}'. Give that, or choose "
                             "another --run.")
    if spec.starts_from is None:
        return None
    folder = RunFolder(run, stage(spec.starts_from, spec.channels))
    unusable = folder.unusable()
    if unusable:
        fault = "with a damaged" if unusable[0].exists() else "without"
        raise InputError(
            f"Stage {spec.number} grows from stage {spec.starts_from}. Received: '{run}' {fault} "
            f"{unusable[0].relative_to(folder.run)}. Run first: python train_stage.py --stage "
            f"{spec.starts_from} --run {run}")
    return folder


def half_trained(folder):
    """One line on a stage that was stopped before its end, or None."""
    if not folder.config.exists():
        return None
    steps = config.read(folder.config).get("run", {}).get("steps", 0)
    done = max(folder.states.steps(), default=steps)
    if done >= steps:
        return None
    return (f"Stage {folder.spec.number} has done {done} of its {steps} steps: what grows from it "
            f"may be worse. To finish it: python train_stage.py --stage {folder.spec.number} "
            f"--run {folder.run}")


def build(spec, settings, previous):
    """Make the networks of a stage: (GAN in the settings' precision, float32 average)."""
    if settings.begin_from:
        networks = fine_tuning.load(previous, spec)
    elif previous is not None:
        generator = _load(spec, previous)
        discriminator, reader = checkpoints.load_critics(previous.discriminator, previous.reader,
                                                         generator)
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
