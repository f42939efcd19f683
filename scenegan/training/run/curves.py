"""The curves of a run: what its logs say, drawn."""

import csv
from pathlib import Path

from scenegan.errors import InputError
from scenegan.files.atomic import replacing
from scenegan.specs import LOSS_TERMS

COLUMNS = 4          # plots of a stage, side by side


def draw(run, out):
    """Draw the training and validation curves of all stages of a run.

    Args:
        run: A run's folder.
        out: PNG to write.

    Raises:
        InputError: If there is no log yet, it is none, `out` is no PNG or cannot be written, or
            Matplotlib is not installed.
    """
    if Path(out).suffix.lower() != ".png":
        raise InputError(f"--out must end in .png. Received: '{out}'. Name another file.")
    logs = sorted(Path(run).glob("stage*/log.csv"))
    if not logs:
        raise InputError(f"'{run}' has no stage1/log.csv. Train some steps first.")
    figure_class = _figure_class()
    figure = figure_class(figsize=(4 * COLUMNS, 3.2 * len(logs)), layout="constrained")
    for axes, log in zip(figure.subplots(len(logs), COLUMNS, squeeze=False), logs, strict=True):
        validation = log.with_name("validation.csv")
        draw_stage(axes, log.parent.name, read(log), read(validation) if validation.exists()
                   else {})
    with replacing(out) as part:
        figure.savefig(part, dpi=80)


def read(path):
    """Columns of a CSV log as lists of floats, by name; a line that is being written is left out.

    Raises:
        InputError: If the file is no such log.
    """
    try:
        text = path.read_text(encoding="utf-8")
        rows = list(csv.DictReader(text[:text.rfind("\n") + 1].splitlines()))
        return {name: [float(row[name]) for row in rows] for name in (rows[0] if rows else ())}
    except (ValueError, TypeError, csv.Error) as error:
        raise InputError(f"A log must be a CSV file of numbers. Received: '{path}', which is none. "
                         "Remove or repair it.") from error


def draw_stage(axes, title, log, validation):
    """Draw one stage in a row of COLUMNS axes: both networks', other terms, gradients, looks."""
    adversarial, others, gradients, looks = axes
    adversarial.set_title(f"{title}: adversarial losses")
    _curves(adversarial, log, validation, {"generator": "adversarial",
                                           "discriminator": "discriminator"})
    others.set_title("the generator's other terms")
    _curves(others, log, validation, {name.replace("_", " "): name
                                      for name in sorted(LOSS_TERMS)})
    others.set_yscale("log")
    gradients.set_title("gradient norms")
    _curves(gradients, log, {}, {"generator": "generator_gradient",
                                 "discriminator": "discriminator_gradient"})
    gradients.set_yscale("log")
    looks.set_title("validation photos, gray levels")
    for name in ("motion", "real_motion", "variety"):
        if name in validation:
            looks.plot(validation["step"], validation[name], marker=".",
                       label=name.replace("_", " "))
    for axis in axes:
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
        if axis.get_legend_handles_labels()[0]:
            axis.legend(fontsize="small")


def _curves(axis, log, validation, names):
    """Training as a line and validation, where there is some, as dots of the same colour."""
    for label, name in names.items():
        if name in log:
            line, = axis.plot(log["step"], log[name], label=label)
            if name in validation:
                axis.plot(validation["step"], validation[name], "o--", markersize=4,
                          color=line.get_color(), label=f"{label}, validation")


def _figure_class():
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError("Drawing curves needs Matplotlib, which is not installed. Run: pip "
                         "install 'scenegan[plot]'") from error
    return Figure
