"""The formats that an animation can be kept in: the table FORMATS.

A further format is one more row. A writer gets uint8 frames `(frames, height, width, 1 or 3)`
and a path that does not exist yet; it raises OSError if it cannot write.
"""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenegan.atomic import save_array


def _encode(frames, path, fps, *options):
    """Pipe frames through FFmpeg. Its messages stay inside, but for the last one of a failure."""
    import imageio_ffmpeg
    _, height, width, channels = frames.shape
    done = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-f", "rawvideo",
         "-pix_fmt", "gray" if channels == 1 else "rgb24", "-s", f"{width}x{height}",
         "-r", str(fps), "-i", "-", *options, f"file:{path}"],
        input=frames.data, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, check=False,
        start_new_session=True)      # Ctrl-C is ours to handle
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["it was stopped"]
        raise OSError(f"FFmpeg could not write '{path.name}': {reason[-1]}.")


# One palette for the whole clip, from a part of its pixels. An ordered dither depends on the
# place alone, so what stands still in the clip stands still in the GIF.
PALETTE = (r"split[all][some];[some]select=not(mod(n\,4)),scale=max(iw/2\,16):max(ih/2\,16):"
           "flags=neighbor,palettegen[palette];"
           "[all][palette]paletteuse=dither=bayer:bayer_scale=3:diff_mode=rectangle")
# 64 levels a channel, black and white among them: 0.2 dB less than 256, in less than half the time.
LEVELS = np.rint(np.rint(np.arange(256) * 63 / 255) * 255 / 63).astype(np.uint8)


def _write_gif(frames, path, fps, loop):
    loops = ("-loop", "0" if loop else "-1")
    if frames.shape[-1] == 1:                         # 256 grays fit into a palette
        _encode(frames, path, fps, *loops)
    else:
        _encode(LEVELS[frames], path, fps, "-filter_complex", PALETTE, *loops)


def _write_mp4(frames, path, fps, loop):
    _, height, width, _ = frames.shape
    frames = np.pad(frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    _encode(frames, path, fps, "-vf", "scale=out_color_matrix=bt709:out_range=tv",
            "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
            "-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p", "-movflags", "+faststart")


# Below a quality of 90 WebP takes frames that differ by a few levels for one: gentle motion
# would stutter.
def _write_webp(frames, path, fps, loop):
    first, *others = _images(frames)
    ends = np.rint(np.arange(len(frames) + 1) * 1000 / fps).astype(int)
    first.save(path, save_all=True, append_images=others, duration=np.diff(ends).tolist(),
               loop=0 if loop else 1, quality=90, method=2)


def _write_npy(frames, path, fps, loop):
    save_array(path, frames)


def _write_pngs(frames, path, fps, loop):
    path.mkdir()
    for number, image in enumerate(_images(frames), start=1):
        image.save(path / f"{number:04}.png", compress_level=3)


def _images(frames):
    from PIL import Image
    return [Image.fromarray(frame.squeeze(-1) if frame.shape[-1] == 1 else frame)
            for frame in frames]


@dataclass(frozen=True)
class Format:
    """One way to keep an animation."""

    suffix: str                        # empty for a folder
    write: Callable                    # (frames, path, fps, loop)


FORMATS = {
    "gif": Format(".gif", _write_gif),
    "mp4": Format(".mp4", _write_mp4),
    "webp": Format(".webp", _write_webp),
    "npy": Format(".npy", _write_npy),
    "png": Format("", _write_pngs),
}
