"""`scenegan animate`, and `animate.py`: photos in, animations out."""

import math
import os
from collections import Counter
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import click

from scenegan.commands.cli import echo_error, import_keras
from scenegan.commands.options import HELP, SEED
from scenegan.errors import InputError
from scenegan.files.paths import resolve
from scenegan.media.formats import FORMATS
from scenegan.presets import SHIPPED, STAGES
from scenegan.progress import progress_bar
from scenegan.scenery import MOVING
from scenegan.specs import FPS

NEARLY_WHITE = 250               # of 255: a picture that holds nothing still
STRONGEST = 10                   # times the usual speed: more only tears
NATIVE = STAGES[max(STAGES)]
LOADING = "Loading the network"
LOOPING = ("gif", "webp")        # formats that play over and over
EXAMPLES = """\b
Examples:
  animate.py beach.jpg                          beach.gif, here; if it exists, beach-2.gif
  animate.py beach.jpg --out waves.mp4          a video of any name
  animate.py *.jpg --out moving --format webp   moving/NAME.webp for each photo
  animate.py beach.jpg --format npy             beach.npy: the network's own clip
"""


@click.command(epilog=EXAMPLES, context_settings=HELP)
@click.argument("photos", nargs=-1, required=True, metavar="PHOTO...", type=click.Path())
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH",
              help="A file, or a folder for outputs named after the photos. Default: this folder.")
@click.option("--format", type=click.Choice(list(FORMATS)), default=None,
              help="Default: that of --out, else gif. npy is always the raw animation at "
                   f"{NATIVE.size}, with --moving held still; png is a folder of frames.")
@click.option("--seed", type=SEED, default=0, show_default=True, metavar="N",
              help="Another seed moves the photo in another way.")
@click.option("--checkpoint", type=click.Path(), metavar="FILE",
              help="Generator to use: a .keras file, or one that ships with scenegan: "
                   f"{', '.join(SHIPPED)}. Default: {next(iter(SHIPPED))}.")
@click.option("--scale", type=click.IntRange(1, 24), default=8, show_default=True, metavar="N",
              help=f"Size as a multiple of {NATIVE.size}: 8 is 640x360.")
@click.option("--fps", type=click.IntRange(1, 50), default=FPS, show_default=True, metavar="N",
              help="Frames a second.")
@click.option("--loop/--no-loop", default=None,
              help="Let the end flow back into the photo. Default: in gif and webp, "
                   "which play over and over. Never in npy.")
@click.option("--moving", type=click.Path(), metavar="FILE",
              help="A picture, painted over all of a copy of the photo: black where it has to "
                   "stand still, white where it may move.")
@click.option("--strength", type=click.FloatRange(0, STRONGEST), default=1.0, show_default=True,
              metavar="X", help="Times the usual speed.")
@click.option("--direction", type=float, metavar="DEGREES",
              help="Where sky and water move to: 0 is right, 90 up, 180 left. Default: the seed's.")
@click.option("--still", type=click.Choice(MOVING), multiple=True,
              help="What stands still; can be given several times.")
@click.option("--show-mask", type=click.Path(path_type=Path), metavar="FILE",
              help="Write what may move, white on black, as a PNG of the photo's size, to be "
                   "painted over and given as --moving.")
@click.option("--overwrite", is_flag=True, help="Replace outputs that exist.")
def animate(photos, out, format, seed, checkpoint, scale, fps, loop, moving, show_mask, overwrite,
            **dials):
    """Turn each PHOTO into a short animation."""
    from scenegan.checkpoints import check_file, find
    planned, format = plan_targets(photos, out, format)
    targets = planned if out or overwrite else _free_names(planned)
    notes = {photo: f" ({planned[photo]} exists)" for photo, target in targets.items()
             if target != planned[photo]}
    mask = _read_moving(moving, photos)
    _check_dials(dials, show_mask, photos, overwrite, [moving, *targets.values()])
    ready = {photo: target for photo, target in targets.items()
             if _ready(photo, target, format, overwrite, moving)}
    written = 0
    if ready:
        raw = format == "npy"
        loop = not raw and (format in LOOPING if loop is None else loop)
        written = _animate_each(ready, check_file(find(checkpoint)), notes, seed=seed, fps=fps,
                                scale=1 if raw else scale, loop=loop, moving=mask, format=format,
                                show_mask=show_mask, dials=dials)
    if written < len(targets):
        raise click.exceptions.Exit(1)


def plan_targets(photos, out, format):
    """Where each photo's animation goes.

    Returns:
        Dict from photo to path, and the format (a key of FORMATS).

    Raises:
        InputError: If several photos would get one file, or `out` has an unknown suffix.
    """
    from scenegan.media.animations import check_target
    out = out or Path()
    resolve(out)                                      # refuses what leads nowhere
    if out.suffix and not out.is_dir():
        format = check_target(out, format)
        if len(photos) > 1:
            raise InputError(f"Several photos need a folder. Received: --out '{out}' for "
                             f"{len(photos)} photos. Name a folder, and choose with --format.")
        return {photos[0]: out}, format
    format = format or "gif"
    targets = {photo: out / (Path(photo).stem + FORMATS[format].suffix) for photo in photos}
    twice = [target for target, count in Counter(targets.values()).items() if count > 1]
    if twice:
        same = ", ".join(f"'{photo}'" for photo, target in targets.items() if target in twice)
        raise InputError(f"Photos must have different names to go into one folder. Received: "
                         f"{same}. Rename one, or animate them one by one with --out.")
    if not out.parent.is_dir() or (out.exists() and not out.is_dir()):
        raise InputError(f"--out must be a file ending in a known format or a folder in one that "
                         f"exists. Received: '{out}'. Create the folder first.")
    return targets, format


