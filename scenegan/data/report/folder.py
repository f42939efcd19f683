"""The folder of a report: a page, a contact sheet, and samples that move."""

from pathlib import Path

from scenegan.data.outputs import DROPPED, DROPPED_SHEET, PAGE, REPORT_FOLDER, SAMPLES, SHEET
from scenegan.data.report.dropped import miss_samples
from scenegan.data.report.page import write_page
from scenegan.data.report.samples import choose_samples
from scenegan.data.report.sheet import draw_sheet
from scenegan.data.report.statistics import fps_of
from scenegan.files.atomic import replacing_any, writable_folder
from scenegan.files.paths import resolve
from scenegan.media.animations import write_animation
from scenegan.specs import FPS


def prepare(out):
    """Check that a report may be written to a folder, before the work.

    Raises:
        InputError: If it holds anything but an older report or cannot be replaced.
    """
    REPORT_FOLDER.check(out)
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
        REPORT_FOLDER.check(out)                      # what came meanwhile stays
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
    images = [f"{name}/{number:02}.webp" for number in range(1, len(samples) + 1)]
    for sample, image in zip(samples, images, strict=True):
        clip, = clips.clips([sample.index])
        write_animation(clip, folder / image, fps_of(sample.record) or FPS)
    return images
