"""How clips move, told from their optical flow: straight or to and fro, fast or slow, as one.

A picture that is shaken has as much change a frame as flowing water. What tells them apart is
measured here: whether points get anywhere, how fast their velocity varies, and how much of it is
one vector for the whole frame. Distances are pixels of a frame of `optical_flow.WIDTH` columns.
Only textured pixels are measured: elsewhere a flow is a guess, and nobody sees it.
"""

from dataclasses import asdict, dataclass, fields

import numpy as np

from scenegan.evaluation.optical_flow import (
    WIDTH,
    flow_from_first,
    follow,
    successive_flow,
    textured,
)
from scenegan.specs import FPS

FAST = 3.0           # Hz: scenery flows, drifts and sways below; tremble and jitter lie above
MOVES = 0.1          # pixels a frame that a point must go on average to count as moving
RING = 3             # pixels: width of the border whose speed is held against the inside's
AT_REST = 1e-3       # pixels a frame, root mean square: flow below is the error of its measuring
FEW = 20             # pixels: the motion of fewer is not described


@dataclass(frozen=True, kw_only=True)
class FlowTraits:
    """How one clip moves. NaN where it has no such thing, as the direction of a still.

    Attributes:
        amount: Mean way that textured pixels go, pixels a frame.
        direction: Where the moving pixels get on average, degrees clockwise from "right": 90 is
            down, -90 is up.
        moving: Share of the textured pixels that move, 0 to 1.
        straightness: Net way over way flown, sums over the moving pixels: 1 is a steady drift,
            0 a motion to and fro.
        fast: Share of the power above `FAST` in what varies of the moving pixels' flow, 0 to 1.
            Of independent steps it is 0.6 at 15 frames a second.
        tremble: The same power over that of all the flow, with what is steady, 0 to 1. Where the
            motion is nearly steady, `fast` tells of the error of its measuring; this does not.
        frequency: Strongest frequency of what varies of the moving pixels' flow, Hz.
        shake: Share of the motion's power that is one vector for the whole frame, 0 to 1.
        varying_shake: The same of what varies over time: a steady pan has none.
        border: Mean speed in the outermost `RING` pixels over that inside, all pixels.
    """

    amount: float
    direction: float
    moving: float
    straightness: float
    fast: float
    tremble: float
    frequency: float
    shake: float
    varying_shake: float
    border: float


def describe(clip, fps=FPS, within=None):
    """`FlowTraits` of one clip.

    Args:
        clip: uint8 `(frames, height, width, channels)`.
        fps: Frames a second.
        within: bool `(height, width)`, pixels of the first frame that are described, such as
            those of the sky; all but for `border`.
    """
    flows, shown = successive_flow(clip), textured(clip[0], within)
    paths, inside = follow(flows)
    shown &= inside
    path_length = np.linalg.norm(np.diff(paths, axis=0), axis=-1).sum(axis=0)
    moving = shown & (path_length > MOVES * len(flows))
    if moving.sum() < FEW:
        moving[:] = False
    return FlowTraits(amount=_mean(path_length[shown]) / len(flows), moving=_mean(moving[shown]),
                      **_travel(paths[-1][moving], path_length[moving]),
                      **_variation(flows[:, moving], fps), **_common(flows[:, shown]),
                      border=_border(flows))


def per_clip(traits):
    """A list of `FlowTraits` as a dict from a trait to its values, float64 `(n,)`."""
    rows = [asdict(clip_traits) for clip_traits in traits]
    return {field.name: np.array([row[field.name] for row in rows], float)
            for field in fields(FlowTraits)}


def medians(values):
    """Medians of what `per_clip` gives: dict of floats, NaN of a trait that no clip has.

    There is none of `direction`.
    """
    return {name: _median(column) for name, column in values.items() if name != "direction"}


def waveform(clip):
    """Where the whole frame is at each time, its mean displacement since the first frame.

    Args:
        clip: uint8 `(frames, height, width, channels)`.

    Returns:
        float64 `(frames, 2)`, pixels; the first is 0.
    """
    moved = flow_from_first(clip).mean(axis=(1, 2), dtype=np.float64)
    return np.concatenate([np.zeros((1, 2)), moved])


