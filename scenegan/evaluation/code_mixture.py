"""A Gaussian mixture of an autoencoder's codes, to draw codes of clips that are not there.

Reference: Vondrick et al. 2016, section 4.2, https://arxiv.org/abs/1609.02612
"""

from dataclasses import dataclass

import numpy as np

from scenegan.files import archives
from scenegan.files.atomic import replacing

COMPONENTS = 256             # at most, as published, ...
CLIPS_PER_COMPONENT = 16     # ... of at least so many clips each
FLOOR = 1e-4                 # added to the variances, as a share of the codes' own
LARGEST = 10_000_000         # bytes of a file


@dataclass(frozen=True, kw_only=True)
class CodeMixture:
    """Normal distributions of uncorrelated numbers, and how often each is drawn from."""

    shares: np.ndarray       # (components,), their sum is 1
    means: np.ndarray        # (components, numbers of a code)
    variances: np.ndarray    # (components, numbers of a code)

    def sample(self, count, random):
        """Codes, float32 `(count, numbers)`, by a `np.random.Generator`."""
        chosen = random.choice(len(self.shares), count, p=self.shares)
        normal = random.standard_normal((count, self.means.shape[1]))
        return (self.means[chosen] + np.sqrt(self.variances[chosen]) * normal).astype(np.float32)


def fit(codes, seed=0):
    """Fit a `CodeMixture` to codes `(n, numbers)`."""
    from sklearn.mixture import GaussianMixture
    codes = np.asarray(codes, np.float64)
    count = min(COMPONENTS, max(1, len(codes) // CLIPS_PER_COMPONENT))
    found = GaussianMixture(count, covariance_type="diag", random_state=seed,
                            reg_covar=FLOOR * float(codes.var(axis=0).mean()) + 1e-12).fit(codes)
    return CodeMixture(shares=found.weights_, means=found.means_, variances=found.covariances_)


def save(mixture, path, fingerprint):
    """Write a mixture as .npz, atomically, with the fingerprint of the network that it is of."""
    with replacing(path) as part, open(part, "wb") as file:
        np.savez(file, fingerprint=fingerprint, shares=mixture.shares, means=mixture.means,
                 variances=mixture.variances)


def load(path, fingerprint, size):
    """Read a mixture.

    Args:
        path: File that `save` wrote, or would.
        fingerprint: Of the network whose codes it has to be of.
        size: Numbers of a code.

    Returns:
        `CodeMixture`; None if there is none, or it is damaged or of another network.
    """
    try:
        archives.sizes(path, LARGEST)
        with np.load(path) as file:
            arrays = {name: file[name] for name in ("shares", "means", "variances")}
            same = str(file["fingerprint"]) == fingerprint
        mixture = CodeMixture(**arrays)
        count = len(mixture.shares)
        good = (mixture.means.shape == mixture.variances.shape == (count, size)
                and all(np.isfinite(values).all() for values in arrays.values())
                and (mixture.variances >= 0).all() and (mixture.shares >= 0).all()
                and abs(mixture.shares.sum() - 1) < 1e-6)
    except Exception:                                 # zipfile and NumPy raise nearly all
        return None
    return mixture if same and good else None
