"""What `scenegan animate` does once it knows what is asked for."""

import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import click

from scenegan.commands.animate_each import animate_each
from scenegan.commands.animate_targets import (
    STANDARD,
    check_mask_target,
    check_outputs,
    free_names,
    notes_on,
    numbered,
    photos_of,
    plan_targets,
    sheet_of,
)
from scenegan.commands.cli import echo_error
from scenegan.errors import InputError
from scenegan.media.formats import FORMATS

NEARLY_WHITE = 250               # of 255: a picture that holds nothing still
LARGEST_INPUT = 1 << 29          # bytes of a photo from standard input
COPIED = 1 << 20                 # bytes at a time


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is asked for; as the options of `scenegan animate`, `frames` being those of a motion."""

    photos: tuple[str, ...]
    out: Path | None
    format: str
    frames: dict[str, object]
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

    def tell(self, error):
        """Print an error; what came from standard input is called so, not by its file."""
        echo_error(str(error).replace(f"'{self.source}'", "standard input"))

    def say(self, text):
        """Print a line."""
        click.echo(text, err=self.to_stderr)


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
    picture = _read_moving(work)
    if work.show_mask:
        check_mask_target(work.show_mask, [*_inputs(work), *targets.values()], work.overwrite)
    ready = {photo: target for photo, target in targets.items() if _ready(photo, target, work)}
    if not ready:
        return len(work.photos)
    checkpoint = find_checked(work.checkpoint)
    return len(work.photos) - animate_each(ready, checkpoint, notes_on(planned, targets),
                                             picture, work)


def _check_together(work):
    """Raise InputError for options that do not go together; nothing is read yet."""
    alone = {"--moving": work.moving is not None, "--show-mask": work.show_mask is not None,
             "--out -": work.out == Path(STANDARD), "Standard input": STANDARD in work.photos}
    for name, given in alone.items():
        if given and len(work.photos) > 1:
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
        work.tell(error)
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
