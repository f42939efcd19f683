"""The one file that describes a run: written into its folder, and accepted back.

An INI file with the sections [run] (`Settings`), [augmentation] (`Augmentation`), [stage] (a
row of the stage table), [loss] and [weights] (as the stage is trained with) and [began], which
records what a resumed training has to find again. Who writes one by hand needs only
`number` in [stage].
"""

import configparser
from dataclasses import fields, replace
from typing import get_type_hints

from scenegan.data.augmentation import Augmentation
from scenegan.errors import InputError
from scenegan.files.inputs import regular_file
from scenegan.presets import stage
from scenegan.specs import LOSS_TERMS, LossSpec, StageSpec
from scenegan.training.run.settings import Settings

MAY_CHANGE = {                     # when a training is resumed
    "run": {"data", "steps", "save_every", "validate_every", "strategy", "micro_batch",
            "tensorboard"},
    "began": {"fade_until", "scenegan", "keras", "backend"}}


# [began], see `scenegan.training.run.record.RunRecord`, which holds it typed.
BEGAN = {"clips": str, "segmenter": str | None, "grown_from": str | None, "fade_until": int,
         "scenegan": str, "keras": str, "backend": str}


def _types(cls, *without):
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls) if field.name not in without}


# What a row of the stage table says and [run], not [stage], holds.
ROW_SETTINGS = ("steps", "batch_size", "schedule", "warmup")
# Settings that older runs did not have, whose defaults are what they did.
LATER = frozenset({"noises", "optimizer", "momentum", "noise_size", "streams", "given",
                   "factorised", "critic_norm", "logits"})
SECTIONS = {"run": _types(Settings, "augmentation"), "augmentation": _types(Augmentation),
            "stage": _types(StageSpec, "losses", *ROW_SETTINGS),
            "loss": _types(LossSpec, "weights"),
            "weights": dict.fromkeys(sorted(LOSS_TERMS), float), "began": BEGAN}


def sections_of(spec, settings, began):
    """A run as sections, each a dict by key: what `text_of` takes and `read` gives."""
    loss = spec.losses[settings.loss]
    values = {name: {key: getattr(part, key) for key in SECTIONS[name]}
              for name, part in (("run", settings), ("augmentation", settings.augmentation),
                                 ("stage", spec), ("loss", loss))}
    return values | {"weights": dict(loss.weights), "began": began}


def shared(sections):
    """What of a run's sections must be the same on all machines that train it."""
    return {name: {key: value for key, value in values.items()
                   if (name, key) not in (("run", "data"), ("run", "begin_from"),
                                          ("run", "tensorboard"))}
            for name, values in sections.items() if name != "began"}


def text_of(sections):
    """The sections as the text of an INI file; a key that has no value is left out."""
    parts = []
    for name in SECTIONS:
        lines = [f"{key} = {_shown(value)}" for key, value in sections[name].items()
                 if value is not None]
        parts.append("\n".join([f"[{name}]", *lines]) + "\n")
    return "\n".join(parts)


def read(path):
    """Read a run's description.

    Returns:
        Dict of the sections that are there, each a dict of typed values.

    Raises:
        InputError: If the file cannot be read, or a section, key or value is none of a run's.
    """
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    try:
        text = regular_file(path, "--config", "Name a file that a run wrote.")
        parser.read_string(text.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"--config must be a file that a run wrote. Received: '{path}' "
                         f"({error.strerror}).") from error
    except (configparser.Error, UnicodeDecodeError) as error:
        raise InputError(f"--config must be an INI file. Received: '{path}' ({error}). See a "
                         "run's config.ini.") from error
    unknown = [name for name in parser.sections() if name not in SECTIONS]
    if unknown:
        raise InputError(f"A run's sections are {', '.join(f'[{name}]' for name in SECTIONS)}. "
                         f"Received: [{unknown[0]}] in '{path}'. Correct or remove it.")
    sections = {name: {key: _typed(path, name, key, text) for key, text in parser[name].items()}
                for name in parser.sections()}
    if "began" in sections:                           # older ones knew one kind of networks
        for name in ("preset", "network"):
            sections.setdefault("stage", {}).setdefault(name, "displacement")
        for name, cls in (("stage", StageSpec), ("loss", LossSpec)):
            for field in fields(cls):                 # what they had no setting for
                if field.name in SECTIONS[name] and field.name in LATER:
                    sections.setdefault(name, {}).setdefault(field.name, field.default)
    return sections


