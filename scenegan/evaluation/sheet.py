"""The sheet of an evaluation: real, generated and still, frame by frame, for the same photos."""

from PIL import Image, ImageDraw, ImageFont

from scenegan.pixels import to_channels

FRAMES = (1, 8, 16, 24, 32)            # counted from 1; of a shorter clip, the last frame
PHOTOS = 8                             # rows of each kind, at most
SCALE = 2                              # pixels on the sheet for one of the clip
LABEL, HEAD, GAP = 90, 20, 4           # pixels
PAPER, INK = (255, 255, 255), (60, 60, 60)


def draw_sheet(kinds):
    """Draw the sheet.

    Args:
        kinds: Dict from a label to uint8 clips `(n, frames, height, width, channels)`, all of
            the same photos.

    Returns:
        Pillow RGB image: for each photo one row a kind.
    """
    clips = list(kinds.values())
    photos = min(PHOTOS, len(clips[0]))
    height, width = (SCALE * size for size in clips[0].shape[2:4])
    row, block = height + GAP, len(kinds) * (height + GAP) + 3 * GAP
    sheet = Image.new("RGB", (LABEL + len(FRAMES) * (width + GAP), HEAD + photos * block), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    for column, frame in enumerate(FRAMES):
        left = LABEL + column * (width + GAP)
        draw.text((left, 3), f"frame {frame}", INK, font)
        for photo in range(photos):
            for kind, (label, shown) in enumerate(kinds.items()):
                top = HEAD + photo * block + kind * row
                draw.text((GAP, top + GAP), label, INK, font)
                image = shown[photo, min(frame, shown.shape[1]) - 1]
                sheet.paste(_enlarged(image, width, height), (left, top))
    return sheet


def _enlarged(image, width, height):
    return Image.fromarray(to_channels(image, 3)).resize((width, height), Image.Resampling.NEAREST)