def _free_names(targets):
    """The same targets, but photo-2.gif, photo-3.gif ... for a photo.gif that exists."""
    free = {}
    for photo, target in targets.items():
        taken = {*free.values(), *targets.values()} - {target}
        names = (target.with_name(f"{target.stem}-{number}{target.suffix}") for number in count(2))
        free[photo] = target if not os.path.lexists(target) else next(
            name for name in names if name not in taken and not os.path.lexists(name))
    return free


def _ready(photo, target, format, overwrite, moving):
    """Whether a photo can be read and its target written; if not, say why."""
    from scenegan.media.animations import check_target
    from scenegan.media.photos import check_photo
    try:
        check_photo(photo)
        if resolve(target) in (resolve(path) for path in (photo, moving) if path):
            raise InputError("An animation must not replace its photo, or what --moving names. "
                             f"Received: '{target}'. Name another file with --out.")
        if target.parent.exists():
            check_target(target, format)
        if os.path.lexists(target) and not overwrite:
            raise InputError(f"'{target}' exists. Choose another --out or pass --overwrite.")
    except InputError as error:
        echo_error(error)
        return False
    return True


def _read_moving(path, photos):
    """The picture of what moves in the one photo, or None."""
    from scenegan.media.photos import read_photo
    if path is None:
        return None
    if len(photos) > 1:
        raise InputError(f"--moving belongs to one photo. Received: {len(photos)} photos. Animate "
                         "them one by one.")
    picture = read_photo(path, "--moving")
    if picture.min() > NEARLY_WHITE:
        raise InputError(f"--moving must have black in it, where the photo stands still. Received: "
                         f"'{path}', all white. Paint that part black, on no transparent ground.")
    return picture


def _check_dials(dials, show_mask, photos, overwrite, taken):
    """Raise InputError unless what is asked for makes sense; nothing is read yet."""
    if dials["direction"] is not None and not math.isfinite(dials["direction"]):
        raise InputError("--direction must be a number of degrees. "
                         f"Received: {dials['direction']}.")
    if show_mask is None:
        return
    if len(photos) > 1:
        raise InputError(f"--show-mask belongs to one photo. Received: {len(photos)} photos. "
                         "Animate them one by one.")
    if show_mask.suffix.lower() != ".png" or not show_mask.parent.is_dir() or show_mask.is_dir():
        raise InputError("--show-mask must end in .png and be in a folder that exists. Received: "
                         f"'{show_mask}'. Choose another name.")
    if resolve(show_mask) in [resolve(path) for path in (*photos, *taken) if path]:
        raise InputError("--show-mask must be a file of its own. Received: "
                         f"'{show_mask}'. Choose another name.")
    if os.path.lexists(show_mask) and not overwrite:
        raise InputError(f"'{show_mask}' exists. Choose another --show-mask or pass --overwrite.")


def _animate_each(targets, checkpoint, notes, *, fps, format, show_mask, **options):
    """Animate photos with one generator, and return how many were written.

    Args:
        notes: What to say of a photo's target behind its size, by the photo.
        options: What is asked for, as `_animate_one` takes it.
    """
    from scenegan.animation.animate import load_predictor
    from scenegan.media.animations import write_animation
    predictor, written = None, 0
    with _progress(len(targets)) as report:
        for done, (photo, target) in enumerate(targets.items()):
            report(f"Reading {photo}", done)
            image = _read(photo, options["moving"])
            if image is None:
                continue
            if predictor is None:          # a bad checkpoint is bad for all photos: not caught
                report(LOADING, done)
                import_keras()
                predictor = load_predictor(checkpoint)
            report(f"Animating {photo}", done)
            try:
                if show_mask:
                    _write_mask(show_mask, image, predictor, **options)
                frames = _animate_one(image, predictor, **options)
                target.parent.mkdir(exist_ok=True)
                write_animation(frames, target, fps, format=format)
            except InputError as error:
                echo_error(error)
            else:
                written += 1
                number, height, width, _ = frames.shape
                click.echo(f"{target}: {number} frames, {width}x{height}{notes.get(photo, '')}")
        report("", len(targets))
    return written


def _animate_one(image, predictor, *, seed, scale, loop, moving, dials):
    from scenegan.animation.animate import frames
    return frames(image, seed=seed, generator=predictor, scale=scale, loop=loop,
                  moving=moving, **dials)


def _write_mask(path, image, predictor, *, moving, dials, **_):
    """Write what may move in a photo, atomically."""
    from PIL import Image

    from scenegan.animation.animate import show_mask
    from scenegan.files.atomic import replacing
    mask = show_mask(image, generator=predictor, moving=moving, still=dials["still"])
    with replacing(path) as part:
        Image.fromarray(mask).save(part)
    click.echo(f"{path}: what may move, {mask.shape[1]}x{mask.shape[0]}")


def _read(photo, moving):
    """A photo's pixels; None if they cannot be used, after saying why."""
    from scenegan.animation.animate import check_proportions
    from scenegan.media.photos import read_photo
    try:
        image = read_photo(photo)
        if moving is not None:
            check_proportions(moving, image)
        return image
    except InputError as error:
        echo_error(error)
        return None


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