def describe(given, sections):
    """The stage and the settings of a run, from options and a file.

    Args:
        given: Dict of what was asked for beside the file, by the names in [run], [loss]
            ("generator_steps", "discriminator_steps") and [stage] ("number", "channels"); a
            value of None was not given. It comes before the file, and the file before the
            stage table.
        sections: What `read` gave; an empty dict for no file.

    Returns:
        (`StageSpec` whose `losses` holds the one that is used, `Settings`).

    Raises:
        InputError: If no stage is named, or a value is out of its range.
    """
    given = {key: value for key, value in given.items() if value is not None}
    values = {name: sections.get(name, {}) | {key: given[key] for key in keys if key in given}
              for name, keys in SECTIONS.items() if name in ("run", "stage")}
    number, described_number = given.get("number"), sections.get("stage", {}).get("number")
    if None not in (number, described_number) and number != described_number:
        raise InputError(f"--stage must be the stage that --config describes. Received: {number}, "
                         f"and a description of stage {described_number}. Leave one of them out.")
    preset, described_preset = given.get("preset"), sections.get("stage", {}).get("preset")
    if None not in (preset, described_preset) and preset != described_preset:
        raise InputError(f"--preset must be the one that --config describes. Received: {preset}, "
                         f"and a description of {described_preset}. Leave one of them out.")
    if "number" not in values["stage"]:
        raise InputError("[stage] has no `number`. Add it or give --stage.")
    spec = replace(stage(values["stage"]["number"], values["stage"].get("channels"),
                         values["stage"].get("preset", StageSpec.preset)),
                   **values["stage"])
    augmentation = replace(Settings.augmentation, **sections.get("augmentation", {}))
    table = {name: getattr(spec, name) for name in ROW_SETTINGS} | {
        "loss": next(iter(spec.losses)), "augmentation": augmentation}
    settings = Settings(**table | values["run"])
    if settings.loss not in spec.losses:
        raise InputError(f"loss must be one of {', '.join(sorted(spec.losses))}. Received: "
                         f"{settings.loss}.")
    loss = _describe_loss(spec.losses[settings.loss], settings, given, sections)
    return replace(spec, losses={settings.loss: loss}), settings


def _describe_loss(loss, settings, given, sections):
    """A loss of the stage table as a file and options change it.

    A file's [loss] and [weights] belong to the file's loss, not to another that is asked for.
    """
    if sections.get("run", {}).get("loss", settings.loss) == settings.loss:
        loss = replace(loss, **sections.get("loss", {}))
        if "weights" in sections:
            loss = replace(loss, weights=sections["weights"])
    return replace(loss, **{key: given[key] for key in SECTIONS["loss"] if key in given})


def difference(begun, asked):
    """The first thing that two runs must share and do not: (section, key), or None.

    Args:
        begun, asked: Sections.
    """
    for name in SECTIONS:
        old, new = begun.get(name, {}), asked[name]
        for key in old | new:
            if key not in MAY_CHANGE.get(name, ()) and old.get(key) != new.get(key):
                return name, key
    return None


def _typed(path, section, key, text):
    if key not in SECTIONS[section]:
        raise InputError(f"[{section}] has the keys {', '.join(SECTIONS[section])}. Received: "
                         f"{key} in '{path}'. Correct or remove it.")
    kind = SECTIONS[section][key]
    try:
        return _parse(kind, text)
    except ValueError:
        expected = {tuple[float, float]: "two numbers, such as 0.5, 0.99", bool: "yes or no"}.get(
            kind, "a whole number" if kind in (int, int | None) else "a number")
        raise InputError(f"[{section}] {key} must be {expected}. Received: {text!r} in "
                         f"'{path}'.") from None


def _parse(kind, text):
    if kind in (str, str | None):
        return text
    if kind in (int, int | None):
        return int(text)
    if kind is bool:
        return bool(("no", "yes").index(text))
    if kind is float:
        return float(text)
    first, second = text.split(",")
    return float(first), float(second)


def _shown(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
