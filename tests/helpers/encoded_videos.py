"""Videos of any kind, by PyAV: codecs, containers, times, rotations, sound alone."""

from fractions import Fraction

import av
import numpy as np
from sample_animations import clip


def moving(frames, height=36, width=64):
    """A gradient that moves, uint8 `(frames, height, width, 3)`."""
    return clip(frames=frames, height=height, width=width)


def encode_video(path, frames, rate=10, *, times=None, pixels="yuv420p", muxing=None, **options):
    """Write RGB frames in the container of the suffix, with its usual codec.

    Args:
        times: Ticks of 1 / 100 s at which the frames are shown; by default by the rate.
        pixels: FFmpeg's name of what the codec is given.
        muxing: Options of the container.
        options: Of the codec.
    """
    times = [100 * index // rate for index in range(len(frames))] if times is None else times
    with av.open(str(path), "w", container_options=muxing or {}) as file:
        stream = file.add_stream(file.default_video_codec, rate=rate, options={
            name.replace("_", "-"): str(value) for name, value in options.items()})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixels
        if path.suffix not in (".avi", ".gif"):
            stream.codec_context.time_base = Fraction(1, 100)
        for number, (time, frame) in enumerate(zip(times, frames, strict=True)):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            picture.pts, picture.time_base = time, Fraction(1, 100)
            if path.suffix in (".avi", ".gif"):
                picture.pts, picture.time_base = number, Fraction(1, rate)
            file.mux(stream.encode(picture.reformat(format=pixels)))
        file.mux(stream.encode(None))
    return path


def sound_alone(path):
    """Write an MP4 or the like without a picture."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=44_100, layout="mono")
        for number in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 44_100, 1024 * number
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def copy_stream(source, path):
    """Write the packets of a video in the container of another suffix."""
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    return path


def turn(source, path):
    """Copy an MP4 that says that it is shown turned by a quarter, to the left."""
    data = bytearray(source.read_bytes())
    matrix = np.array([0, -65536, 0, 65536, 0, 0, 0, 0, 1 << 30], ">i4").tobytes()
    start = data.index(b"tkhd") + 44
    data[start:start + len(matrix)] = matrix
    path.write_bytes(data)
    return path
