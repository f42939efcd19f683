"""Whether what is rigid stands while sky and water move, on photos that say which is which.

Distances are pixels of a frame of `optical_flow.WIDTH` columns. Only textured pixels count:
elsewhere nobody sees a motion, and none can be measured.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from scenegan.data.labels import PLANTS, RIGID, SKY, TREES, WATER
from scenegan.evaluation.optical_flow import flow_from_first, successive_flow, textured

STAYS = 0.25         # pixels from its place, at any time, within which a pixel stays
PURE = 0.95          # share of a class in the pixels that stand for it
FEW = 20             # pixels: of a class with fewer, a photo says nothing
KINDS = {"rigid": (RIGID,), "sky": (SKY,), "water": (WATER,), "fluid": (SKY, WATER),
         "plants": (PLANTS, TREES)}


@dataclass(frozen=True, kw_only=True)
class LeakTraits:
    """What moves in the animation of one photo.

    Attributes:
        pixels: Dict from each of `KINDS` to its number of textured pixels, 0 for less than `FEW`.
        mean_speed, median_speed: Dicts from the kinds that are there to pixels a frame, over
            time and those pixels.
        stay: How many of the rigid ones stay within `STAYS` of their place over the whole clip.
    """

    pixels: dict[str, int]
    mean_speed: dict[str, float]
    median_speed: dict[str, float]
    stay: int


def describe_leak(clip, shares):
    """`LeakTraits` of one animation.

    Args:
        clip: uint8 `(frames, height, width, channels)`; the first frame is the photo.
        shares: Of the photo, as `class_shares` gives them, `(height, width, classes)`.
    """
    speed = np.linalg.norm(successive_flow(clip), axis=-1).mean(axis=0)
    farthest = np.linalg.norm(flow_from_first(clip), axis=-1).max(axis=0)
    masks = {kind: textured(clip[0], inside(shares[..., list(classes)].sum(axis=-1) >= PURE))
             for kind, classes in KINDS.items()}
    masks = {kind: mask for kind, mask in masks.items() if mask.sum() >= FEW}
    return LeakTraits(
        pixels={kind: int(masks[kind].sum()) if kind in masks else 0 for kind in KINDS},
        mean_speed={kind: float(speed[mask].mean()) for kind, mask in masks.items()},
        median_speed={kind: float(np.median(speed[mask])) for kind, mask in masks.items()},
        stay=int((farthest[masks["rigid"]] <= STAYS).sum()) if "rigid" in masks else 0)


def leak_figures(traits):
    """Figures of a list of `LeakTraits`, a dict of floats, NaN where no photo tells.

    Returns:
        rigid_still: Share of the rigid pixels of all photos that stay.
        rigid_speed: Mean speed of what is rigid over that of sky and water, of the photos that
            have both.
        fluid_speed, sky_speed, water_speed, plants_speed: Pixels a frame, median photo of the
            median pixel.
    """
    rigid = sum(clip.pixels["rigid"] for clip in traits)
    compared = [clip.mean_speed for clip in traits if {"rigid", "fluid"} <= clip.mean_speed.keys()]
    fluid = sum(speed["fluid"] for speed in compared)
    speeds = {kind: [clip.median_speed[kind] for clip in traits if kind in clip.median_speed]
              for kind in KINDS if kind != "rigid"}
    unknown = float("nan")
    return {"rigid_still": sum(clip.stay for clip in traits) / rigid if rigid else unknown,
            "rigid_speed": sum(speed["rigid"] for speed in compared) / fluid if fluid else unknown,
            **{f"{kind}_speed": float(np.median(values)) if values else unknown
               for kind, values in speeds.items()}}


def inside(mask):
    """A bool mask without its outermost pixels, where flow sees neighbours of another class."""
    return cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8),
                     borderType=cv2.BORDER_REPLICATE).astype(bool)
