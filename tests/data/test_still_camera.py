"""Whether a clip's camera stands still: what is rigid decides, else the record."""

import numpy as np

from scenegan.data.still_camera import stands_still
from scenegan.scenery import CLASSES

SHARES = {name: np.eye(len(CLASSES))[CLASSES.index(name)] for name in CLASSES}


def test_where_nothing_is_rigid_the_record_decides_but_for_sky_and_surf():
    rigid, none = {"rigid": 0.07}, {"rigid": float("nan")}
    assert stands_still(**rigid, camera=9.0, shares=SHARES["rigid"])
    assert not stands_still(rigid=0.09, camera=0.0, shares=SHARES["rigid"])
    assert stands_still(**none, camera=0.1, shares=SHARES["plants"])
    assert stands_still(**none, camera=None, shares=SHARES["plants"])
    assert not stands_still(**none, camera=0.2, shares=SHARES["plants"])
    assert stands_still(**none, camera=0.2, shares=0.8 * SHARES["sky"] + 0.2 * SHARES["plants"])
    assert stands_still(**none, camera=0.2, shares=0.8 * SHARES["water"] + 0.2 * SHARES["object"])
