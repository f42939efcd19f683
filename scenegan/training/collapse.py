"""Signs that a GAN collapses: what to warn of, and when to go back."""

import numpy as np

LEAST_VARIETY = 0.02     # gray levels between two noises: below, the noise is ignored
# Losses of discriminators that tell all clips apart.
WON = {"mse": 0.005, "cross-entropy": 0.005}
FAR = 1e4                # scores of a discriminator that runs away
PATIENCE = 3             # signs in a row until a warning becomes a reason to go back


class Collapsed(Exception):
    """A training has to be rolled back; the text is the reason, in one line."""


class Watch:
    """Reads what a training logs, and counts its bad signs in a row.

    Args:
        loss: Name of the loss.
        warn: Function that is told, in one line, of each first sign.

    Attributes:
        counts: Dict of signs in a row, by name; part of the saved state.
    """

    def __init__(self, loss, warn):
        self.loss = loss
        self.warn = warn
        self.counts = {"saturation": 0, "sameness": 0}

    @property
    def suspicious(self):
        """Whether the last signs were bad: not a moment to keep as a good one."""
        return any(self.counts.values())

    def check_terms(self, means):
        """Judge the mean terms of several steps.

        Raises:
            Collapsed: If one is not finite, or the discriminator has won for too long.
        """
        wild = [name for name, value in means.items()
                if not name.endswith("_gradient") and not np.isfinite(value)]
        if wild:
            raise Collapsed(f"losses must stay finite, but {wild[0]} is {means[wild[0]]}")
        self._count("saturation", saturated(self.loss, means),
                    "the discriminator tells all clips apart and teaches nothing")

    def check_variety(self, variety):
        """Judge how far the animations of two noises differ, in gray levels.

        Raises:
            Collapsed: If they have been the same for too long.
        """
        self._count("sameness", variety < LEAST_VARIETY,
                    f"the noise is ignored: two differ by {variety:.3g} gray levels")

    def _count(self, name, bad, text):
        self.counts[name] = self.counts[name] + 1 if bad else 0
        if self.counts[name] == 1:
            self.warn(text)
        if self.counts[name] >= PATIENCE:
            self.counts[name] = 0
            raise Collapsed(text)


def saturated(loss, means):
    """Whether a discriminator's mean terms say that it has won, or run away; if there is one."""
    if "discriminator" not in means:
        return False
    if loss in WON:
        return means["discriminator"] < WON[loss]
    return max(abs(means["real_score"]), abs(means["fake_score"])) > FAR
