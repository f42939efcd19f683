"""The formats that an animation can be kept in: the table FORMATS.

A further format is one more row. A writer gets uint8 frames one after the other, from an iterable
with the `shape` of them all, `(frames, height, width, 1 or 3)`, a path that does not exist yet,
frames a second, whether it loops, and one of the format's levels of quality. It raises OSError if
it cannot write. Each frame is written before the next one is asked for, but for WebP, AVIF and
APNG, whose encoder wants them all, and GIF, whose palette is made of them all. What a photo's file
says beside its pixels (place, camera) is not written by any.
"""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenegan.errors import InputError
from scenegan.files.atomic import save_array

RAW = {1: "gray", 3: "rgb24", None: "yuv420p"}     # FFmpeg's names of raw frames, by their channels


def _encode(frames, shape, path, fps, *options):
    """Pipe frames through FFmpeg. Its messages stay inside, but for the last one of a failure.

    Args:
        frames: Iterable of contiguous uint8 arrays, in what RAW calls them.
        shape: `(frames, height, width, channels)`, channels being a key of RAW.
    """
    _, height, width, channels = shape
    command = [_ffmpeg(), "-y", "-loglevel", "error", "-f", "rawvideo",
               "-pix_fmt", RAW[channels], "-s", f"{width}x{height}",
               "-r", str(fps), "-i", "-", *options, f"file:{path}"]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=said, start_new_session=True) as encoder:   # Ctrl-C is ours
            _feed(encoder, frames)
        if encoder.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            raise OSError(f"FFmpeg could not write '{path.name}': "
                          f"{lines[-1] if lines else 'it was stopped'}.")


def _ffmpeg():
    """The path of FFmpeg."""
    try:
        import imageio_ffmpeg
        path = imageio_ffmpeg.get_ffmpeg_exe()
        if shutil.which(path) is None:                # as the environment may name it
            raise RuntimeError(path)
        return path
    except (ImportError, RuntimeError) as error:      # not installed, or without its program
        raise InputError("GIF, MP4 and WebM need FFmpeg, which is missing. Run: pip install "
                         "imageio-ffmpeg, or choose webp, avif, apng, png or npy.") from error


def _feed(encoder, frames):
    """Give all frames to a process, or fewer if it ends before; if making them fails, end it."""
    try:
        for frame in frames:
            encoder.stdin.write(np.ascontiguousarray(frame).data)
        encoder.stdin.close()
    except BrokenPipeError:
        with contextlib.suppress(BrokenPipeError):
            encoder.stdin.close()
    except BaseException:
        encoder.kill()
        raise


# One palette for the whole clip, from a part of its pixels. An ordered dither depends on the
# place alone, so what stands still in the clip stands still in the GIF.
PALETTE = (r"split[all][some];[some]select=not(mod(n\,4)),scale=max(iw/2\,16):max(ih/2\,16):"
           "flags=neighbor,palettegen=max_colors={colours}[palette];"
           "[all][palette]paletteuse=dither=bayer:bayer_scale=3:diff_mode=rectangle")
# 64 levels a channel, black and white among them: 0.2 dB less than 256, in less than half the time.
LEVELS = np.rint(np.rint(np.arange(256) * 63 / 255) * 255 / 63).astype(np.uint8)


def _write_gif(frames, path, fps, loop, colours):
    loops = ("-loop", "0" if loop else "-1")
    if frames.shape[-1] == 1:                         # 256 grays fit into a palette
        _encode(frames, frames.shape, path, fps, *loops)
    else:
        _encode((LEVELS[frame] for frame in frames), frames.shape, path, fps, "-filter_complex",
                PALETTE.format(colours=colours), *loops)


# Y, Cb and Cr of ITU-R BT.709, 16 to 235 and 16 to 240, from red, green, blue and 1.
TO_YUV = np.array([[0.18259, 0.61423, 0.06201, 16], [-0.10064, -0.33857, 0.43922, 128],
                   [0.43922, -0.39894, -0.04027, 128]])
LARGE = 1920 * 1088  # pixels of a frame: above it x264 holds few frames and takes one thread
QUICK = ("-preset", "veryfast")   # half the CPU time of the usual one, no more bytes, -0.4 dB
SPARING = ("-threads", "1", "-preset", "veryfast", "-x264-params",
           "rc-lookahead=1:sync-lookahead=0:bframes=0:ref=1")


def _write_mp4(frames, path, fps, loop, crf):
    _, height, width, _ = frames.shape
    _encode_video(frames, path, fps, "-c:v", "libx264", "-crf", str(crf),
                  *(SPARING if height * width > LARGE else QUICK), "-movflags", "+faststart")


def _write_webm(frames, path, fps, loop, crf):
    _encode_video(frames, path, fps, "-c:v", "libvpx-vp9", "-crf", str(crf), "-b:v", "0",
                  "-deadline", "good", "-cpu-used", "5", "-row-mt", "1")


BT709 = ("-vf", "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709",
         "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")


def _encode_video(frames, path, fps, *options):
    """Encode YUV 4:2:0 of limited range that says that it is BT.709."""
    number, height, width, _ = frames.shape
    even = (number, height - height % 2, width - width % 2, None)
    _encode(map(_to_yuv, frames), even, path, fps, *BT709, *options)


def _to_yuv(frame):
    """A frame as planar YUV 4:2:0, uint8, without the last row or column of an odd size."""
    import cv2
    height, width, channels = frame.shape
    frame = np.ascontiguousarray(frame[:height - height % 2, :width - width % 2])
    if channels == 1:
        frame = cv2.cvtColor(frame, cv2.COLOR_GRAY2RGB)
    half = cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.concatenate([cv2.transform(image, row[None]).ravel() for image, row in zip(
        (frame, half, half), TO_YUV, strict=True)])


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
    first, *others = map(_image, frames)
    ends = np.rint(np.arange(frames.shape[0] + 1) * 1000 / fps).astype(int)
    first.save(path, save_all=True, append_images=others, duration=np.diff(ends).tolist(),
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
