"""The networks that a training starts with: new, grown from the stage before, or finished ones."""

import keras

from scenegan import checkpoints
from scenegan.errors import InputError
from scenegan.specs import PUBLISHED
from scenegan.training.start import fine_tuning
from scenegan.training.start.precision import with_precision
from scenegan.training.start.start import Origin
from scenegan.training.steps.checks import check_pair
from scenegan.training.steps.networks import NETWORKS


def build(spec, settings, start):
    """Make the networks of a stage as a `Start` says.

    Returns:
        (`GAN` in the settings' precision, averaged generator in float32).

    Raises:
        InputError: If settings do not suit each other, or networks that are read the stage.
    """
    check_pair(spec, settings.loss)
    kind = NETWORKS[spec.network]
    critics = kind.critics if spec.losses[settings.loss].has_critic else {}
    if start.origin is Origin.FINE_TUNED:
        networks = fine_tuning.load(start.source, spec)
    else:
        previous = _load(spec, start.source) if start.origin is Origin.GROWN else {}
        networks = {"generator": kind.generator(spec, previous.get("generator"))} | {
            name: build_critic(spec, previous.get(name)) for name, build_critic in critics.items()}
    networks = {name: networks[name] if name in networks else critics[name](spec)
                for name in ("generator", *critics)}
    average = keras.models.clone_model(networks["generator"])
    average.set_weights(networks["generator"].get_weights())
    return kind.gan(spec, settings.loss, {
        name: with_precision(network, settings.precision)
        for name, network in networks.items()}), average


def _load(spec, previous):
    """The networks to grow from, by name; InputError if the stage cannot."""
    load = (checkpoints.load_clip_generator if spec.network in PUBLISHED else
            checkpoints.load_generator)
    generator = load(previous.generator)
    frames, height, width, channels = checkpoints.clip_shape(generator)
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
    kind = spec.network if spec.network not in PUBLISHED else "clip"
    if checkpoints.kind_of(generator) != kind:
        raise InputError(f"A stage must have networks of the kind of the one it grows from. "
                         f"Received: another kind than {spec.network} in '{previous.generator}'. "
                         "Choose another --run.")
    return {"generator": generator} | checkpoints.load_critics(previous.critics, generator)
