"""The networks that a fine-tuning starts with: those of a training that has ended."""

import numpy as np

from scenegan import checkpoints
from scenegan.errors import InputError
from scenegan.files.paths import resolve
from scenegan.models.generator import HEADS
from scenegan.specs import PUBLISHED, StageSpec
from scenegan.training.run import config
from scenegan.training.run.folder import RunFolder
from scenegan.training.start.rebuild import rebuild

INPUTS = {"photo", "clip"}       # the inputs of a network that have a picture's channels
# What networks of published systems must have in common.
SAME = ("network", "height", "width", "frames", "channels", "features", "noise_size", "streams",
        "given", "factorised", "critic_norm", "logits")
PAINTERS = {"raw", "change"}     # its layers whose last outputs are colours


def source(run, own, fresh):
    """The folder to begin from: another run's, or a fine-tuning's own one if it is resumed.

    Args:
        run: The other run.
        own: `RunFolder` of the fine-tuning.
        fresh: Whether it starts again.

    Raises:
        InputError: If that stage has not been trained there.
    """
    if resolve(run) == resolve(own.run):
        raise InputError(f"--from must be another folder than --run. Received: '{run}' for both. "
                         "Choose another --run; a fine-tuning is resumed with the --from that it "
                         "began with.")
    if own.states.steps() and not own.unusable() and not fresh:
        return own
    folder = RunFolder(run, own.spec)
    unusable = folder.unusable()
    if unusable:
        fault = "with a damaged" if unusable[0].exists() else "without"
        raise InputError(f"--from must be the folder of a run with stage {own.spec.number}. "
                         f"Received: '{run}' {fault} {unusable[0].relative_to(folder.run)}. Name "
                         "a run's folder, or 'checkpoints', the shipped one.")
    return folder


def load(folder, spec):
    """The networks of a `RunFolder` by name, for a stage's channels.

    Raises:
        InputError: If they are of another size, kind, number of frames or features, or speed.
    """
    if spec.network in PUBLISHED:
        return _load_published(folder, spec)
    generator = checkpoints.load_generator(folder.generator)
    given = (*checkpoints.clip_shape(generator)[:3],
             generator.get_layer("features").output.shape[-1], *_kind(generator))
    needed = (*spec.shape[:3], spec.features, spec.network,
              None if spec.network == "velocity" else spec.max_speed)
    if given != needed:
        names = "frames, height, width, features, network, max_speed"
        raise InputError(f"--from must hold a stage {spec.number} like the one to train "
                         f"({names} {needed}). Received: {given} in '{folder.generator}'. Choose "
                         "another, or change [stage] of the --config.")
    networks = {"generator": generator} | checkpoints.load_critics(folder.critics, generator)
    return {name: with_channels(network, spec.channels) for name, network in networks.items()}


def _load_published(folder, spec):
    """The networks of a published system, whose settings stand in the run's config.ini."""
    if not folder.config.is_file():
        raise InputError(f"--from needs the config.ini of a run of the preset {spec.preset}. "
                         f"Received: '{folder.run}' without {folder.config.relative_to(folder.run)}"
                         ". Put that back, or name another run.")
    there = config.read(folder.config).get("stage", {})
    for name in SAME:
        found, wanted = there.get(name, getattr(StageSpec, name, None)), getattr(spec, name)
        if found != wanted:
            raise InputError(f"--from must hold a stage like the one to train. Received: {name} "
                             f"{found} in '{folder.run}' for {wanted}. Choose another run, or "
                             "change [stage] of the --config.")
    generator = checkpoints.load_clip_generator(folder.generator)
    return {"generator": generator} | checkpoints.load_critics(folder.critics, generator)


def _kind(generator):
    """The kind of a generator's networks, and its largest speed if that has a limit."""
    if checkpoints.tells_velocities(generator):
        return "velocity", None
    return "displacement", generator.get_layer("motion").max_speed


def with_channels(model, channels):
    """The same network for gray clips (1) or RGB ones (3).

    A gray picture is to RGB weights what it would be as three equal channels, and of colours that
    they paint the mean is left; gray weights see the mean of the colours, and paint gray.

    Returns:
        A model with weights of its own, or `model` if it has those channels.
    """
    own = model.get_layer("photo").output.shape[-1]
    if own == channels:
        return model
    return rebuild(model, lambda config, _: _change(config, channels), _fit)


def _change(config, channels):
    """A part of a model's configuration, with other channels if it is an input or an output."""
    config = {key: part for key, part in config.items()
              if key != "build_config"}                # the shapes that it was built for
    if config.get("class_name") == "InputLayer" and config["config"]["name"] in INPUTS:
        config["config"]["batch_shape"] = (*config["config"]["batch_shape"][:-1], channels)
    if config.get("name") in PAINTERS and "inner" in config:
        config["inner"] = config.get("inner") or config["filters"]       # those are no colours
        config["filters"] = HEADS + channels
    return config


def _fit(weights, shape):
    """Weights whose last inputs or outputs are colours, for the shape of other colours."""
    for axis in range(max(0, weights.ndim - 2), weights.ndim):
        inputs = axis < weights.ndim - 1
        missing = shape[axis] - weights.shape[axis]
        if not missing:
            continue
        groups = abs(missing) // 2                   # pictures side by side: three channels or one
        per_group = 3 if missing < 0 else 1
        weights = np.moveaxis(weights, axis, -1)
        kept, colours = np.split(weights, [weights.shape[-1] - per_group * groups], axis=-1)
        colours = colours.reshape(*colours.shape[:-1], groups, per_group)
        if per_group == 3:
            colours = (np.sum if inputs else np.mean)(colours, axis=-1)
        else:
            colours = np.repeat(colours / (3 if inputs else 1), 3, axis=-1)
        weights = np.concatenate([kept, colours.reshape(*kept.shape[:-1], -1)], axis=-1)
        weights = np.moveaxis(weights, -1, axis)
    return weights
