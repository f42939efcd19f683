"""Loss terms on velocity fields (`scenegan.scenery`): what the measured motion asks for."""

from keras import ops

from scenegan.scenery import CLASS_TERMS
from scenegan.tensor_ops import differences

KNEE = 0.0004        # frame widths a frame (0.03 pixels of 80): a smaller error counts squared
MODES_WEIGHT = 0.1   # of an error in a Fourier mode beside one in the steady velocity: the phase of
                     # a wave cannot be told from a photo
SLOWEST = 0.00125    # frame widths a frame (0.1 pixels of 80): slower errors are absolute
FEWEST = 0.02        # share of the pixels: with less weight than this a clip counts less


def velocity_terms(fields, masks):
    """Sum the fields of all classes under their masks.

    Args:
        fields: `(batch, height, width, len(MOVING), TERMS, 2)`.
        masks: `(batch, height, width, len(MOVING))`.

    Returns:
        `(batch, height, width, TERMS, 2)`.
    """
    return ops.sum(masks[..., None, None] * fields, axis=3)


def flow_errors(fields, masks, flow, weight):
    """Error of each example's velocity against the measured one, relative to how fast it is.

    Args:
        fields, masks: As in `velocity_terms`.
        flow: Measured coefficients `(batch, height, width, TERMS, 2)`, units of `fields`.
        weight: `(batch, height, width)`, confidence of each measured pixel, from 0.

    Returns:
        `(batch,)`: about 1 for a still field.
    """
    truth = measured_terms(flow, masks)
    error = _charbonnier(velocity_terms(fields, masks) - truth)           # (b, h, w, TERMS)
    error = error[..., 0] + MODES_WEIGHT * ops.sum(error[..., 1:], axis=-1)
    return _relative(error, truth, masks, weight)


def measured_terms(flow, masks):
    """The measured velocity, as far as what is there may move so: `(batch, h, w, TERMS, 2)`.

    Args:
        flow, masks: As in `flow_errors`.
    """
    return flow * ops.matmul(masks, ops.cast(CLASS_TERMS, masks.dtype))[..., None]


def asked_speed(masks, amount):
    """How fast pixels are asked to be, and where anything is asked.

    Args:
        masks, amount: As in `direction_error`.

    Returns:
        Both `(batch, height, width, 1)`: frame widths a frame, at least SLOWEST; and the masks of
        the classes whose amount is not 0, in [0, 1].
    """
    moving = ops.sum(masks, axis=-1, keepdims=True)
    total = ops.sum(masks * amount[:, None, None], axis=-1, keepdims=True)
    known = ops.sum(masks * ops.cast(amount[:, None, None] > 0, masks.dtype), axis=-1,
                    keepdims=True)
    return ops.maximum(total / ops.maximum(moving, 1e-3), SLOWEST), known


def sway_errors(fields, masks, flow, weight):
    """Error of the strength of every Fourier mode, whatever its phase, relative to the speed.

    Args:
        fields, masks, flow, weight: As in `flow_errors`.

    Returns:
        `(batch,)`.
    """
    truth = measured_terms(flow, masks)
    error = ops.abs(_strengths(velocity_terms(fields, masks)) - _strengths(truth))
    return _relative(ops.sum(error, axis=-1), truth, masks, weight)


def _strengths(terms):
    """Root mean square speed of each mode, `(batch, height, width, MODES)`."""
    power = ops.sum(ops.square(terms[..., 1:, :]), axis=-1)
    return ops.sqrt(0.5 * (power[..., ::2] + power[..., 1::2]) + 1e-12)


def _relative(error, truth, masks, weight):
    """Weighted mean of errors `(batch, height, width)` over the mean speed of what is true."""
    weight = weight * ops.sum(masks, axis=-1)
    speed = ops.sqrt(ops.sum(ops.square(truth), axis=(-1, -2)) + 1e-10)
    total = ops.sum(weight, axis=(1, 2))
    pixels = weight.shape[1] * weight.shape[2]
    scale = ops.sum(weight * speed, axis=(1, 2)) / (total + 1e-3)
    return ops.sum(weight * error, axis=(1, 2)) / (
        (total + FEWEST * pixels) * (scale + SLOWEST))


def best_of(errors, noises, mean=0.15):
    """Mean over examples of the smallest error among their noises, and a little of the mean error.

    A photo has many motions. Only the noise whose motion is nearest to the real one is drawn
    towards it, so the others stay free to be another motion.

    Args:
        errors: `(batch * noises,)`, the noises of an example one after the other.
        noises: Noises an example.
        mean: Weight of the mean over noises.

    Reference: Fan et al. 2017, eq. 4 (minimum of N), https://arxiv.org/abs/1612.00603; Li and
    Malik 2018 (IMLE), https://arxiv.org/abs/1809.09087
    """
    errors = ops.reshape(errors, (-1, noises))
    return ops.mean((1 - mean) * ops.min(errors, axis=1) + mean * ops.mean(errors, axis=1))


def direction_error(fields, masks, amount, direction):
    """1 - cosine between the mean steady velocity of each class and the asked direction.

    Args:
        fields, masks: As in `velocity_terms`.
        amount: `(batch, len(MOVING))`; classes of amount 0 are not counted.
        direction: `(batch, len(MOVING), 2)`, unit vectors; classes of direction 0 are not counted.

    Returns:
        Scalar, 0 to 2.
    """
    steady = ops.sum(masks[..., None] * fields[..., 0, :], axis=(1, 2))   # (b, classes, 2)
    length = ops.sqrt(ops.sum(ops.square(steady), axis=-1) + 1e-12)
    cosine = ops.sum(steady * direction, axis=-1) / length
    counted = ops.sum(ops.square(direction), axis=-1) * ops.cast(amount > 0, steady.dtype)
    counted = counted * ops.cast(ops.mean(masks, axis=(1, 2)) > 0.01, steady.dtype)
    return ops.sum(counted * (1 - cosine)) / (ops.sum(counted) + 1.0)


def roughness(fields, amount):
    """Mean absolute difference of neighbours in fields of unit amount."""
    across, down = _slopes(fields, amount)
    return ops.mean(ops.abs(across)) + ops.mean(ops.abs(down))


def divergence(fields, amount):
    """Mean absolute divergence of the steady fields of unit amount, a pixel.

    What diverges is stretched, and what converges vanishes; water and clouds seldom do either.
    """
    across, down = _slopes(fields[..., :1, :], amount)
    return ops.mean(ops.abs(across[:, :-1, ..., 0] + down[:, :, :-1, ..., 1]))


def _slopes(fields, amount):
    unit = fields / (amount[:, None, None, :, None, None] + 1e-6)
    return differences(unit, axis=2), differences(unit, axis=1)


def _charbonnier(error):
    """Length of vectors on the last axis, squared below KNEE: sqrt(|e|^2 + KNEE^2) - KNEE."""
    return ops.sqrt(ops.sum(ops.square(error), axis=-1) + KNEE ** 2) - KNEE