def waveform_correlation(waveforms, drift=True):
    """How alike whole frames move over time: mean correlation of all pairs of clips.

    For animations of different photos with the same noise it is 1 if a seed is one shake of all
    of them, and about 0 if each photo moves in its own way.

    Args:
        waveforms: `(n, frames, 2)`, as `waveform` gives them.
        drift: Whether a steady motion counts. Without, a straight line is taken off each first.

    Returns:
        -1 to 1; NaN of fewer than two clips that move.
    """
    centred = np.asarray(waveforms, np.float64)
    centred = centred - centred.mean(axis=1, keepdims=True)
    if not drift:
        time = np.arange(centred.shape[1]) - (centred.shape[1] - 1) / 2
        slopes = np.einsum("t,ntc->nc", time, centred) / (time @ time)
        centred -= time[:, None] * slopes[:, None]
    rows = centred.reshape(len(centred), -1)
    sizes = np.linalg.norm(rows, axis=1)
    enough = sizes > AT_REST * np.sqrt(rows.shape[1])
    units = rows[enough] / sizes[enough, None]
    count = len(units)
    if count < 2:
        return float("nan")
    return float((np.sum(units.sum(axis=0) ** 2) - count) / (count * (count - 1)))


def angle_between(degrees, others):
    """Difference of two directions, 0 to 180 degrees."""
    return np.abs((np.asarray(degrees) - others + 180) % 360 - 180)


def _travel(net, way):
    """Where points get, of net ways `(n, 2)` and ways flown `(n,)`."""
    if not len(net):
        return {"direction": float("nan"), "straightness": float("nan")}
    x, y = net.mean(axis=0)
    return {"direction": float(np.degrees(np.arctan2(y, x))),
            "straightness": float(np.linalg.norm(net, axis=-1).sum() / way.sum())}


def _variation(flows, fps):
    """How fast flows `(frames, n, 2)` vary; windowed by Hann, without what is steady."""
    window = np.hanning(len(flows) + 2)[1:-1, None, None]
    varying = (flows - flows.mean(axis=0)) * window
    spectrum = np.fft.rfft(varying, axis=0)
    power = (np.abs(spectrum) ** 2).sum(axis=(1, 2))[1:]
    rates = np.fft.rfftfreq(len(flows), 1 / fps)[1:]
    if not np.sum(varying ** 2) > AT_REST ** 2 * np.sum(window ** 2) * len(flows[0]):
        return {"fast": float("nan"), "tremble": float("nan"), "frequency": float("nan")}
    fast = power[rates > FAST].sum() / power.sum()
    share = np.sum(varying ** 2) / np.sum((flows * window) ** 2)
    return {"fast": float(fast), "tremble": float(fast * share),
            "frequency": float(rates[power.argmax()])}


def _common(flows):
    """How much of flows `(frames, n, 2)` is one vector a frame."""
    varying = flows - flows.mean(axis=0)
    return {"shake": _share_of_one(flows), "varying_shake": _share_of_one(varying)}


def _share_of_one(flows):
    power = _mean(np.sum(flows ** 2, axis=-1))
    if not power > AT_REST ** 2:
        return float("nan")
    return float(np.mean(np.sum(flows.mean(axis=1) ** 2, axis=-1)) / power)


def _border(flows):
    """Mean speed in the border over that inside; NaN where nothing moves inside."""
    speed = np.linalg.norm(flows, axis=-1).mean(axis=0)
    ring = max(1, round(RING * speed.shape[1] / WIDTH))
    inside = speed[ring:-ring, ring:-ring]
    outside = (speed.sum() - inside.sum()) / (speed.size - inside.size)
    return float(outside / inside.mean()) if inside.mean() > AT_REST else float("nan")


def _mean(values):
    return float(values.mean()) if values.size else float("nan")


def _median(values):
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")
