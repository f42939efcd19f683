"""The size of an animation, from what a person asks for."""

import re

from scenegan.errors import InputError

WIDTH = 960          # pixels of an animation that nothing is asked of, or the photo's own if less
TALLEST = 1920       # and its height at most
SMALLEST, LARGEST = 16, 8192         # pixels of a side; H.264 players go no further
PHOTO, NETWORK = "photo", "network"
HINT = ("WIDTHxHEIGHT, such as 1920x1080, a width, photo or network, with sides from "
        f"{SMALLEST} to {LARGEST:,} pixels")


def parse_size(size):
    """What a size means.

    Args:
        size: None, "photo", "network", a width or (width, height), both also as text: "960",
            "1920x1080".

    Returns:
        None, "photo", "network", an int or a pair of ints.

    Raises:
        InputError: If it is none.
    """
    if size is None or size in (PHOTO, NETWORK):
        return size
    if isinstance(size, str) and re.fullmatch(r"\d{1,9}(x\d{1,9})?", size):
        size = [int(side) for side in size.split("x")]
    sides = list(size) if isinstance(size, (list, tuple)) else [size]
    try:
        whole = [int(side) for side in sides if int(side) == float(side)]
    except (TypeError, ValueError, OverflowError):
        whole = []
    if len(whole) not in (1, 2) or len(whole) < len(sides) or not all(
            SMALLEST <= side <= LARGEST for side in whole):
        raise InputError(f"A size must be {HINT}. Received: {_said(size)}.")
    return whole[0] if len(whole) == 1 else tuple(whole)


def fitted_size(size, photo, own):
    """Width and height of an animation.

    Args:
        size: As `parse_size` gives it.
        photo: uint8 `(height, width, channels)`.
        own: (width, height) of the network.

    Raises:
        InputError: If the photo's own size is asked for and too large.
    """
    height, width = photo.shape[:2]
    if isinstance(size, tuple):
        return size
    if size == NETWORK:
        return own
    if size == PHOTO:
        if max(width, height) > LARGEST:
            raise InputError(f"The photo's own size is too large for an animation: {width}x"
                             f"{height}. Name a size of at most {LARGEST:,} pixels a side.")
        return width, height
    if size is None:
        shrunk = min(1.0, WIDTH / width, TALLEST / height)
        return _even(width * shrunk), _even(height * shrunk)
    return size, _even(size * height / width)


def _even(side):
    """The nearest even side that can be: H.264 wants such."""
    return min(LARGEST, max(SMALLEST, 2 * round(side / 2)))


def enough(size):
    """Pixels of the shorter side that a photo needs for a size, or None for all that it has.

    Args:
        size: As `parse_size` gives it.
    """
    if size == PHOTO:
        return None
    sides = size if isinstance(size, tuple) else [size] if isinstance(size, int) else []
    return max([WIDTH, *sides])


def _said(size):
    return "x".join(map(str, size)) if isinstance(size, (list, tuple)) else size
