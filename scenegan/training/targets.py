"""What the networks of velocity fields are taught, beside the clips themselves."""

import hashlib

from scenegan import checkpoints
from scenegan.animation.segmentation import probabilities
from scenegan.data.clip_motion import grid_of
from scenegan.data.motion_targets import PaintedTargets, StoredTargets
from scenegan.data.store import ClipStore


def open_targets(store, spec):
    """The measured motion and the segmented content of clips, for a stage.

    What is missing is measured first and kept beside the clips: about 0.5 CPU seconds a clip.

    Args:
        store: `ClipStore`, or `ProceduralClips`.
        spec: `StageSpec`.

    Returns:
        `StoredTargets`, or `PaintedTargets`.

    Raises:
        InputError: If the clips' folder cannot be written.
    """
    if not isinstance(store, ClipStore):
        return PaintedTargets(store, grid_of(spec))
    path = checkpoints.shipped_segmenter()
    segmenter = checkpoints.load_segmenter(path)
    return StoredTargets(store, lambda photo: probabilities(photo, segmenter),
                         hashlib.sha256(path.read_bytes()).hexdigest(), grid_of(spec))
