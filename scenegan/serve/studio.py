"""What the page is told of photos, and the animations that it is given."""

import io
import secrets
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np

from scenegan.animation.animate import render
from scenegan.animation.motion import VelocityMotion
from scenegan.animation.sizes import LARGEST, fitted_size
from scenegan.errors import InputError
from scenegan.media.animations import write_animation
from scenegan.media.photos import check_photo, read_photo
from scenegan.pixels import crop_to_aspect, resize, to_channels
from scenegan.scenery import MOVING
from scenegan.serve.jobs import Queue

KEPT = 4             # photos; the page sends one again that is not kept any more
ENOUGH = 4096        # pixels of the shorter side that a photo keeps
PIXELS = 64e6        # of a photo: decoded, it takes three bytes for each
WAITING = 16         # that may wait for the networks, and
FILMS = 4            # for an animation to be written
FRAME_PIXELS = 4e9   # pixels of all frames of a download together


class Studio:
    """Photos that were sent, and one predictor for all of them.

    Args:
        predictor: A `Predictor`.

    Attributes:
        rendered: Whether it tells no velocities, so that the page cannot render its motion.
    """

    def __init__(self, predictor):
        self.predictor = predictor
        self._photos = OrderedDict()
        self._lock = threading.Lock()
        self._network, self._films = Queue(WAITING), Queue(FILMS)
        probe = predictor.motion(np.full((64, 64, 3), 128, np.uint8), 0, _nothing_asked())
        self.rendered = not isinstance(probe, VelocityMotion)

    def add(self, path, name):
        """Read a photo.

        Args:
            path: Of the file that was sent.
            name: What a person calls it, for messages.

        Returns:
            Its name from now on, and (height, width).

        Raises:
            InputError: If it is none that can be used.
            Busy: If too many wait.
        """
        with self._network.turn():
            try:
                check_photo(path)
                _check_pixels(path)
                photo = read_photo(path, enough=ENOUGH)
            except InputError as error:
                raise InputError(str(error).replace(str(path), name)) from error
        key = secrets.token_hex(8)
        with self._lock:
            self._photos[key] = photo
            while len(self._photos) > KEPT:
                self._photos.popitem(last=False)
        return key, photo.shape[:2]

    def photo(self, key):
        """A photo's pixels as the page shows them, uint8 `(height, width, 1 or 3)`."""
        photo, (width, height) = self._shown(key)
        return to_channels(resize(photo, height, width), self.predictor.channels)

    def motion(self, wish):
        """The `Motion` of a `MotionWish`.

        Raises:
            InputError: If it cannot be had, or the photo is not kept any more.
            Busy: If too many wait.
        """
        photo, _ = self._shown(wish.photo)
        with self._network.turn():
            return self.predictor.motion(photo, wish.seed, wish.dials)

    def film(self, wish, format, size, timing):
        """An animation as a file.

        Args:
            wish: `MotionWish`.
            format, size, timing: As `wishes.film_wish` gives them.

        Returns:
            Its bytes.

        Raises:
            As `motion`.
        """
        motion = self.motion(wish)
        photo, _ = self._shown(wish.photo)
        width, height = fitted_size(size, photo, (self.predictor.width, self.predictor.height))
        width, height = (min(LARGEST, side + side % 2) for side in (width, height))
        plan = timing.schedule(motion, own=False)
        if width * height * len(plan.frames) > FRAME_PIXELS:
            raise InputError(f"{len(plan.frames)} frames of {width}x{height} are too many pixels "
                             "for the page. Choose a smaller size or fewer seconds.")
        with self._films.turn(), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"animation.{format}"
            made = render(crop_to_aspect(photo, width / height), motion, plan, (width, height),
                          self.predictor)
            write_animation(made, path, timing.fps, loop=timing.loop != "none", format=format)
            return path.read_bytes()

    def _shown(self, key):
        """A photo in the aspect that it is shown in, and that (width, height)."""
        with self._lock:
            if key not in self._photos:
                raise InputError("The photo is not kept any more. Choose it again.")
            self._photos.move_to_end(key)
            photo = self._photos[key]
        width, height = fitted_size(None, photo, (self.predictor.width, self.predictor.height))
        return crop_to_aspect(photo, width / height), (width, height)


def motion_fields(motion):
    """What the page needs of a motion, to be sent as JSON."""
    return {"fields": _array(motion.fields), "frames": motion.frames, "reach": motion.reach,
            "chances": _array(motion.chances[..., :len(MOVING)])}


def png(pixels):
    """Pixels uint8 `(height, width, 1 or 3)` as the bytes of a PNG."""
    from PIL import Image
    stream = io.BytesIO()
    Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels).save(
        stream, "PNG", compress_level=1)
    return stream.getvalue()


def _array(values):
    import base64
    values = np.ascontiguousarray(values, np.float32)
    return {"shape": values.shape, "data": base64.b64encode(values.tobytes()).decode()}


def _check_pixels(path):
    from PIL import Image
    with Image.open(path) as image:
        if image.width * image.height > PIXELS:
            raise InputError(f"A photo must have at most {PIXELS / 1e6:g} megapixels for the page. "
                             f"Received: '{path}', {image.width}x{image.height}. Shrink it first.")


def _nothing_asked():
    from scenegan.animation.dials import Dials
    return Dials()
