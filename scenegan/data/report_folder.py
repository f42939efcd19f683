"""The folder of a report: a page, a contact sheet, and samples that move."""

from pathlib import Path

from scenegan.data.report import fps_of
from scenegan.data.report_dropped import miss_samples
from scenegan.data.report_page import GENERATOR, write_page
from scenegan.data.report_samples import choose_samples
from scenegan.data.report_sheet import draw_sheet
from scenegan.errors import InputError
from scenegan.files.atomic import replacing_any, writable_folder
from scenegan.files.paths import resolve
from scenegan.media import write_animation
from scenegan.stages import FPS

PAGE, SHEET, SAMPLES = "index.html", "sheet.png", "samples"
DROPPED_SHEET, DROPPED = "dropped.png", "dropped"      # the same of clips that were dropped
OWN = (PAGE, SHEET, SAMPLES, DROPPED_SHEET, DROPPED)


def prepare(out):
    """Check that a report may be written to a folder, before the work.

    Raises:
        InputError: If it holds anything but an older report or cannot be replaced.
    """
    check_replaceable(out)
    writable_folder(resolve(out).parent)


def write_report(store, report, out, samples, dropped=()):
    """Write a report to a prepared folder, which appears whole or not at all.

    Args:
        store: `ClipStore`. Only the samples are read, one at a time.
        report: `Report` of these clips.
        out: Folder to write; see `prepare`. An older report is replaced.
        samples: Clips to show, at least 1.
        dropped: `DroppedClips`, all of which are shown.

    Returns:
        Path of the page.

    Raises:
        InputError: If `out` holds anything else or cannot be written.
    """
    out = Path(out)
    chosen = choose_samples(store.records, samples)
    with replacing_any(resolve(out)) as folder:
        folder.mkdir()
        images = write_images(store, chosen, folder, SAMPLES)
        draw_sheet(store, chosen).save(folder / SHEET)
        misses, pairs = miss_samples(dropped) if dropped else [], []
        if misses:
            pairs = zip(misses, write_images(dropped, misses, folder, DROPPED), strict=True)
            draw_sheet(dropped, misses).save(folder / DROPPED_SHEET)
        (folder / PAGE).write_text(write_page(report, chosen, images, list(pairs)),
                                   encoding="utf-8")
        check_replaceable(out)                        # what came meanwhile stays
    return out / PAGE


def write_images(clips, samples, folder, name):
    """Write animations of samples to a new folder in a report's.

    Args:
        clips: `ClipStore` or `DroppedClips`.
        samples: List of `Sample`.
        folder: The report's.
        name: Of the new one.

    Returns:
        Addresses of the animations, relative to the page.
    """
    (folder / name).mkdir()
    images = [f"{name}/{place:02}.webp" for place in range(1, len(samples) + 1)]
    for sample, image in zip(samples, images, strict=True):
        clip, = clips.clips([sample.index])
        write_animation(clip, folder / image, fps_of(sample.record) or FPS)
    return images


def check_replaceable(out):
    """Raise InputError unless a report may be written to a folder: only reports are replaced."""
    if out.exists() and not out.is_dir():
        raise InputError(f"--out must be a folder. Received: the file '{out}'. Name another.")
    if not out.exists() or not any(out.iterdir()):
        return
    strangers = [path.name for path in out.iterdir() if path.name not in OWN]
    for name in (SAMPLES, DROPPED):
        if (out / name).is_dir():
            strangers += [path.name for path in (out / name).iterdir()
                          if not (path.stem.isdecimal() and path.suffix == ".webp")]
    page = out / PAGE
    if not strangers and not (page.is_file() and GENERATOR.encode() in page.read_bytes()[:1000]):
        strangers = [path.name for path in out.iterdir()]
    if strangers:
        raise InputError(f"--out must be a new or empty folder, or one with a report. Received: "
                         f"'{out}', which holds '{sorted(strangers)[0]}'. Name another.")
