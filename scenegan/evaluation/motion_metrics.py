"""How clips move: their speeds over time, their optical flow, their flicker, their loop.

Clips are uint8 `(frames, height, width, channels)`. Distances compare what clips are like, not
pixel by pixel: another wave, as fast and as strong as the real one, costs nothing.
"""

import cv2
import numpy as np

from scenegan.evaluation.frame_metrics import luma

QUANTISATION = 1 / 12        # power of rounding to whole gray levels: what is below is no motion
LEVELS = 64                  # quantiles that stand for the sizes of the flow
DIRECTIONS = 16              # bins of a full turn
AT_REST = 1e-3               # pixels a frame: mean flow below which nothing has a direction
STILL = 2.0                  # gray levels: a pixel whose deviation over time is below stands still
# pyramid scale, levels, window (pixels), iterations, neighbourhood, its Gaussian, flags
FARNEBACK = (0.5, 2, 9, 3, 5, 1.1, 0)
BORDER = 8                   # pixels mirrored around a frame: at its edge Farneback sees ghosts


def spectrum(clip):
    """How strong changes of each speed are: the mean log power spectrum of the pixels over time.

    Returns:
        float64 `(frames // 2,)` in dB of gray levels squared, for 1, 2, ... periods a clip.
        A still clip has -10.8 everywhere, the power of quantisation, and white noise of
        deviation s about 20 log10(s) - 2.5 (the mean of a logarithm). Windowed by Hann.
    """
    series = luma(clip).reshape(len(clip), -1)
    window = np.hanning(len(clip) + 2)[1:-1, None]
    power = np.abs(np.fft.rfft((series - series.mean(axis=0)) * window, axis=0)[1:]) ** 2
    return (10 * np.log10(power / np.sum(window ** 2) + QUANTISATION)).mean(axis=1)


def spectral_distance(spectra, others):
    """Mean absolute difference of spectra, in dB, `(...)` of two `(..., frequencies)`."""
    return np.abs(spectra - others).mean(axis=-1)


def flow(clip):
    """Optical flow from each frame to the next, float32 `(frames - 1, height, width, 2)`, pixels.

    Reference: Farneback 2003, https://doi.org/10.1007/3-540-45103-X_50
    """
    frames = [cv2.copyMakeBorder(frame, *[BORDER] * 4, cv2.BORDER_REFLECT_101)
              for frame in np.rint(luma(clip)).astype(np.uint8)]
    flow = np.stack([cv2.calcOpticalFlowFarneback(frame, later, None, *FARNEBACK)
                     for frame, later in zip(frames[:-1], frames[1:], strict=True)])
    return flow[:, BORDER:-BORDER, BORDER:-BORDER]


def flow_sizes(vectors):
    """LEVELS quantiles of the lengths of flow vectors `(..., 2)`, pixels a frame."""
    sizes = np.linalg.norm(vectors, axis=-1)
    return np.quantile(sizes, (np.arange(LEVELS) + 0.5) / LEVELS)


def size_distance(quantiles, others):
    """Wasserstein-1 distance of sizes, in pixels a frame, from their quantiles `(..., LEVELS)`.

    Reference: Peyre and Cuturi 2019, eq. 2.38, https://arxiv.org/abs/1803.00567
    """
    return np.abs(quantiles - others).mean(axis=-1)


def flow_directions(vectors):
    """Share of the motion that goes each way: vectors `(..., 2)` by direction, weighted by size.

    Returns:
        float64 `(DIRECTIONS,)` that sums to 1; the first bin is around "right", the next a
        step towards "down". Zeros where nothing moves.
    """
    x, y = vectors[..., 0].ravel(), vectors[..., 1].ravel()
    sizes = np.hypot(x, y)
    if sizes.mean() < AT_REST:
        return np.zeros(DIRECTIONS)
    bins = np.rint(np.arctan2(y, x) / (2 * np.pi) * DIRECTIONS).astype(int) % DIRECTIONS
    return np.bincount(bins, sizes, DIRECTIONS) / sizes.sum()


def direction_distance(shares, others):
    """Wasserstein-1 distance on the circle of two histograms `(DIRECTIONS,)`, in degrees.

    At most 180; NaN where nothing moves, for that has no direction.

    Reference: Rabin, Delon and Gousseau 2011, https://arxiv.org/abs/0906.5499
    """
    if not (shares.any() and others.any()):
        return float("nan")
    work = np.cumsum(shares - others)
    return float(np.abs(work - np.median(work)).sum() * 360 / DIRECTIONS)


def deviation(clip):
    """Standard deviation of each pixel's brightness over time, `(height, width)`, gray levels."""
    return luma(clip).std(axis=0)


def flicker(clip):
    """Standard deviation of the second difference of the mean brightness, in gray levels."""
    return float(np.diff(luma(clip).mean(axis=(1, 2)), n=2).std())


def loop_jump(clip):
    """Mean absolute change from the last frame to the first, in gray levels."""
    return float(np.abs(clip[-1].astype(np.int16) - clip[0]).mean())
