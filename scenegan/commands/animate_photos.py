"""What `scenegan animate` does once it knows what is asked for."""

import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from scenegan.commands.animate_targets import (
    STANDARD,
    check_mask_target,
    check_outputs,
    free_names,
    numbered,
    photos_of,
    plan_targets,
    sheet_of,
)
from scenegan.commands.cli import echo_error, import_keras
from scenegan.errors import InputError
from scenegan.media.formats import FORMATS
from scenegan.progress import progress_bar

LOADING = "Loading the network"
NEARLY_WHITE = 250               # of 255: a picture that holds nothing still
LARGEST_INPUT = 1 << 29          # bytes of a photo from standard input
COPIED = 1 << 20                 # bytes at a time


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is asked for; as the options of `scenegan animate`, `frames` being those of a motion."""

    photos: tuple[str, ...]
    out: Path | None
    format: str
    frames: dict
    seed: int
    variations: int
    checkpoint: str | None
    max_mb: float | None
    moving: str | None
    show_mask: Path | None
    overwrite: bool
    to_stderr: bool = False          # where it says what it wrote
    source: str | None = None        # file that holds what came from standard input

    def file_of(self, photo):
        """The file of a photo."""
        return self.source if photo == STANDARD else photo


def run(work):
    """Do it all, as far as it can be done; returns how many photos were not animated."""
    work = replace(work, photos=tuple(photos_of(work.photos)))
    _check_together(work)
    with tempfile.TemporaryDirectory() as folder:
        if STANDARD in work.photos:
            work = replace(work, source=_from_standard_input(Path(folder) / "photo"))
        if work.out != Path(STANDARD):
            return _run(work)
        target = Path(folder) / f"animation{FORMATS[work.format].suffix}"
        failed = _run(replace(work, out=target, to_stderr=True))
        if not failed:
            with open(target, "rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer, COPIED)
                sys.stdout.buffer.flush()
        return failed


def _run(work):
    from scenegan.animation.predictors import find_checked
    planned = plan_targets(work.photos, work.out, work.format)
    keep_names = work.out or work.overwrite or work.variations > 1
    targets = planned if keep_names else free_names(planned)
    notes = {photo: f" ({planned[photo]} exists)" for photo, target in targets.items()
             if target != planned[photo]}
    picture = _read_moving(work)
    if work.show_mask:
        check_mask_target(work.show_mask, [*_inputs(work), *targets.values()], work.overwrite)
    ready = {photo: target for photo, target in targets.items() if _ready(photo, target, work)}
    if not ready:
        return len(work.photos)
    checkpoint = find_checked(work.checkpoint)
    return len(work.photos) - _animate_each(ready, checkpoint, notes, picture, work)


def _check_together(work):
    """Raise InputError for options that do not go together; nothing is read yet."""
    alone = {"--moving": work.moving is not None, "--show-mask": work.show_mask is not None,
             "--out -": work.out == Path(STANDARD), "Standard input": STANDARD in work.photos}
    for name, asked in alone.items():
        if asked and len(work.photos) > 1:
            raise InputError(f"{name} belongs to one photo. Received: {len(work.photos)} photos. "
                             "Animate them one by one.")
    if alone["--out -"]:
        if work.format == "png" or work.variations > 1:
            raise InputError("Standard output takes one file. Received: --format png or several "
                             "--variations. Name a folder with --out.")
        if sys.stdout.isatty():
            raise InputError("An animation is not written to a terminal. Name a file with --out.")


def _from_standard_input(path):
    """Write what comes from standard input to a file, and return its name."""
    stream = sys.stdin.buffer
    with open(path, "wb") as file:
        while block := stream.read(COPIED):
            file.write(block)
            if file.tell() > LARGEST_INPUT:
                raise InputError("A photo from standard input must have at most "
                                 f"{LARGEST_INPUT >> 20} MB. Name its file.")
    return str(path)


def _inputs(work):
    """The files that are read."""
    return [work.file_of(photo) for photo in work.photos] + [work.moving] * bool(work.moving)


def _ready(photo, target, work):
    """Whether a photo can be read and its animations written; if not, say why."""
    from scenegan.media.photos import check_photo
    outputs, inputs = numbered(target, work.variations), [
        path for path in (work.file_of(photo), work.moving) if path]
    try:
        check_photo(work.file_of(photo))
        check_outputs(outputs, work.format, inputs, work.overwrite)
        if work.variations > 1:
            check_outputs([sheet_of(target)], None, inputs, work.overwrite)
    except InputError as error:
        _tell(error, work)
        return False
    return True


def _read_moving(work):
    """The picture of what moves in the one photo, or None."""
    from scenegan.media.photos import read_photo
    if work.moving is None:
        return None
    picture = read_photo(work.moving, "--moving")
    if picture.min() > NEARLY_WHITE:
        raise InputError(f"--moving must have black in it, where the photo stands still. Received: "
                         f"'{work.moving}', all white. Paint that part black, on no transparent "
                         "ground.")
    return picture


def _animate_each(targets, checkpoint, notes, picture, work):
    """Animate photos with one generator, and return how many were written.

    Args:
        targets: Dict from photo to path.
        notes: What to say of a photo's target behind its size, by the photo.
        picture: What may move, as `_read_moving` gives it.
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
                _tell(error, work)
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

        made, told = write_within(make, path, work.frames, work.format,
                                  work.max_mb and work.max_mb * 1e6)
        _say(f"{'standard output' if work.to_stderr else path}: {told}{note}", work)
        rows.append(made)
    if work.variations > 1:
        write_sheet([row.seen for row in rows], sheet_of(target))
        _say(f"{sheet_of(target)}: {work.variations} variations, one a row", work)


def _write_mask(image, predictor, picture, work):
    """Write what may move in a photo, atomically."""
    from PIL import Image

    from scenegan.animation.animate import show_mask
    from scenegan.files.atomic import replacing
    mask = show_mask(image, generator=predictor, moving=picture, still=work.frames["still"])
    with replacing(work.show_mask) as part:
        Image.fromarray(mask).save(part)
    _say(f"{work.show_mask}: what may move, {mask.shape[1]}x{mask.shape[0]}", work)


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
        _tell(error, work)
        return None


def _tell(error, work):
    """Print an error; what came from standard input is called so, not by the file that holds it."""
    echo_error(str(error).replace(f"'{work.source}'", "standard input"))


def _say(text, work):
    click.echo(text, err=work.to_stderr)


@contextmanager
def _progress(total):
    """A function to call with what is done now and the photos done.

    Where no person looks on, it says once that the network is loaded: that takes seconds.
    """
    from rich.markup import escape
    with progress_bar("Animating") as bar:
        task = bar.add_task("", total=total, note="")

        def report(note, done):
            bar.update(task, completed=done, note=escape(note), refresh=bar.console.is_terminal)
            if note == LOADING and not bar.console.is_terminal:
                click.echo(f"{note} ...", err=True)
        yield report
