"""Pictures of a training: what the generator makes of fixed validation photos, beside the truth."""

import os

import cv2
import numpy as np

from scenegan import pixels
from scenegan.media import write_animation
from scenegan.stages import FPS

SHOWN = (0, 7, 15, 23, 31)     # frames on a sheet
SCALE = 2                      # pixels on a sheet for one of the clip
GAP = 4                        # pixels between clips


def generate(generator, photos, noise):
    """Animate photos `(n, height, width, channels)` in [-1, 1] to uint8 clips, a few at a time."""
    clips = [np.asarray(generator([photos[i:i + 4], noise[i:i + 4]], training=False))
             for i in range(0, len(photos), 4)]
    return pixels.to_uint8(np.concatenate(clips))


def sheet(pairs):
    """A contact sheet: for each pair (real, generated) two rows of frames SHOWN.

    Args:
        pairs: List of pairs of uint8 clips `(frames, height, width, channels)`.

    Returns:
        uint8 image `(height, width, 3)`.
    """
    rows = []
    for pair in pairs:
        for clip in pair:
            shown = [clip[min(i, len(clip) - 1)] for i in SHOWN]
            rows.append(_join([_rgb(_enlarge(frame)) for frame in shown], axis=1))
        rows.append(np.full_like(rows[-1][:GAP], 255))
    return _join(rows[:-1], axis=0)


def write_samples(folder, step, real, fake):
    """Write `step-000500.png` (a sheet) and `.gif` (real above, generated below) to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"step-{step:06d}.png"
    part = path.with_name(f".{path.stem}.part.png")
    cv2.imwrite(str(part), sheet(list(zip(real, fake, strict=True)))[..., ::-1])
    os.replace(part, path)
    columns = [np.stack([_join([_enlarge(frame) for frame in pair], axis=0)
                         for pair in zip(*clips, strict=True)])
               for clips in zip(real, fake, strict=True)]
    write_animation(_join(columns, axis=2), path.with_suffix(".gif"), FPS)


def _enlarge(frame):
    return frame.repeat(SCALE, axis=0).repeat(SCALE, axis=1)


def _rgb(frame):
    return np.broadcast_to(frame, (*frame.shape[:-1], 3))


def _join(images, axis):
    """Images side by side with a white gap."""
    shape = list(images[0].shape)
    shape[axis] = GAP
    gap = np.full(shape, 255, np.uint8)
    return np.concatenate([part for image in images for part in (image, gap)][:-1], axis=axis)
