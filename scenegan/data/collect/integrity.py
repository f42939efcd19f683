"""Whether a file is a video, and whole: it is decoded to its end."""

import hashlib
import re

from scenegan.data.collect.retries import Stopped, Trouble

# How the files begin that are decoded. FFmpeg would also open playlists, which name others.
CONTAINERS = re.compile(
    rb"....(ftyp|moov|mdat|free|skip|wide|pnot)|\x1aE\xdf\xa3|RIFF....AVI |FLV\x01|OggS"
    rb"|\x30\x26\xb2\x75\x8e\x66\xcf\x11|\x00\x00\x01[\xba\xb3]|\x47.{187}\x47", re.DOTALL)


class TooLong(Trouble):
    """The video goes on for longer than is wanted, in whatever rendition."""


def check_video(path, *, max_seconds=None, stop=None):
    """Decode a video to its end.

    Args:
        path: Its file.
        max_seconds: How long it may be, or None.
        stop: Event that ends the decoding.

    Returns:
        Its duration in seconds.

    Raises:
        Trouble: If it is no video, has fewer than two frames or is cut short.
        TooLong: If it is.
        Stopped: If `stop` is set.
    """
    with open(path, "rb") as file:
        if not CONTAINERS.match(file.read(189)):
            raise Trouble("not a video: another kind of file")
    declared, frames, seconds = _decode(path, stop)
    if frames < 2:
        raise Trouble(f"not a video: {'one frame' if frames else 'no frame can be decoded'}")
    if frames < 0.95 * declared[0] - 1 and seconds < 0.95 * declared[1] - 0.1:
        raise Trouble(f"cut short: {seconds:.1f} of {declared[1]:.1f} s can be decoded")
    if max_seconds and seconds > max_seconds + 0.5:
        raise TooLong(f"too long: {seconds:.0f} s, over {max_seconds:g}")
    return round(seconds, 3)


def _decode(path, stop):
    """((frames, seconds) as declared, frames, seconds) of a video."""
    import scenegan.media  # noqa: F401               silences OpenCV before its first import
    import cv2  # isort: skip
    capture = cv2.VideoCapture(str(path.resolve()), cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened():
            raise Trouble("not a video: no picture in it")
        rate = capture.get(cv2.CAP_PROP_FPS) or 25.0
        count = max(0.0, capture.get(cv2.CAP_PROP_FRAME_COUNT))
        frames, last = 0, 0.0
        while capture.grab():
            frames += 1
            last = max(last, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
            if stop is not None and stop.is_set():
                raise Stopped
        return (count, count / rate), frames, max(last, (frames - 1) / rate) + 1 / rate
    except cv2.error as error:
        raise Trouble("not a video: it cannot be decoded") from error
    finally:
        capture.release()


def sha256(path):
    """Checksum of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
