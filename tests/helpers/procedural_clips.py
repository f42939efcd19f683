"""Procedural clips to evaluate on."""

import numpy as np

from scenegan.data.procedural import ProceduralClips

SHAPE = 8, 12, 20, 3

SCENES = ProceduralClips(64, height=12, width=20, frames=8)
CLIPS = SCENES.clips(range(64))
GROUPS = np.arange(64)
