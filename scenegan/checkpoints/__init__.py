"""Saved networks: where they are, which kind each is, how they are loaded and written.

Nothing here imports Keras before a network is loaded.
"""

from scenegan.checkpoints.kinds import (
    clip_shape,
    kind_of,
    takes_clip,
    takes_noise,
    takes_photo,
    tells_velocities,
)
from scenegan.checkpoints.loading import (
    load_clip_generator,
    load_critic_with_features,
    load_critics,
    load_encoder,
    load_generator,
    load_segmenter,
)
from scenegan.checkpoints.model_files import (
    check_file,
    is_whole,
    load_model,
    not_finite,
    save_model,
)
from scenegan.checkpoints.shipped import (
    SEGMENTER_FILE,
    find,
    find_animating,
    find_run,
    segmenters,
    shipped,
    shipped_segmenter,
    ships,
)

__all__ = ["SEGMENTER_FILE", "check_file", "clip_shape", "find", "find_animating", "find_run",
           "is_whole", "kind_of", "load_clip_generator", "load_critic_with_features",
           "load_critics", "load_encoder", "load_generator", "load_model", "load_segmenter",
           "not_finite", "save_model", "segmenters", "shipped", "shipped_segmenter", "ships",
           "takes_clip", "takes_noise", "takes_photo", "tells_velocities"]
