"""The pass through H.264 that both sides of a comparison are sent through first.

Real clips were decoded from compressed video; animations were not. A classifier would tell them
apart by that, and flow would take the noise of the codec for motion.
"""

from fractions import Fraction

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
        InputError: If PyAV fails, or was built without H.264.
    """
    count, frames, height, width, channels = clips.shape
    try:
        packets = _encode(to_channels(clips, 3).reshape(-1, height, width, 3), frames, quantiser)
        decoded = _decode(packets)
    except Exception as error:                        # PyAV has dozens of kinds
        raise InputError("PyAV must be able to write and read H.264. Received: "
                         f"{error or type(error).__name__}. Run: pip install --upgrade av"
                         ) from error
    decoded = np.stack(decoded).reshape(count, frames, height, width, 3)
    return to_channels(decoded, channels)


def _encode(pictures, keyint, quantiser):
    """Packets of H.264, a key frame at every `keyint`-th picture."""
    import av
    encoder = av.CodecContext.create("libx264", "w")
    encoder.height, encoder.width = pictures.shape[1:3]
    encoder.pix_fmt, encoder.framerate, encoder.time_base = "yuv444p", FPS, Fraction(1, FPS)
    encoder.thread_count = 1
    encoder.options = {"qp": str(quantiser), "x264-params": (
        f"keyint={keyint}:min-keyint={keyint}:scenecut=0:open-gop=0")}
    for index, pixels in enumerate(pictures):
        picture = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv444p")
        picture.pts = index
        yield from encoder.encode(picture)
    yield from encoder.encode(None)


def _decode(packets):
    """List of uint8 `(height, width, 3)`, RGB, of packets of H.264."""
    import av
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    pictures = [picture for packet in packets for picture in decoder.decode(packet)]
    return [picture.to_ndarray(format="rgb24") for picture in (*pictures, *decoder.decode(None))]
