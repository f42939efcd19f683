"""Losses: adversarial families in pairs (generator / discriminator), penalties, content terms.

Every function takes tensors of any Keras backend and returns a scalar, the mean over the
batch, unweighted: the weights stand in the stage table.
"""

from typing import NamedTuple

from keras import ops

from scenegan.tensor_ops import differences

PATCH = 4            # pixels and frames over which motion energy is averaged
KNEE = 0.08          # motion energy from which a difference counts linearly: 10 gray levels
MOVED = 0.02         # deviation over time from which a pixel moves: 2.5 gray levels


class AdversarialFamily(NamedTuple):
    """The two sides of one adversarial loss."""

    generator: callable        # (fake_scores) -> scalar
    discriminator: callable    # (real_scores, fake_scores) -> scalar


def least_squares_generator(fake_scores):
    """`1/2 E[(D(fake) - 1)^2]`. Reference: LSGAN, eq. 9, https://arxiv.org/abs/1611.04076"""
    return 0.5 * ops.mean(ops.square(fake_scores - 1.0))


def least_squares_discriminator(real_scores, fake_scores):
    """`1/2 E[(D(real) - 1)^2] + 1/2 E[D(fake)^2]`. Reference: LSGAN, eq. 9."""
    return 0.5 * (ops.mean(ops.square(real_scores - 1.0)) + ops.mean(ops.square(fake_scores)))


def wasserstein_generator(fake_scores):
    """`-E[D(fake)]`. Reference: WGAN, https://arxiv.org/abs/1701.07875"""
    return -ops.mean(fake_scores)


def wasserstein_discriminator(real_scores, fake_scores):
    """`E[D(fake)] - E[D(real)]`; minus it estimates the distance between the two."""
    return ops.mean(fake_scores) - ops.mean(real_scores)


def hinge_generator(fake_scores):
    """`-E[D(fake)]`. Reference: Lim and Ye 2017, https://arxiv.org/abs/1705.02894"""
    return -ops.mean(fake_scores)


def hinge_discriminator(real_scores, fake_scores):
    """`E[max(0, 1 - D(real))] + E[max(0, 1 + D(fake))]`. Reference: Lim and Ye 2017."""
    return ops.mean(ops.relu(1.0 - real_scores)) + ops.mean(ops.relu(1.0 + fake_scores))


def cross_entropy_generator(fake_scores):
    """`-E[log sigmoid(D(fake))]`: generated clips labelled as real ones, which does not saturate.

    Reference: Goodfellow et al. 2014, section 3, https://arxiv.org/abs/1406.2661
    """
    return ops.mean(ops.softplus(-fake_scores))


def cross_entropy_discriminator(real_scores, fake_scores):
    """`-E[log sigmoid(D(real))] - E[log(1 - sigmoid(D(fake)))]`, of scores that are logits."""
    return ops.mean(ops.softplus(-real_scores)) + ops.mean(ops.softplus(fake_scores))


def one_score(logits):
    """One score of a clip from one logit, or from two of the classes (fake, real).

    The softmax of two logits is the sigmoid of their difference, so that the cross-entropies of
    both are the same, and every family takes either.

    Args:
        logits: `(batch, 1)` or `(batch, 2)`.

    Returns:
        `(batch, 1)`.
    """
    if logits.shape[-1] == 1:
        return logits
    fake, real = ops.split(logits, 2, axis=-1)
    return real - fake


FAMILIES = {
    "cross-entropy": AdversarialFamily(cross_entropy_generator, cross_entropy_discriminator),
    "hinge": AdversarialFamily(hinge_generator, hinge_discriminator),
    "mse": AdversarialFamily(least_squares_generator, least_squares_discriminator),
    "wasserstein": AdversarialFamily(wasserstein_generator, wasserstein_discriminator),
}


def gradient_penalty(gradients):
    """Penalise a discriminator whose slope is not one.

    Args:
        gradients: Float tensor `(batch, frames, height, width, channels)`: the gradient
            of each clip's score with respect to that clip.

    Returns:
        Scalar, mean over the batch of `(||gradient||_2 - 1)^2`.

    Raises:
        ValueError: If `gradients` is not of rank 5.

    Reference: WGAN-GP, eq. 3, https://arxiv.org/abs/1704.00028
    """
    if len(gradients.shape) != 5:
        raise ValueError("Gradients must have the shape of clips, (batch, frames, height, width, "
                         f"channels). Received: {tuple(gradients.shape)}.")
    squares = ops.sum(ops.square(gradients), axis=(1, 2, 3, 4))                # (b,)
    return ops.mean(ops.square(ops.sqrt(squares + 1e-12) - 1.0))


