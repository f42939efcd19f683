"""What a clip may be shown as in training: crops, mirrors, light and colour, by a seeded draw."""

from dataclasses import dataclass

import numpy as np

from scenegan.errors import InputError

# Largest value of each setting that is a number.
LIMITS = {"crop": 1.0, "brightness": 1.0, "contrast": 9.0, "saturation": 9.0, "hue": 0.5}


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """How much the clips of a training vary. A whole clip varies at once, so nothing flickers.

    Light and colour are the brightness, contrast, hue and saturation of "Training Generative
    Adversarial Networks with Limited Data", appendix B, https://arxiv.org/abs/2006.06676.

    Raises:
        InputError: If a setting is outside its range.
    """

    flip: bool = True          # mirror half of the clips, left to right
    crop: float = 1.0          # smallest share of the sides that a crop keeps; 1 keeps all
    brightness: float = 0.0    # largest shift, as a share of the range from black to white
    contrast: float = 0.0      # largest factor less one; 0.25 is between 1 / 1.25 and 1.25
    saturation: float = 0.0    # the same; gray clips take neither this nor hue
    hue: float = 0.0           # largest turn, as a share of a full turn
    reverse: bool = False      # play half of the clips backwards. Only for scenes where that can
    #                            be: water does not fall upwards and smoke does not sink

    def __post_init__(self):
        for name, high in LIMITS.items():
            value = getattr(self, name)
            if not 0 <= value <= high or name == "crop" and value == 0:
                low = "above 0, at most" if name == "crop" else "from 0 to"
                raise InputError(f"{name} must be {low} {high:g}. Received: {value}.")

    def draw(self, random, shape, smallest):
        """Draw what becomes of one clip.

        A setting changes its own effect alone: the others draw the same as without it.

        Args:
            random: `np.random.Generator`.
            shape: `(height, width, channels)` of the clip as it is seen.
            smallest: Share of the sides below which no crop may go.

        Returns:
            `View`.
        """
        height, width, channels = shape
        share, top, left, mirror, light, scale, colour, turn, back = random.random(9)
        share = 1 - share * (1 - min(max(self.crop, smallest), 1.0))
        kept = round(share * height), round(share * width)
        return View(
            top=int(top * (height - kept[0] + 1)), left=int(left * (width - kept[1] + 1)),
            height=kept[0], width=kept[1],
            mirrored=self.flip and mirror < 0.5,
            backwards=self.reverse and back < 0.5,
            colour=colour_matrix(
                channels, shift=2 * self.brightness * (2 * light - 1),
                contrast=(1 + self.contrast) ** (2 * scale - 1),
                saturation=(1 + self.saturation) ** (2 * colour - 1),
                turn=2 * np.pi * self.hue * (2 * turn - 1)))


@dataclass(frozen=True, kw_only=True)
class View:
    """What one draw makes of a clip."""

    top: int                           # pixels of the clip, as the three that follow
    left: int
    height: int
    width: int
    mirrored: bool
    backwards: bool
    colour: np.ndarray                 # `(channels, channels + 1)`: see `colour_matrix`


def colour_matrix(channels, shift, contrast, saturation, turn):
    """The affine map of one pixel that changes light and colour.

    Hue turns about the gray axis and saturation scales the distance from it, so gray stays
    gray; contrast scales about middle gray.

    Args:
        channels: 3, or 1 for gray, which has neither hue nor saturation.
        shift: Added brightness; black and white are 2 apart.
        contrast: Factor.
        saturation: Factor.
        turn: Radians.

    Returns:
        float64 `(channels, channels + 1)`, for pixels in [-1, 1] with a 1 appended.
    """
    matrix = np.eye(channels)
    if channels == 3:
        gray = np.full((3, 3), 1 / 3)                             # projects onto the gray axis
        across = np.cross(np.eye(3), np.full(3, 1 / np.sqrt(3)))  # a quarter turn about it
        matrix = gray + saturation * (np.cos(turn) * (np.eye(3) - gray) + np.sin(turn) * across)
    return np.hstack([contrast * matrix, np.full((channels, 1), shift)])
