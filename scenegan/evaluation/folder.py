"""The folder of an evaluation: evaluation.json and sheet.png."""

import json
from pathlib import Path

from scenegan.errors import InputError
from scenegan.evaluation.compare import REAL, STILL
from scenegan.evaluation.sheet import draw_sheet
from scenegan.evaluation.table import as_json
from scenegan.files.atomic import replacing, writable_folder

FIGURES, SHEET = "evaluation.json", "sheet.png"


def prepare(out):
    """Make the folder of an evaluation, before the work.

    Raises:
        InputError: If it cannot be written or holds anything but an older evaluation.
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise InputError(f"--out must be a folder. Received: the file '{out}'. Name another.")
    held = {path.name for path in writable_folder(out).iterdir() if not path.name.startswith(".")}
    strangers = held - {FIGURES, SHEET}
    if strangers:
        raise InputError("--out must be a new or empty folder, or one with an evaluation. "
                         f"Received: '{out}', which holds '{min(strangers)}'. Name another.")


def write(result, about, out):
    """Write a `Result` into a prepared folder.

    Args:
        about: Dict of what was evaluated and with which settings.
    """
    out = Path(out)
    text = json.dumps(as_json(result, about), indent=1, ensure_ascii=False, allow_nan=False)
    shown = {"real": REAL, "generated": result.name, STILL: STILL}
    sheet = draw_sheet({label: result.clips[column] for label, column in shown.items()
                        if column in result.clips})
    with replacing(out / FIGURES) as figures, replacing(out / SHEET) as picture:
        figures.write_text(text + "\n", encoding="utf-8")
        sheet.save(picture)
