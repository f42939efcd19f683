"""Read a photo, as a person would see it."""

import math
import warnings
from contextlib import nullcontext

import numpy as np

from scenegan.errors import InputError
from scenegan.extras import how_to_install
from scenegan.files.inputs import file_with_content
from scenegan.files.limits import check_bytes, check_pixels, limit, too_many_pixels
from scenegan.quiet import quiet_stderr

SMALLEST_SIDE = 16          # pixels: a smaller photo has nothing to animate
ENOUGH = 1920               # pixels of the shorter side that a photo keeps: more is never shown
ANIMATED = {".avif", ".gif", ".png", ".webp"}        # suffixes of what may be an animation
HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")   # what such a file says


def read_photo(path, what="A photo", enough=ENOUGH):
    """Read a photo in any format that Pillow knows, as a person would see it.

    The EXIF orientation is applied, transparency is laid on white, 16 bits are scaled to 8, of
    several pictures the first is taken. A photo whose shorter side has a multiple of `enough`
    pixels is shrunk by that multiple while it is read.

    Args:
        path: A file of at least 16 x 16 pixels, within `scenegan.files.limits`.
        what: What it is called in errors.
        enough: Pixels of the shorter side that it keeps, or None for all.

    Returns:
        uint8 array `(height, width, 3)`, RGB.

    Raises:
        InputError: If there is no such file, it is no image, damaged, too small or too large.
    """
    with _open_photo(path, what) as image, warnings.catch_warnings():
        warnings.simplefilter("ignore")               # of EXIF and the like that are damaged
        try:
            if enough:
                image.draft(None, (enough, enough))   # JPEG decodes straight to a smaller size
            with quiet_stderr() if image.format == "TIFF" else nullcontext():
                image.load()
            turn = _turn(image)
            image = _to_rgb(image, enough)
        except Exception as error:                    # decoders raise whatever they like
            raise InputError(f"{what} must be whole. Received: '{path}', damaged or cut short "
                             f"({error}). Copy or export it again.") from error
        return np.asarray(image if turn is None else image.transpose(turn))


def check_photo(path):
    """Raise InputError if `read_photo` would not get past a photo's header."""
    _open_photo(path, "A photo").close()


def is_animation(path):
    """Whether a file holds an animation, as a GIF, WebP, AVIF or PNG may; False of what is damaged.

    Several pictures in other files, such as the JPEGs of phones, are no animation.
    """
    from PIL import Image
    if path.suffix.lower() not in ANIMATED:
        return False
    try:
        with warnings.catch_warnings(), Image.open(path) as image:
            warnings.simplefilter("ignore")
            return getattr(image, "is_animated", False)
    except Exception:                                 # as many kinds as there are decoders
        return False


def _open_photo(path, what):
    from PIL import Image, UnidentifiedImageError
    check_bytes(file_with_content(path, what), what)
    _allow_heif(path, what)
    most = limit("SCENEGAN_MAX_MEGAPIXELS")
    try:
        if most * 1e6 > 2 * (Image.MAX_IMAGE_PIXELS or math.inf):     # Pillow refuses from twice
            Image.MAX_IMAGE_PIXELS = None if most == math.inf else int(most * 5e5)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")           # Pillow's bomb warning, at half its bound
            image = Image.open(path)
    except UnidentifiedImageError as error:
        raise InputError(f"{what} must be an image such as JPEG, PNG or WebP. Received: '{path}', "
                         "which is none that can be read. Export it as JPEG.") from error
    except Image.DecompressionBombError as error:
        raise too_many_pixels(what, path, most) from error
    except Exception as error:                        # headers that a decoder chokes on
        raise InputError(f"{what} must be readable. Received: '{path}' ({error}). "
                         "Check the file and its permissions.") from error
    try:
        _check_sides(image, what, path)
    except InputError:
        image.close()
        raise
    return image


def _check_sides(image, what, path):
    check_pixels(*image.size, what, path)
    if min(image.size) < SMALLEST_SIDE:
        raise InputError(f"{what} must have at least {SMALLEST_SIDE}x{SMALLEST_SIDE} pixels. "
                         f"Received: '{path}', {image.width}x{image.height}. Take a larger one.")


def _allow_heif(path, what):
    """Let Pillow read HEIF, as phones write it, if this is one."""
    with open(path, "rb") as file:
        start = file.read(64)
    if start[4:8] != b"ftyp" or start[8:12] not in HEIF or b"avif" in start:
        return
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise InputError(f"{what} in HEIC needs an extra package. Received: '{path}'. "
                         f"{how_to_install('heif')} Or export it as JPEG.") from error
    register_heif_opener()


def _turn(image):
    """How to turn a loaded Pillow image upright: one of its transpositions, or None.

    EXIF that is damaged says nothing: the pixels do not need it.
    """
    from PIL.Image import Transpose as Turn
    try:
        orientation = image.getexif().get(0x0112)
    except Exception:                                 # as many kinds as there are kinds of damage
        return None
    return {2: Turn.FLIP_LEFT_RIGHT, 3: Turn.ROTATE_180, 4: Turn.FLIP_TOP_BOTTOM, 5: Turn.TRANSPOSE,
            6: Turn.ROTATE_270, 7: Turn.TRANSVERSE, 8: Turn.ROTATE_90}.get(orientation)


def _to_rgb(image, enough):
    """A loaded Pillow image as RGB, shrunk to what is enough."""
    from PIL import Image
    if image.mode.startswith("I") or image.mode == "F":       # 16 bits; float is taken as 0 to 1
        gray = np.asarray(image)
        gray = (np.nan_to_num(gray).clip(0, 1) * 255 if image.mode == "F"
                else gray.clip(0, 65535) >> 8)
        image = Image.fromarray(gray.astype(np.uint8))
    if image.mode == "P":
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.has_transparency_data:                          # also a colour key of L or RGB
        image = image.convert("RGBA")
    if image.mode == "1":
        image = image.convert("L")                    # single bits cannot be averaged
    image = image.reduce(max(1, min(image.size) // enough)) if enough else image
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")
