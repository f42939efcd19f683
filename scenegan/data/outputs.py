"""What the folders of clips and of reports on them hold; nothing else in them is ever replaced."""

import re

from scenegan.data import store
from scenegan.data.shards import INDEX
from scenegan.files.atomic import HIDDEN
from scenegan.files.outputs import OutputFolder

PAGE, SHEET, SAMPLES = "index.html", "sheet.png", "samples"
DROPPED_SHEET, DROPPED = "dropped.png", "dropped"      # the same of clips that were dropped
GENERATOR = '<meta name="generator" content="scenegan data report">'
REPORT_FOLDER = OutputFolder(
    what="a report", mark=(PAGE, GENERATOR),
    names="|".join([*map(re.escape, (PAGE, SHEET, DROPPED_SHEET)),
                    rf"({SAMPLES}|{DROPPED})/(\d+\.webp)?"]))
_INDICES = (INDEX, store.VIDEOS, store.DROPPED, store.DROPPED_INDEX)
_SHARD = r"clips-\d{5,}"
_TARGETS = rf"\.?{_SHARD}\.(motion|content)\d*-[0-9a-f]{{12}}(\.part)?\.npy"
CLIPS_FOLDER = OutputFolder(
    what="clips",
    names="|".join([*map(re.escape, _INDICES), rf"{_SHARD}\.npy",
                    rf"{store.TARGETS}/({_TARGETS})?", rf"{store.REPORT}/.*",
                    rf"(\.report-\w+|{re.escape(HIDDEN)}[^/]*)(/.*)?"]))      # what a kill left
