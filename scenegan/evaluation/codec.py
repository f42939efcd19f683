"""The pass through H.264 that both sides of a comparison are sent through first.

Real clips were decoded from compressed video; animations were not. A classifier would tell them
apart by that, and flow would take the noise of the codec for motion.
"""

import subprocess

import numpy as np

from scenegan.errors import InputError
from scenegan.pixels import to_channels
from scenegan.specs import FPS

QUANTISER = 18       # of x264, 0 to 51. It is constant: with a constant rate factor, what a clip
                     # becomes would depend on the clips before it


def through_codec(clips, quantiser=QUANTISER):
    """Compress clips with H.264 and decode them again.

    Each clip begins with a key frame and becomes the same whatever stands beside it.

    Args:
        clips: uint8 `(n, frames, height, width, channels)`.
        quantiser: 0 (nearly lossless) to 51.

    Returns:
        The same shape; gray clips become gray again.

    Raises:
        InputError: If FFmpeg fails.
    """
    count, frames, height, width, channels = clips.shape
    pixels = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    stream = _ffmpeg([*pixels, "-r", str(FPS), "-i", "-", "-c:v", "libx264", "-qp", str(quantiser),
                      "-pix_fmt", "yuv444p", "-threads", "1", "-f", "h264", "-x264-params",
                      f"keyint={frames}:min-keyint={frames}:scenecut=0:open-gop=0", "-"],
                     to_channels(clips, 3).tobytes())
    decoded = _ffmpeg(["-f", "h264", "-i", "-", "-fps_mode", "passthrough", *pixels, "-"], stream)
    decoded = np.frombuffer(decoded, np.uint8).reshape(count, frames, height, width, 3)
    return to_channels(decoded, channels)


def _ffmpeg(options, data):
    import imageio_ffmpeg
    done = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *options],
                          input=data, capture_output=True, check=False,
                          start_new_session=True)     # Ctrl-C is ours to handle
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["it was stopped"]
        raise InputError("FFmpeg must be able to write and read H.264. Received: "
                         f"{reason[-1]}. Reinstall imageio-ffmpeg.")
    return done.stdout
