"""The folder of an evaluation: evaluation.json and sheet.png."""

import json
import re
from pathlib import Path

from scenegan.evaluation.comparison import REAL, STILL
from scenegan.evaluation.sheet import draw_sheet
from scenegan.evaluation.table import as_json
from scenegan.files.atomic import replacing, writable_folder
from scenegan.files.outputs import OutputFolder, check_folder

FIGURES, SHEET = "evaluation.json", "sheet.png"
EVALUATION = OutputFolder(what="an evaluation",
                          names=rf"{re.escape(FIGURES)}|{re.escape(SHEET)}|\..*")


def prepare(out):
    """Make the folder of an evaluation, before the work.

    Raises:
        InputError: If it cannot be written or holds anything but an older evaluation.
    """
    check_folder(out)
    EVALUATION.check(writable_folder(out))


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
