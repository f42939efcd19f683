"""The numbers that the page's JavaScript shares with Python, as a module of it."""

import json

from scenegan import scenery, specs
from scenegan.animation import blending, looping, masks, paths

NUMBERS = {
    "MOVING": scenery.MOVING, "FLUID": len(scenery.FLUID), "PERIOD": scenery.PERIOD,
    "FIRMEST": scenery.FIRMEST, "LOOSEST": scenery.LOOSEST, "FPS": specs.FPS,
    "WORKING": paths.WORKING, "FILTERED": masks.FILTERED, "RADIUS": masks.RADIUS,
    "SMOOTHNESS": masks.SMOOTHNESS, "MARGIN": masks.MARGIN, "RAMP": masks.RAMP,
    "BORDER": masks.BORDER, "LEAST": blending.LEAST, "COMPACT": blending.COMPACT,
    "BEYOND": blending.BEYOND, "MEASURED": blending.MEASURED, "WINDOW": blending.WINDOW,
    "COARSE": blending.COARSE, "FLOOR": blending.FLOOR, "STRONGEST": blending.STRONGEST,
    "TAKEOVER": looping.TAKEOVER,
}


def javascript():
    """NUMBERS as the text of a module."""
    return "".join(f"export const {name} = {json.dumps(value)};\n"
                   for name, value in NUMBERS.items())
