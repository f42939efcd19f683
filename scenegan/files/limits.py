"""Limits of the photos and videos that are read, which environment variables change."""

import math
import os

from scenegan.errors import InputError

# Name of a variable: (its default, what it limits). Without a number there is no limit.
LIMITS = {
    "SCENEGAN_MAX_MEGAPIXELS": (178, "Megapixels of a photo, or of a frame of a video."),
    "SCENEGAN_MAX_MEGABYTES": (math.inf, "Megabytes of a file."),
    "SCENEGAN_MAX_SECONDS": (math.inf, "Seconds of a video; what follows is not decoded."),
}


def limit(name):
    """The value of one of LIMITS.

    Raises:
        InputError: If the variable is set to something else than a number above 0.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return LIMITS[name][0]
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not value > 0:
        raise InputError(f"{name} must be a number above 0. Received: {text!r}. Correct it or "
                         "leave it out.")
    return value


def check_pixels(width, height, what, path):
    """Raise InputError if a picture is larger than SCENEGAN_MAX_MEGAPIXELS."""
    most = limit("SCENEGAN_MAX_MEGAPIXELS")
    if width * height > most * 1e6:
        raise too_many_pixels(what, path, most)


def too_many_pixels(what, path, most):
    """The InputError of a picture of more than `most` megapixels."""
    return InputError(f"{what} must have at most {most:g} megapixels. Received: '{path}', which "
                      "has more. Shrink it first, or raise SCENEGAN_MAX_MEGAPIXELS.")


def check_bytes(path, what):
    """Raise InputError if a file is larger than SCENEGAN_MAX_MEGABYTES."""
    most, size = limit("SCENEGAN_MAX_MEGABYTES"), os.stat(path).st_size / 1e6
    if size > most:
        raise InputError(f"{what} must have at most {most:g} MB. Received: '{path}', {size:.1f} "
                         "MB. Make it smaller, or raise SCENEGAN_MAX_MEGABYTES.")


def check_seconds(seconds, path):
    """Raise InputError if a video has come to more than SCENEGAN_MAX_SECONDS."""
    most = limit("SCENEGAN_MAX_SECONDS")
    if seconds > most:
        raise InputError(f"A video must have at most {most:g} seconds. Received: '{path}', which "
                         "has more. Cut it, or raise SCENEGAN_MAX_SECONDS.")
