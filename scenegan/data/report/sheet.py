"""The contact sheet of a report: a row of frames for each sample, beside what is known of it."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from scenegan.data.report.statistics import number, text
from scenegan.pixels import resize, to_channels

ROWS = 24                  # at most; of more samples every n-th is shown
FRAMES = 6                 # of one clip, from the first to the last
FRAME_WIDTH = 160          # pixels
FRAME_HEIGHT = 160         # pixels, at most
LABEL = 200                # pixels
GAP = 4                    # pixels
HEAD = 24                  # pixels
LINE = 18                  # pixels
PAPER, INK, PALE = (250, 250, 248), (28, 30, 33), (112, 116, 122)


def draw_sheet(store, samples):
    """Draw the contact sheet.

    Args:
        store: `ClipStore`; the clips are read one at a time.
        samples: List of `Sample`, at least one.

    Returns:
        Pillow RGB image.
    """
    rows = min(ROWS, len(samples))
    samples = [samples[row * len(samples) // rows] for row in range(rows)]
    frames, height, width, _ = store.shape
    scale = min(FRAME_WIDTH / width, FRAME_HEIGHT / height)
    size = max(1, round(height * scale)), max(1, round(width * scale))
    shown = np.unique(np.linspace(0, frames - 1, FRAMES).round().astype(int))
    pitch = max(size[0], 4 * LINE) + GAP
    sheet = Image.new("RGB", (LABEL + len(shown) * (size[1] + GAP) + GAP,
                              HEAD + rows * pitch + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    for column, frame in enumerate(shown):
        draw.text((LABEL + column * (size[1] + GAP), 5), f"frame {frame + 1}", PALE, font(12))
    for row, sample in enumerate(samples):
        top = HEAD + row * pitch
        clip, = store.clips([sample.index])
        for column, frame in enumerate(shown):
            image = to_channels(resize(clip[frame], *size), 3)
            sheet.paste(Image.fromarray(image), (LABEL + column * (size[1] + GAP), top))
        draw_label(draw, top, sample)
    return sheet


@lru_cache
def font(size):
    """Pillow's own font, of a size in pixels."""
    return ImageFont.load_default(size)


def draw_label(draw, top, sample):
    """Write a sample's tag, its motion, the camera's and its video, one below the other."""
    lines = [(sample.tag, INK, 16), *((line, PALE, 12) for line in captions(sample.record))]
    for row, (line, colour, size) in enumerate(lines):
        corner = GAP * 2, top + row * LINE + (row > 0) * GAP
        draw.text(corner, shorten(draw, line, font(size)), colour, font(size))


def captions(record):
    """A record's motion, its camera's motion and its video, three texts."""
    motion, moved = number(record, "motion"), number(record, "camera_motion")
    name = text(record, "id") if record.get("id") else text(record, "video")
    return ("motion " + ("not measured" if motion is None else f"{motion:.2f}"),
            "camera " + ("not measured" if moved is None else f"{moved:.3f} px"), name)


def shorten(draw, line, face):
    """A text cut so that it fits beside the frames."""
    space = LABEL - 3 * GAP
    if draw.textlength(line, face) <= space:
        return line
    while line and draw.textlength(line + "...", face) > space:
        line = line[:-1]
    return line + "..."
