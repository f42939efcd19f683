"""How good animations are: measures in the units that people see, and what to read them against.

The measures of one clip are here by name. `scenegan.evaluation.comparison` holds a generator
against baselines on all of them; it needs Keras, which this package alone does not import.
"""

from scenegan.evaluation.frame_metrics import (
    detail_kept,
    luma,
    motion,
    photo_correlation,
    psnr,
    ssim,
    variety,
)

__all__ = ["detail_kept", "luma", "motion", "photo_correlation", "psnr", "ssim", "variety"]
