"""The formats that an animation can be kept in: the table FORMATS.

A further format is one more row. A writer gets uint8 frames one after the other, from an iterable
with the `shape` of them all, `(frames, height, width, 1 or 3)`, a path that does not exist yet,
frames a second, whether it loops, and one of the format's levels of quality. It raises OSError if
it cannot write. Each frame is written before the next one is asked for, but for WebP, AVIF and
APNG, whose encoder wants them all, and GIF, whose palette is made of them all. Frames that come in
equal `rounds`, and have `once` for one of them, are asked for once, if that is in bounds. What a
photo's file says beside its pixels (place, camera) is not written by any.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from scenegan.errors import InputError
from scenegan.files.atomic import save_array
from scenegan.media.encoding import BT709, Encoding, encode, paletted, picture

# 64 levels a channel, black and white among them: 0.2 dB less than 256, in less than half the time.
LEVELS = np.rint(np.rint(np.arange(256) * 63 / 255) * 255 / 63).astype(np.uint8)


def _write_gif(frames, path, fps, loop, colours):
    size, gray = frames.shape[2:0:-1], frames.shape[-1] == 1
    if gray:                                          # 256 grays fit into a palette
        pictures = (partial(picture, frame[..., 0], "gray") for frame in frames)
    else:
        pictures = paletted(in_rounds(frames, lambda frame: picture(LEVELS[frame], "rgb24")),
                            size, colours)
    encode(pictures, size, path, fps, Encoding(
        container="gif", codec="gif", pixels="gray" if gray else "pal8",
        muxing={"loop": "0" if loop else "-1"}))


# Y, Cb and Cr of ITU-R BT.709, 16 to 235 and 16 to 240, from red, green, blue and 1.
TO_YUV = np.array([[0.18259, 0.61423, 0.06201, 16], [-0.10064, -0.33857, 0.43922, 128],
                   [0.43922, -0.39894, -0.04027, 128]])
LARGE = 1920 * 1088  # pixels of a frame: above it x264 holds few frames and takes one thread
AVX512 = 256         # OpenCV's number of AVX-512 as servers have it, CPU_AVX512_SKX
KEPT = 100e6         # bytes of pictures, at most, that are kept for further rounds
SPARING = ("rc-lookahead=1", "sync-lookahead=0", "bframes=0", "ref=1")


def _write_mp4(frames, path, fps, loop, crf):
    large = frames.shape[1] * frames.shape[2] > LARGE
    # veryfast takes half the CPU time of the usual preset, no more bytes, and loses 0.4 dB.
    options = {"crf": str(crf), "preset": "veryfast",
               "x264-params": ":".join([*_instructions(), *SPARING * large])}
    _encode_video(frames, path, fps, Encoding(
        container="mp4", codec="libx264", pixels="yuv420p", options=options, colours=BT709,
        muxing={"movflags": "+faststart"}, threads=1 if large else 0))


def _instructions():
    """Keep x264 from AVX-512, with which it reads memory that it did not write: its bytes vary."""
    import cv2
    return ["asm=avx2"] if cv2.checkHardwareSupport(AVX512) else []


def _write_webm(frames, path, fps, loop, crf):
    options = {"crf": str(crf), "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"}
    _encode_video(frames, path, fps, Encoding(
        container="webm", codec="libvpx-vp9", pixels="yuv420p", options=options, colours=BT709))


def _encode_video(frames, path, fps, encoding):
    """Encode YUV 4:2:0 of limited range that says that it is BT.709."""
    size = [side - side % 2 for side in frames.shape[2:0:-1]]
    rounds = getattr(frames, "rounds", 1)
    few = size[0] * size[1] * 1.5 * frames.shape[0] <= KEPT * rounds
    pictures = in_rounds(frames, _yuv_picture) if few else map(_yuv_picture, frames)
    encode(pictures, size, path, fps, encoding)


def in_rounds(frames, make):
    """What is made of each frame; frames that come in equal rounds are asked for once."""
    rounds = getattr(frames, "rounds", 1)
    if rounds == 1:
        yield from map(make, frames)
        return
    made = []
    for frame in frames.once():
        made.append(make(frame))
        yield made[-1]
    for _ in range(rounds - 1):
        yield from made


def _yuv_picture(frame):
    """A function that makes a frame's picture when it is first called, and then lets it go."""
    made = []

    def make():
        nonlocal frame
        if not made:
            made.append(picture(_to_yuv(frame), "yuv420p"))
            frame = None
        return made[0]
    return make


def _to_yuv(frame):
    """A frame as planar YUV 4:2:0 without the last row or column of an odd size.

    Returns:
        uint8 `(1.5 height, width)`.
    """
    import cv2
    height, width, channels = frame.shape
    frame = np.ascontiguousarray(frame[:height - height % 2, :width - width % 2])
    if channels == 1:
        frame = cv2.cvtColor(frame, cv2.COLOR_GRAY2RGB)
    half = cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.concatenate([cv2.transform(image, row[None]).ravel() for image, row in zip(
        (frame, half, half), TO_YUV, strict=True)]).reshape(-1, frame.shape[1])


def _write_webp(frames, path, fps, loop, quality):
    _save(frames, path, fps, loop=0 if loop else 1, quality=quality, method=2)


def _write_apng(frames, path, fps, loop, _):
    _save(frames, path, fps, format="PNG", loop=0 if loop else 1)


def _write_avif(frames, path, fps, loop, quality):
    from PIL import features
    if not features.check("avif"):
        raise InputError("AVIF needs a Pillow that was built with it. Run: pip install --upgrade "
                         "pillow, or choose another format.")
    _save(frames, path, fps, quality=quality, speed=8)


def _save(frames, path, fps, **options):
    """Write all frames by Pillow."""
    first, *following = in_rounds(frames, _image)
    ends = np.rint(np.arange(frames.shape[0] + 1) * 1000 / fps).astype(int)
    first.save(path, save_all=True, append_images=following, duration=np.diff(ends).tolist(),
               **options)


def _write_npy(frames, path, fps, loop, _):
    save_array(path, frames)


def _write_pngs(frames, path, fps, loop, _):
    path.mkdir()
    for number, frame in enumerate(frames, start=1):
        _image(frame).save(path / f"{number:04}.png", compress_level=3)


def _image(frame):
    from PIL import Image
    return Image.fromarray(frame.squeeze(-1) if frame.shape[-1] == 1 else frame)


@dataclass(frozen=True)
class Format:
    """One way to keep an animation.

    Attributes:
        suffix: Of its files; empty for a folder.
        write: Function (frames, path, fps, loop, level).
        levels: From the best quality to the least: colours, x264's and VP9's CRF, Pillow's quality.
            The first one is used unless a file has to be smaller. (Below 90 WebP takes frames that
            differ by a few levels for one: gentle motion stutters.)
        even: Whether sides must be even; the last row or column of odd ones is left out.
    """

    suffix: str
    write: Callable
    levels: tuple[int | None, ...] = (None,)
    even: bool = False


FORMATS = {
    "gif": Format(".gif", _write_gif, (256, 128, 64, 32, 16)),
    "mp4": Format(".mp4", _write_mp4, (18, 23, 28, 33, 38), even=True),
    "webp": Format(".webp", _write_webp, (90, 80, 65, 50, 30)),
    "avif": Format(".avif", _write_avif, (75, 65, 55, 45, 30)),
    "webm": Format(".webm", _write_webm, (28, 33, 38, 43, 50), even=True),
    "apng": Format(".apng", _write_apng),
    "npy": Format(".npy", _write_npy),
    "png": Format("", _write_pngs),
}
