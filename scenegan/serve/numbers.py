"""The numbers that the page's JavaScript shares with Python, as a module of it."""

import json

from scenegan import pixels, scenery, specs
from scenegan.animation import (
    blending,
    dials,
    falls,
    foreground,
    looping,
    masks,
    motion,
    paths,
    sampling,
    shading,
)

# Modules, and the names of their numbers, which the page has too.
SHARED = {
    blending: ("COARSE", "COMPACT", "FLOOR", "LEAST", "STRONGEST", "WINDOW"),
    dials: ("AMOUNTS", "LEAN", "TURNS", "WIDTH"),
    falls: ("LITTLE", "SHORE", "STREAKS", "UPRIGHT"),
    looping: ("TAKEOVER",),
    foreground: ("BLOWN", "DARK", "DISC", "FULL", "LONG", "SKYWARDS", "THIN", "TOUCH", "WHOLE"),
    masks: ("BORDER", "FILTERED", "HORIZON", "MARGIN", "RADIUS", "RAMP", "SMOOTHNESS",
            "SWIFTEST", "WORKING"),
    motion: ("CLEAR", "FARTHEST", "FEWEST", "MOST", "REACH"),
    paths: ("FOLLOWED",),
    sampling: ("LARGE",),
    scenery: ("FIRMEST", "LOOSEST", "MOVING", "PERIOD"),
    shading: ("LONGEST", "POWERS"),
    specs: ("FPS", "NOISE_SIZE"),
}


def javascript(**more):
    """Those numbers, and more of them, as the text of a module."""
    numbers = {name: getattr(module, name) for module, names in SHARED.items() for name in names}
    numbers |= {"FLUID": len(scenery.FLUID), "LUMA": pixels.LUMA.tolist(),
                "BETWEEN": sampling.BETWEEN.ravel().tolist()}
    return "".join(f"export const {name} = {json.dumps(value)};\n"
                   for name, value in sorted((numbers | more).items()))
