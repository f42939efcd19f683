"""Files in and out: read a photo, iterate a video's frames, write an animation."""

import os
import warnings
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from scenegan.errors import InputError
from scenegan.files.atomic import replacing_any
from scenegan.files.inputs import regular_file
from scenegan.files.outputs import OutputFolder
from scenegan.formats import FORMATS
from scenegan.quiet import quiet_stderr

# Read once each: by OpenCV when it is imported, by its FFmpeg with the first video.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

FRAMES = OutputFolder(what="an animation", names=r"\d+\.png")
SMALLEST_SIDE = 16          # pixels: a smaller photo has nothing to animate
ENOUGH = 1920               # pixels of the shorter side that a photo keeps: more is never shown


def read_photo(path, what="A photo"):
    """Read a photo in any format that Pillow knows, as a person would see it.

    The EXIF orientation is applied, transparency is laid on white, 16 bits are scaled to 8, of
    several pictures the first is taken. A photo whose shorter side has a multiple of 1920
    pixels is shrunk by that multiple while it is read.

    Args:
        path: A file of at least 16 x 16 pixels and at most about 179 megapixels.
        what: What it is called in errors.

    Returns:
        uint8 array `(height, width, 3)`, RGB.

    Raises:
        InputError: If there is no such file, it is no image, damaged, too small or too large.
    """
    with _open_photo(path, what) as image, warnings.catch_warnings():
        warnings.simplefilter("ignore")               # of EXIF and the like that are damaged
        try:
            image.draft(None, (ENOUGH, ENOUGH))       # JPEG decodes straight to a smaller size
            with quiet_stderr() if image.format == "TIFF" else nullcontext():
                image.load()
            turn = _turn(image)
            image = _to_rgb(image)
        except Exception as error:                    # decoders raise whatever they like
            raise InputError(f"{what} must be whole. Received: '{path}', damaged or cut short "
                             f"({error}). Copy or export it again.") from error
        return np.asarray(image if turn is None else image.transpose(turn))


def check_photo(path):
    """Raise InputError if `read_photo` would not get past a photo's header."""
    _open_photo(path, "A photo").close()


def _check_file(path, what):
    if regular_file(path, what).stat().st_size == 0:
        raise InputError(f"{what} must have content. Received: '{path}', 0 bytes. "
                         "Copy or download it again.")


def _open_photo(path, what):
    from PIL import Image, UnidentifiedImageError
    _check_file(path, what)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")           # Pillow's bomb warning, at half its bound
            image = Image.open(path)
    except UnidentifiedImageError as error:
        raise InputError(f"{what} must be an image such as JPEG, PNG or WebP. Received: '{path}', "
                         "which is none that can be read. Export it as JPEG.") from error
    except Image.DecompressionBombError as error:
        raise InputError(f"{what} must have at most 178 megapixels. Received: '{path}', which "
                         "has more. Shrink it first.") from error
    except Exception as error:                        # headers that a decoder chokes on
        raise InputError(f"{what} must be readable. Received: '{path}' ({error}). "
                         "Check the file and its permissions.") from error
    if min(image.size) < SMALLEST_SIDE:
        image.close()
        raise InputError(f"{what} must have at least {SMALLEST_SIDE}x{SMALLEST_SIDE} pixels. "
                         f"Received: '{path}', {image.width}x{image.height}. Take a larger one.")
    return image


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


def _to_rgb(image):
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
    image = image.reduce(max(1, min(image.size) // ENOUGH))
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def iterate_frames(path):
    """Iterate the frames of a video file.

    Args:
        path: Any file that OpenCV's FFmpeg can decode.

    Yields:
        `(seconds, frame)`: the frame's time in the container, rising, and a uint8 array
        `(height, width, 3)`, RGB, turned upright by the container's rotation.

    Raises:
        InputError: With the first frame, if the file cannot be opened or holds no frame.
    """
    _check_file(path, "A video")
    capture = _open_video(path)
    import cv2
    try:
        step = 1.0 / (capture.get(cv2.CAP_PROP_FPS) or 25.0)
        seconds = None
        while True:
            there, frame = capture.read()
            if not there:
                break
            time = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
            if seconds is not None and not time > seconds:     # a container without time stamps
                time = seconds + step
            seconds = time
            yield seconds, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
    finally:
        capture.release()
    if seconds is None:
        raise InputError(f"A video must hold at least one frame. Received: '{path}', from which "
                         "none can be decoded. Convert it to MP4 first.")


def _open_video(path):
    import cv2
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    capture = cv2.VideoCapture(str(Path(path).resolve()), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise InputError(f"A video must be readable. Received: '{path}', which is none that "
                         "FFmpeg can open. Convert it to MP4 first.")
    capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
    return capture


def write_animation(frames, path, fps, loop=True, format=None):
    """Write an animation; the file appears whole or not at all, replacing an older one.

    Args:
        frames: uint8 array `(frames, height, width, channels)`, RGB or gray, or an iterable of its
            frames that has its `shape` and `dtype`, such as `scenegan.frames` gives.
        path: Where to; its folder must exist. For "png" a folder of frames.
        fps: Frames a second. "npy" and "png" do not keep it.
        loop: Whether a GIF or WebP starts again at its end. In an MP4 the player decides.
        format: Key of FORMATS. None: by the suffix of `path`, no suffix being "png".

    Raises:
        InputError: If the format is unknown or `path` cannot be written.
        ValueError: If `frames` are no such array.
    """
    path, shape = Path(path), frames.shape
    if frames.dtype != np.uint8 or len(shape) != 4 or shape[-1] not in (1, 3) or not shape[0]:
        raise ValueError("frames must be uint8 (frames, height, width, 1 or 3), at least one. "
                         f"Received: {frames.dtype} {shape}.")
    write = FORMATS[check_target(path, format)].write
    with replacing_any(path) as temporary:
        write(frames, temporary, fps, loop)


def check_target(path, format=None):
    """Check that an animation can be written to a path, and say in which format.

    Returns:
        Key of FORMATS.

    Raises:
        InputError: If it cannot.
    """
    path = Path(path)
    by_suffix = {row.suffix: name for name, row in FORMATS.items()}
    format = format or by_suffix.get(path.suffix.lower())
    if format not in FORMATS or FORMATS[format].suffix not in ("", path.suffix.lower()):
        raise InputError(f"An animation must end in {', '.join(filter(None, by_suffix))}, or in "
                         f"nothing for a folder. Received: '{path}'. Rename it.")
    if not path.parent.is_dir():
        raise InputError(f"An animation needs a folder to be in. Received: '{path}', whose folder "
                         "does not exist. Create it first.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise InputError(f"An animation's folder must be writable. Received: '{path}'. "
                         "Choose another one.")
    frames = path.is_dir() and not FRAMES.find_stranger(path)
    if path.exists() and not (frames if format == "png" else path.is_file()):
        raise InputError(f"An animation may only replace another one. Received: '{path}', which is "
                         "something else. Choose another name.")
    return format
