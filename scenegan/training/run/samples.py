"""Pictures of a training: what the generator makes of fixed validation photos, beside the truth."""

import cv2
import numpy as np

from scenegan import pixels
from scenegan.files.atomic import replacing
from scenegan.media.animations import write_animation
from scenegan.specs import FPS

SHOWN = (0, 7, 15, 23, 31)     # frames on a sheet
SCALE = 2                      # pixels on a sheet for one of the clip
GAP = 4                        # pixels between clips


def generate(generator, examples):
    """Animate examples to uint8 clips, a few at a time.

    Args:
        generator: Function from a dict of arrays to clips in [-1, 1]; see `GAN.animate`.
        examples: Dict of arrays with a row for each example.
    """
    clips = [np.asarray(generator({name: rows[i:i + 4] for name, rows in examples.items()}))
             for i in range(0, len(examples["noise"]), 4)]
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
            rows.append(_join([pixels.to_channels(_enlarge(frame), 3) for frame in shown], axis=1))
        rows.append(np.full_like(rows[-1][:GAP], 255))
    return _join(rows[:-1], axis=0)


def write_samples(folder, step, real, fake):
    """Write what the generator makes of some photos at a step.

    `step-000500.png` is a sheet, and `step-000500.gif` moves (real above, generated below);
    `photo-1.png` is the first photo and `photo-1-step-000500.gif` its animation.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"step-{step:06d}"
    write_image(folder / f"{name}.png", sheet(list(zip(real, fake, strict=True))))
    columns = [np.stack([_join([_enlarge(frame) for frame in pair], axis=0)
                         for pair in zip(*clips, strict=True)])
               for clips in zip(real, fake, strict=True)]
    write_animation(_join(columns, axis=2), folder / f"{name}.gif", FPS)
    for number, (truth, clip) in enumerate(zip(real, fake, strict=True), start=1):
        write_image(folder / f"photo-{number}.png", pixels.to_channels(_enlarge(truth[0]), 3))
        larger = np.stack([_enlarge(frame) for frame in clip])
        write_animation(larger, folder / f"photo-{number}-{name}.gif", FPS)


def write_final(folder, real, fake):
    """Write `final.png`, the sheet of a finished training: real above, generated below."""
    write_image(folder / "final.png", sheet(list(zip(real, fake, strict=True))))


def write_image(path, image):
    """Write an RGB image `(height, width, 3)` as a PNG, atomically."""
    with replacing(path) as part:
        part.write_bytes(png(image))


def png(image):
    """An RGB image `(height, width, 3)` as the bytes of a PNG file."""
    return cv2.imencode(".png", image[..., ::-1])[1].tobytes()


def _enlarge(frame):
    return frame.repeat(SCALE, axis=0).repeat(SCALE, axis=1)


def _join(images, axis):
    """Images side by side with a white gap."""
    shape = list(images[0].shape)
    shape[axis] = GAP
    gap = np.full(shape, 255, np.uint8)
    return np.concatenate([part for image in images for part in (image, gap)][:-1], axis=axis)
