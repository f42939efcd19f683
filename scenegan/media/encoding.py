"""Encode frames by FFmpeg's libraries, which PyAV holds."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from scenegan.errors import InputError
from scenegan.files.atomic import FULL

BT709 = {"colorspace": 1, "color_primaries": 1, "color_trc": 1, "color_range": 1}
FINEST = 1_001_000   # denominator of frames a second at most, as FFmpeg has it


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """How FFmpeg writes a file.

    Attributes:
        container: FFmpeg's name of the file's format.
        codec: FFmpeg's name of the encoder.
        pixels: FFmpeg's name of what the encoder is given.
        options: Of the encoder, by name.
        muxing: Options of the file, by name.
        threads: Of the encoder; 0 leaves them to it.
        colours: Attributes of the stream that say what its colours mean.
    """

    container: str
    codec: str
    pixels: str
    options: dict[str, str] = field(default_factory=dict)
    muxing: dict[str, str] = field(default_factory=dict)
    threads: int = 0
    colours: dict[str, int] = field(default_factory=dict)


def encode(pictures, size, path, fps, encoding):
    """Write a file of pictures; a thread encodes each one while the next one is made.

    The same pictures give the same bytes, as long as the encoder has as many threads.

    Args:
        pictures: Iterable of functions that make an `av.VideoFrame`, which the thread calls.
        size: (width, height).
        path: Where to.
        fps: Frames a second.
        encoding: `Encoding`.

    Raises:
        InputError: If PyAV or its encoder is missing.
        OSError: If the file cannot be written.
    """
    with _refusals(path, encoding.codec), _opened(path, size, fps, encoding) as (file, stream):
        with ThreadPoolExecutor(1) as thread:
            writing = None
            for index, make in enumerate(pictures):
                if writing:
                    writing.result()
                writing = thread.submit(_write, file, stream, make, index)
            if writing:
                writing.result()
        file.mux(stream.encode(None))


@contextmanager
def _refusals(path, codec):
    """Raise what PyAV raises as errors that say what to do."""
    try:
        import av
        av.Codec(codec, "w")
    except (ImportError, ValueError) as error:        # PyAV's UnknownCodecError is a ValueError
        raise InputError("GIF, MP4 and WebM need PyAV with its encoders, which is missing. Run: "
                         "pip install --upgrade av, or choose webp, avif, apng, png or npy."
                         ) from error
    try:
        yield
    except av.error.FFmpegError as error:
        if error.errno in FULL:                       # as any other file that finds no room
            raise OSError(error.errno, error.strerror) from error
        raise OSError(f"FFmpeg could not write '{path.name}': {error.strerror}.") from error


@contextmanager
def _opened(path, size, fps, encoding):
    """A file to write to, and its one stream."""
    import av
    rate = Fraction(fps).limit_denominator(FINEST)
    with av.open(f"file:{path}", "w", format=encoding.container,
                 container_options={"fflags": "+bitexact"} | encoding.muxing) as file:
        stream = file.add_stream(encoding.codec, rate=rate, options=dict(encoding.options))
        context = stream.codec_context
        context.width, context.height = size
        context.pix_fmt, context.time_base = encoding.pixels, 1 / rate
        context.thread_count = encoding.threads
        for name, value in encoding.colours.items():
            setattr(context, name, value)
        yield file, stream


def _write(file, stream, make, index):
    picture = make()
    picture.pts, picture.time_base = index, stream.codec_context.time_base
    file.mux(stream.encode(picture))


def picture(frame, pixels):
    """A frame as PyAV has it.

    Args:
        frame: uint8 `(height, width, 3)` of "rgb24", `(height, width)` of "gray", or `(1.5 height,
            width)` of "yuv420p".
        pixels: FFmpeg's name of what it holds.
    """
    from av import VideoFrame
    return VideoFrame.from_ndarray(np.ascontiguousarray(frame), format=pixels)


def paletted(pictures, size, colours):
    """Give pictures one palette for all of them, made of a part of their pixels.

    An ordered dither depends on the place alone, so what stands still in the pictures stands still
    in what becomes of them.

    Args:
        pictures: Iterable of `av.VideoFrame` in "rgb24". All of them are held.
        size: (width, height).
        colours: At most; up to 256.

    Yields:
        Functions that give an `av.VideoFrame` in "pal8".
    """
    graph = _palette_graph(*size, colours)
    for index, each in enumerate(pictures):
        each.pts, each.time_base = index, Fraction(1)
        graph.push(each)
    graph.push(None)
    with suppress(EOFError):
        while True:
            result = graph.pull()
            yield lambda result=result: result


def _palette_graph(width, height, colours):
    """FFmpeg's filters as a graph with one source and one sink."""
    from av.filter import Graph
    graph = Graph()
    source = graph.add_buffer(width=width, height=height, format="rgb24", time_base=Fraction(1))
    both, sink = graph.add("split"), graph.add("buffersink")
    some = graph.add("select", r"not(mod(n\,4))")
    smaller = graph.add("scale", r"w=max(iw/2\,16):h=max(ih/2\,16):flags=neighbor")
    palette = graph.add("palettegen", f"max_colors={colours}")
    use = graph.add("paletteuse", "dither=bayer:bayer_scale=3:diff_mode=rectangle")
    graph.link_nodes(source, both, use, sink).link_nodes(some, smaller, palette)
    both.link_to(some, output_idx=1)
    palette.link_to(use, input_idx=1)
    graph.configure()
    return graph
