"""Reads photos one after the other, and writes the animations of each."""

from contextlib import contextmanager

import click

from scenegan.commands.animate_targets import numbered, sheet_of
from scenegan.commands.cli import import_keras
from scenegan.errors import InputError
from scenegan.progress import is_watched, progress_bar

LOADING = "Loading the network"


def animate_each(targets, checkpoint, notes, picture, work):
    """Animate photos with one generator, and return how many were written.

    Args:
        targets: Dict from photo to path.
        checkpoint: File of the generator, `Path`.
        notes: What to say of a photo's target behind its size, by the photo.
        picture: What may move, as `read_photo` gives it, or None.
        work: The `Work` of animate_photos.
    """
    from scenegan.animation.animate import load_predictor
    predictor, written = None, 0
    with _progress(len(targets)) as report:
        for done, (photo, target) in enumerate(targets.items()):
            report(f"Reading {photo}", done)
            image = _read(photo, picture, work)
            if image is None:
                continue
            if predictor is None:          # a bad checkpoint is bad for all photos: not caught
                report(LOADING, done)
                if checkpoint.suffix.lower() != ".onnx":
                    import_keras()
                predictor = load_predictor(checkpoint)
            report(f"Animating {photo}", done)
            try:
                _animate_one(image, target, predictor, picture, notes.get(photo, ""), work)
            except InputError as error:
                work.tell(error)
            else:
                written += 1
        report("", len(targets))
    return written


def _animate_one(image, target, predictor, picture, note, work):
    """Write a photo's animations, and what is asked for beside them."""
    from scenegan.animation.animate import frames
    from scenegan.commands.animate_limits import write_within
    from scenegan.media.sheets import Watched, write_sheet
    if work.show_mask:
        _write_mask(image, predictor, picture, work)
    target.parent.mkdir(exist_ok=True)
    rows = []
    for number, path in enumerate(numbered(target, work.variations)):
        def make(options, seed=work.seed + number):
            made = frames(image, seed=seed, generator=predictor, moving=picture, **options)
            return Watched(made) if work.variations > 1 else made

        made, summary = write_within(make, path, work.frames, work.format,
                                  work.max_mb and work.max_mb * 1e6)
        work.say(f"{'standard output' if work.to_stderr else path}: {summary}{note}")
        rows.append(made)
    if work.variations > 1:
        write_sheet([row.thumbnails for row in rows], sheet_of(target))
        work.say(f"{sheet_of(target)}: {work.variations} variations, one a row")


def _write_mask(image, predictor, picture, work):
    """Write what may move in a photo, atomically."""
    from PIL import Image

    from scenegan.animation.animate import show_mask
    from scenegan.files.atomic import replacing
    mask = show_mask(image, generator=predictor, moving=picture, still=work.frames["still"])
    with replacing(work.show_mask) as part:
        Image.fromarray(mask).save(part)
    work.say(f"{work.show_mask}: what may move, {mask.shape[1]}x{mask.shape[0]}")


def _read(photo, picture, work):
    """A photo's pixels; None if they cannot be used, after saying why."""
    from scenegan.animation.animate import check_proportions
    from scenegan.animation.sizes import enough
    from scenegan.media.photos import read_photo
    try:
        image = read_photo(work.file_of(photo), enough=enough(work.frames["size"]))
        if picture is not None:
            check_proportions(picture, image)
        return image
    except InputError as error:
        work.tell(error)
        return None


@contextmanager
def _progress(total):
    """A function to call with what is done now and the photos done.

    Where no person looks on, it says once that the network is loaded: that takes seconds.
    """
    if not is_watched():                              # without the time that importing a bar takes
        yield lambda note, done: note == LOADING and click.echo(f"{note} ...", err=True)
        return
    from rich.markup import escape
    with progress_bar("Animating") as bar:
        task = bar.add_task("", total=total, note="")
        yield lambda note, done: bar.update(task, completed=done, note=escape(note), refresh=True)