def content(real, fake, chosen):
    """L1 distance of clips, over the chosen examples.

    Args:
        real, fake: Clips `(batch, frames, height, width, channels)`.
        chosen: `(batch,)`, 1 where the example counts and 0 elsewhere.

    Returns:
        Scalar: the batch mean, where examples that are not chosen count as zero.
    """
    return ops.mean(chosen * ops.mean(ops.abs(real - fake), axis=(1, 2, 3, 4)))


def motion_energy(clip):
    """Mean absolute change from frame to frame in patches of PATCH frames and pixels a side.

    Args:
        clip: `(batch, frames, height, width, channels)`, any scale.

    Returns:
        `(batch, (frames - 1) // PATCH, height // PATCH, width // PATCH)`, in units of `clip`.
    """
    change = ops.mean(ops.abs(differences(clip, axis=1)), axis=-1)              # (b, t - 1, h, w)
    patches = [size // PATCH for size in change.shape[1:]]
    change = change[:, :patches[0] * PATCH, :patches[1] * PATCH, :patches[2] * PATCH]
    change = ops.reshape(change, (-1, patches[0], PATCH, patches[1], PATCH, patches[2], PATCH))
    return ops.mean(change, axis=(2, 4, 6))           # (b, t / PATCH, h / PATCH, w / PATCH)


def energy(real, fake):
    """Distance of two clips' motion energy: how much each region moves, in any direction.

    A clip of another wave, as strong as the real one, costs nothing here, while `content`
    would call the still photo better. Squared below KNEE, so that among the motions that a
    photo may have it asks for the mean (an L1 distance asks for the median, which is less);
    linear above, so that a few wild clips do not rule.

    Args:
        real, fake: Clips `(batch, frames, height, width, channels)` in [-1, 1].

    Reference: pseudo-Huber loss, Charbonnier et al. 1997, https://doi.org/10.1109/83.551699
    """
    difference = (motion_energy(real) - motion_energy(fake)) / KNEE
    return KNEE * ops.mean(ops.sqrt(1.0 + ops.square(difference)) - 1.0)


def gate(real, logits):
    """Cross-entropy between where a generator lets pixels move and where the real ones did.

    Args:
        real: Clips `(batch, frames, height, width, channels)` in [-1, 1].
        logits: `(batch, height, width, 1)`.

    Returns:
        Scalar, in nats a pixel. What moved has a standard deviation over time above MOVED.
    """
    deviation = ops.std(ops.mean(real, axis=-1, keepdims=True), axis=1)         # (b, h, w, 1)
    moved = ops.cast(deviation > MOVED, logits.dtype)
    return ops.mean(ops.relu(logits) - logits * moved + ops.log1p(ops.exp(-ops.abs(logits))))


def mask_area(mask):
    """Mean of a mask `(batch, frames, height, width, 1)`: how much is painted over the photo.

    Reference: sparsity of the mask, Vondrick et al. 2016, https://arxiv.org/abs/1609.02612
    """
    return ops.mean(mask)


def smoothness(displacement):
    """Mean absolute change of the displacement between neighbours, in percent of the frame.

    Args:
        displacement: `(batch, frames, height, width, 2)`, fractions of width and height.
    """
    across = ops.mean(ops.abs(differences(displacement, axis=3)))
    down = ops.mean(ops.abs(differences(displacement, axis=2)))
    return 100.0 * (across + down)


def posterior(mean, log_variance, chosen):
    """KL divergence of N(mean, variance) from N(0, 1), in nats, over the chosen examples.

    Args:
        mean, log_variance: `(batch, NOISE_SIZE)`.
        chosen: As in `content`.

    Reference: Kingma and Welling 2014, appendix B, https://arxiv.org/abs/1312.6114
    """
    divergence = 0.5 * ops.sum(ops.square(mean) + ops.exp(log_variance) - 1.0 - log_variance,
                               axis=-1)
    return ops.mean(chosen * divergence)


def recovery(noise, mean, chosen):
    """Mean squared error of the noise that is read back from generated clips.

    Args:
        noise, mean: `(batch, NOISE_SIZE)`: what the clips were made of, and what was read.
        chosen: As in `content`.

    Reference: the latent regression of BicycleGAN, https://arxiv.org/abs/1711.11586
    """
    return ops.mean(chosen * ops.mean(ops.square(noise - mean), axis=-1))


def first_frame(photo, clip):
    """L1 distance of a clip's first frame from its photo `(batch, height, width, channels)`."""
    return ops.mean(ops.abs(photo - clip[:, 0]))


def reconstruction(real, clip):
    """Mean squared error of the clips that an autoencoder gives back, of any shape."""
    return ops.mean(ops.square(real - clip))
