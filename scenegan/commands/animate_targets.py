"""Where the animations of `scenegan animate` go, and whether they can."""

import os
from itertools import count
from pathlib import Path

from scenegan.errors import InputError
from scenegan.files.paths import resolve
from scenegan.media.formats import FORMATS

STANDARD = "-"                   # standard input or output
UNNAMED = "animation"            # what an animation of standard input is called
SMALL = 480                      # pixels: up to this width a GIF has a few megabytes, and plays
                                 # everywhere; above, an MP4 has a tenth of its size
PHOTOS = {".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpeg", ".jpg", ".png", ".tif",
          ".tiff", ".webp"}      # suffixes of what is taken from a folder


def default_format(out, format, size):
    """The format of an animation: as asked for, or by the file's suffix, or by the size.

    Args:
        out: `Path`, or None.
        format: Key of FORMATS, or None.
        size: As `sizes.parse_size` gives it.
    """
    by_suffix = {row.suffix: name for name, row in FORMATS.items() if row.suffix}
    suffix = out.suffix.lower() if out and not out.is_dir() else ""
    if format or suffix:
        return format or by_suffix.get(suffix, suffix)
    width = size[0] if isinstance(size, tuple) else size
    small = width == "network" or (isinstance(width, int) and width <= SMALL)
    return "gif" if small else "mp4"


def photos_of(names):
    """All photos that are meant: each one named, and those in each folder named.

    Of what is in a folder, animations are left out: they may be what was made of its photos.

    Raises:
        InputError: If a folder holds none.
    """
    from scenegan.media.photos import is_animation
    photos = []
    for name in names:
        if not (name and name != STANDARD and os.path.isdir(name)):
            photos.append(name)
            continue
        in_folder = [str(path) for path in sorted(Path(name).iterdir())
                  if path.suffix.lower() in PHOTOS and not path.name.startswith(".")
                     and not is_animation(path)]
        if not in_folder:
            raise InputError(f"A folder must hold photos. Received: '{name}' with none. Name "
                             "another one, or the photos.")
        photos += in_folder
    return list(dict.fromkeys(photos))


def plan_targets(photos, out, format):
    """Where each photo's animation goes.

    Of photos whose names differ in their suffix or folder alone, the first has its own name,
    photo.gif; the others have photo-2.gif, photo-3.gif ...

    Returns:
        Dict from photo to path.

    Raises:
        InputError: If `out` is one file for several photos, or cannot be written.
    """
    from scenegan.media.animations import check_target
    out = out or Path()
    resolve(out)                                      # refuses what leads nowhere
    if out.suffix and not out.is_dir():
        check_target(out, format)
        if len(photos) > 1:
            raise InputError(f"Several photos need a folder. Received: --out '{out}' for "
                             f"{len(photos)} photos. Name a folder, and choose with --format.")
        return {photos[0]: out}
    wanted = {photo: out / (_stem(photo) + FORMATS[format].suffix) for photo in photos}
    targets = {}
    for photo, target in wanted.items():
        taken = {*targets.values(), *(wanted.values() if target in targets.values() else ())}
        targets[photo] = next(name for name in _names(target) if name not in taken)
    if not out.parent.is_dir() or (out.exists() and not out.is_dir()):
        raise InputError(f"--out must be a file ending in a known format or a folder in one that "
                         f"exists. Received: '{out}'. Create the folder first.")
    return targets


def free_names(targets):
    """The same targets, but photo-2.gif, photo-3.gif ... for a photo.gif that exists."""
    free = {}
    for photo, target in targets.items():
        taken = {*free.values(), *targets.values()} - {target}
        free[photo] = next(name for name in _names(target)
                           if name not in taken and not os.path.lexists(name))
    return free


def notes_on(planned, targets):
    """What to say of photos whose animation is not called as they are: dict from photo to text.

    Args:
        planned: As `plan_targets` gives it.
        targets: As `free_names` gives it.
    """
    notes = {}
    for photo, target in targets.items():
        if target != planned[photo]:
            notes[photo] = f" ({planned[photo]} exists)"
        elif len(targets) > 1 and target.name not in (_stem(photo), _stem(photo) + target.suffix):
            notes[photo] = f" (of {photo})"
    return notes


def _names(target):
    """Yield photo.gif, photo-2.gif, photo-3.gif ... without end."""
    yield target
    for number in count(2):
        yield target.with_name(f"{target.stem}-{number}{target.suffix}")


def numbered(target, variations):
    """The files of an animation's variations: itself, or name-1.mp4, name-2.mp4 ..."""
    if variations == 1:
        return [target]
    return [target.with_name(f"{target.stem}-{number}{target.suffix}")
            for number in range(1, variations + 1)]


def sheet_of(target):
    """The file of the sheet of an animation's variations."""
    return target.with_name(f"{target.stem}-sheet.png")


def check_outputs(outputs, format, inputs, overwrite):
    """Raise InputError unless files can be written and replace nothing unasked.

    Args:
        outputs: Paths.
        format: Key of FORMATS that those have which are animations, or None.
        inputs: Paths of what must stay.
    """
    from scenegan.media.animations import check_target
    for output in outputs:
        if resolve(output) in map(resolve, inputs):
            raise InputError("An animation must not replace its photo, or what --moving names. "
                             f"Received: '{output}'. Name another file with --out.")
        if output.parent.exists() and format:
            check_target(output, format)
        if os.path.lexists(output) and not overwrite:
            raise InputError(f"'{output}' exists. Choose another --out or pass --overwrite.")


def check_mask_target(path, taken, overwrite):
    """Raise InputError unless what may move can be written to a path."""
    if path.suffix.lower() != ".png" or not path.parent.is_dir() or path.is_dir():
        raise InputError("--show-mask must end in .png and be in a folder that exists. Received: "
                         f"'{path}'. Choose another name.")
    if resolve(path) in map(resolve, taken):
        raise InputError("--show-mask must be a file of its own. Received: "
                         f"'{path}'. Choose another name.")
    if os.path.lexists(path) and not overwrite:
        raise InputError(f"'{path}' exists. Choose another --show-mask or pass --overwrite.")


def _stem(photo):
    return UNNAMED if photo == STANDARD else Path(photo).stem
