"""Iterate the frames of a video."""

from pathlib import Path

from scenegan.errors import InputError
from scenegan.files.inputs import file_with_content
from scenegan.files.limits import check_bytes, check_pixels, check_seconds


def iterate_frames(path):
    """Iterate the frames of a video file.

    Args:
        path: Any file that OpenCV's FFmpeg can decode.

    Yields:
        `(seconds, frame)`: the frame's time in the container, rising, and a uint8 array
        `(height, width, 3)`, RGB, turned upright by the container's rotation.

    Raises:
        InputError: With the first frame, if the file cannot be opened, holds no frame, or is
            beyond `scenegan.files.limits`; with a later one, if it is longer than they say.
    """
    check_bytes(file_with_content(path, "A video"), "A video")
    capture = _open_video(path)
    import cv2
    try:
        step = 1.0 / (capture.get(cv2.CAP_PROP_FPS) or 25.0)
        seconds = None
        while True:
            read, frame = capture.read()
            if not read:
                break
            time = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
            if seconds is not None and not time > seconds:     # a container without time stamps
                time = seconds + step
            seconds = time
            check_seconds(seconds, path)
            yield seconds, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
    finally:
        capture.release()
    if seconds is None:
        raise InputError(f"A video must hold at least one frame. Received: '{path}', from which "
                         "none can be decoded. Convert it to MP4 first.")


def _open_video(path):
    import cv2
    if hasattr(cv2, "setLogLevel"):                   # OpenCV 4
        cv2.setLogLevel(0)
    else:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    capture = cv2.VideoCapture(str(Path(path).resolve()), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise InputError(f"A video must be readable. Received: '{path}', which is none that "
                         "FFmpeg can open. Convert it to MP4 first.")
    check_pixels(capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT),
                 "A video", path)
    capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
    return capture
