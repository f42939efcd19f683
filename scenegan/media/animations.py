"""Write an animation, in place of nothing but another one."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenegan.errors import InputError
from scenegan.files.atomic import replacing_any
from scenegan.files.outputs import OutputFolder
from scenegan.media.formats import FORMATS

FRAMES = OutputFolder(what="an animation", names=r"\d+\.png")


class TooLarge(InputError):
    """An animation has more bytes than it may: `size`, with the least quality."""

    def __init__(self, message, size):
        super().__init__(message)
        self.size = size


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        size: Bytes.
        width, height: Pixels; those of the frames, or one less where sides must be even.
        lowered: Whether the quality is less than the format's first.
    """

    size: int
    width: int
    height: int
    lowered: bool


def write_animation(frames, path, fps, *, loop=True, format=None, most=None):
    """Write an animation; the file appears whole or not at all, replacing an older one.

    Args:
        frames: uint8 array `(frames, height, width, channels)`, RGB or gray, or an iterable of its
            frames that has its `shape` and `dtype`, such as `scenegan.frames` gives.
        path: Where to; its folder must exist. For "png" a folder of frames.
        fps: Frames a second. "npy" and "png" do not keep it.
        loop: Whether a GIF, WebP or APNG starts again at its end. In the others the player
            decides.
        format: Key of FORMATS. None: by the suffix of `path`, no suffix being "png".
        most: Bytes that the file may have. Its quality is lowered until it has no more.

    Returns:
        `Written`.

    Raises:
        TooLarge: An InputError, if it cannot be written in so few bytes.
        InputError: If the format is unknown, its encoder missing, or `path` cannot be written.
        ValueError: If `frames` are no such array.
    """
    path, shape = Path(path), frames.shape
    if frames.dtype != np.uint8 or len(shape) != 4 or shape[-1] not in (1, 3) or not shape[0]:
        raise ValueError("frames must be uint8 (frames, height, width, 1 or 3), at least one. "
                         f"Received: {frames.dtype} {shape}.")
    format = FORMATS[check_target(path, format)]
    height, width = (side - side % 2 if format.even else side for side in shape[1:3])
    with replacing_any(path) as temporary:
        for level in format.levels:
            format.write(frames, temporary, fps, loop, level)
            size = size_of(temporary)
            if most is None or size <= most:
                return Written(size, width, height, level != format.levels[0])
            _remove(temporary)
        raise TooLarge(f"'{path}' cannot be kept under {megabytes(most)}: with the least quality "
                       f"it has {megabytes(size)}. Choose a smaller --size, fewer --seconds or "
                       "another --format.", size)


def size_of(path):
    """Bytes of a file, or of the files of a folder."""
    return (sum(file.stat().st_size for file in path.iterdir()) if path.is_dir() else
            path.stat().st_size)


def megabytes(size):
    """Bytes as people read them: "3.4 MB"."""
    return f"{size / 1e6:.2g} MB" if size < 1e7 else f"{size / 1e6:.0f} MB"


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def check_target(path, format=None):
    """Check that an animation can be written to a path, and say in which format.

    Returns:
        Key of FORMATS.

    Raises:
        InputError: If it cannot.
    """
    path = Path(path)
    format = _format_of(path, format)
    if not path.parent.is_dir():
        raise InputError(f"An animation cannot be written to '{path}': its folder does not exist. "
                         "Create it first.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise InputError(f"An animation cannot be written to '{path}': its folder is not writable. "
                         "Choose another one.")
    frames = path.is_dir() and not FRAMES.find_stranger(path)
    if path.exists() and not (frames if format == "png" else path.is_file()):
        raise InputError(f"An animation does not replace '{path}', which is something else. Choose "
                         "another name.")
    return format


def _format_of(path, format):
    """Key of FORMATS, from what was asked for and a path's suffix, which must agree."""
    by_suffix = {row.suffix: name for name, row in FORMATS.items()}
    named = by_suffix.get(path.suffix.lower())
    if path.suffix and named and format in FORMATS and named != format:
        ending = FORMATS[format].suffix or "nothing"
        raise InputError(f"The format and the ending must agree. Received: {format} for '{path}'. "
                         f"Leave out the format, or let it end in {ending}.")
    format = format or named
    if format not in FORMATS or FORMATS[format].suffix not in ("", path.suffix.lower()):
        raise InputError(f"An animation must end in {', '.join(filter(None, by_suffix))}, or in "
                         f"nothing for a folder. Received: '{path}'. Rename it.")
    return format
