"""What the page asks for, checked: dials of a motion, and what is downloaded of it."""

import base64
import binascii
import io
from dataclasses import dataclass

import numpy as np

from scenegan.animation.dials import Dials
from scenegan.animation.looping import as_loop
from scenegan.animation.sizes import parse_size
from scenegan.animation.timing import Timing
from scenegan.errors import InputError
from scenegan.media.formats import FORMATS
from scenegan.seeds import LARGEST
from scenegan.specs import FPS

DOWNLOADS = ("mp4", "webm", "gif", "webp")     # of FORMATS, where it has them
WILD = 1e300                                   # no number that is asked for; nor is NaN below it
MASK_PIXELS = 1 << 24                          # of a painted mask


@dataclass(frozen=True)
class MotionWish:
    """Which motion is asked for.

    Attributes:
        photo: What `Photos.add` called it.
        seed: Whole number from 0.
        dials: `Dials`.
    """

    photo: str
    seed: int
    dials: Dials


def motion_wish(fields):
    """A `MotionWish` from what the page sent.

    Args:
        fields: Dict of JSON: photo, seed, and as they are in `Dials` strength, direction, still;
            moving is a PNG in base64.

    Raises:
        InputError: If a value is none.
    """
    seed = _number(fields, "seed", 0)
    if seed != int(seed) or not 0 <= seed <= LARGEST:
        raise InputError(f"A seed must be a whole number from 0 to {LARGEST}. Received: {seed}.")
    direction = fields.get("direction")
    still = fields.get("still") or []
    if not isinstance(still, list) or not all(isinstance(kind, str) for kind in still):
        raise InputError("What stands still must be a list of names.")
    dials = Dials(strength=_number(fields, "strength", 1.0), still=tuple(still),
                  direction=None if direction is None else _number(fields, "direction", 0),
                  moving=_picture(fields.get("moving")))
    return MotionWish(str(fields.get("photo", "")), int(seed), dials)


def film_wish(fields):
    """What is downloaded: (format, size as `parse_size` gives it, `Timing`).

    Raises:
        InputError: If a value is none.
    """
    format = fields.get("format")
    if format not in downloads():
        raise InputError(f"A format must be one of {', '.join(downloads())}. Received: {format}.")
    timing = Timing(seconds=_number(fields, "seconds", 4.0), fps=_number(fields, "fps", FPS),
                    speed=_number(fields, "speed", 1.0),
                    loop=as_loop(str(fields.get("loop", "phases"))))
    return format, parse_size(fields.get("size")), timing


def downloads():
    """Formats that the page offers."""
    return [format for format in DOWNLOADS if format in FORMATS]


def _number(fields, name, default):
    value = fields.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < WILD:
        raise InputError(f"{name} must be a number. Received: {value}.")
    return value


def _picture(text):
    """The picture of what moves, uint8 `(height, width, 1)`, from a PNG in base64; None of None."""
    from PIL import Image
    if text is None:
        return None
    try:
        with Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["PNG"]) as file:
            if file.width * file.height > MASK_PIXELS:
                raise ValueError("too large")
            return np.asarray(file.convert("L"))[..., None]
    except (binascii.Error, ValueError, TypeError, SyntaxError, OSError) as error:
        raise InputError("What may move must be a PNG picture. Paint it again.") from error
