"""The folder of an evaluation: evaluation.json and sheet.png."""

import json
import re
from pathlib import Path

from scenegan.evaluation.comparison import REAL
from scenegan.evaluation.labelled import as_json as labelled_as_json
from scenegan.evaluation.players import STILL
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


def write(result, about, out, labelled=None):
    """Write an evaluation into a prepared folder.

    Args:
        result: `Result`, or None where no clips were looked at: then there is no sheet.
        about: Dict of what was evaluated and with which settings.
        labelled: `LabelledResult`, or None.
    """
    out = Path(out)
    content = about if result is None else as_json(result, about)
    if labelled is not None:
        content = content | {"labelled_photos": labelled_as_json(labelled)}
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    with replacing(out / FIGURES) as figures:
        figures.write_text(text, encoding="utf-8")
    if result is None:
        return
    shown = {"real": REAL, "generated": result.name, STILL: STILL}
    with replacing(out / SHEET) as picture:
        draw_sheet({label: result.clips[column] for label, column in shown.items()
                    if column in result.clips}).save(picture)
