"""What is measured, which way is better, and the figures of one set of animations."""

from dataclasses import dataclass, fields, replace

import numpy as np

from scenegan.evaluation import flow_metrics, frame_metrics, motion_metrics
from scenegan.evaluation.codec import through_codec

EXACT = 99.0                       # dB, in place of infinity
TRUTH_FRAMES = (8, 16, 32)         # counted from 1; of a shorter clip, the last frame


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One row of the table."""

    key: str
    label: str
    unit: str = ""
    best: str | float              # "high", "low", "real" (as the real clips have it) or a value

    def loss(self, value, real):
        """How far a value is from the best, larger is worse; NaN for no value."""
        if self.best in ("high", "low"):
            return -value if self.best == "high" else value
        if self.best == "real":
            return abs(value - real)
        return abs(np.log(np.maximum(value, 1e-9) / self.best))     # twice is as bad as half


def _row(key, label, best, unit=""):
    return Measure(key=key, label=label, best=best, unit=unit)


MEASURES = {
    "anchoring": (
        _row("photo_psnr", "frame 1 against the photo, PSNR", "high", "dB"),
        _row("photo_ssim", "frame 1 against the photo, SSIM", "high"),
        _row("correlation", "lowest correlation with the photo, median clip", "high"),
        _row("correlation_worst", "lowest correlation with the photo, worst clip", "high"),
        _row("detail_kept", "detail of the last frame over the first's, median clip", "real"),
    ),
    "truth": tuple(
        _row(f"{name}_{frame}", f"frame {frame} against the real one, {name.upper()}", "high", unit)
        for name, unit in (("psnr", "dB"), ("ssim", "")) for frame in TRUTH_FRAMES),
    "motion": (
        _row("energy", "change from frame to frame", "real", "levels"),
        _row("energy_ratio", "change over the real clips', ratio of means", 1.0),
        _row("energy_median", "change over the real clip's, median clip", 1.0),
        _row("spectrum", "distance of temporal spectra", "low", "dB"),
        _row("flow_size", "distance of flow sizes", "low", "pixels"),
        _row("flow_direction", "distance of flow directions", "low", "degrees"),
        _row("still_kept", "still pixels that are still", "high", "%"),
        _row("moving_kept", "moving pixels that move", "high", "%"),
        _row("flicker", "flicker of the brightness", "real", "levels"),
        _row("loop_jump", "jump from the last frame to the first", "low", "levels"),
    ),
    "flow": (
        _row("straightness", "net way over way flown, moving pixels", "real"),
        _row("fast", "power above 3 Hz in what varies of their flow", "real"),
        _row("tremble", "power above 3 Hz in all of their flow", "real"),
        _row("frequency", "strongest frequency of their flow", "real", "Hz"),
        _row("shake", "motion that is one vector for the whole frame", "real"),
        _row("varying_shake", "the same of what varies", "real"),
        _row("border", "speed at the border over that inside", "real"),
        _row("amount", "way flown, textured pixels", "real", "pixels a frame"),
        _row("moving", "textured pixels that move", "real"),
    ),
    "variety": (
        _row("seed_waveform", "whole frame's place over time, correlation of photos with one seed",
             "low"),
        _row("seed_shake", "the same without a steady drift", "low"),
        _row("variety", "difference of two animations", "real", "levels"),
        _row("variety_ratio", "the same over that of two real scenes", 1.0),
    ),
    "realism": (
        _row("told_statistics", "told from real clips by 36 statistics", 50.0, "%"),
        _row("told_statistics_pairs", "the same, with the real clip beside it", 50.0, "%"),
        _row("told_patterns", "told by patterns over space and time, too", 50.0, "%"),
        _row("told_patterns_pairs", "the same, with the real clip beside it", 50.0, "%"),
        _row("told_apart", "told from real clips by a new network", 50.0, "%"),
        _row("told_apart_pairs", "the same, with the real clip beside it", 50.0, "%"),
        _row("frechet", "Frechet distance, same photos", "low"),
        _row("frechet_others", "Frechet distance, other photos", "low"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What is known of each clip of a set by itself; every array begins with the clips.

    Flow traits are those of the clips after a pass through H.264, which all sets get.
    """

    clips: np.ndarray              # uint8 (n, frames, height, width, channels)
    coded: np.ndarray              # the same after the pass
    flow: dict[str, np.ndarray]    # as `flow_metrics.per_clip` gives it
    energy: np.ndarray             # (n,)
    correlation: np.ndarray        # (n,)
    detail_kept: np.ndarray        # (n,)
    spectra: np.ndarray            # (n, frequencies)
    flow_sizes: np.ndarray         # (n, LEVELS)
    flow_directions: np.ndarray    # (n, DIRECTIONS)
    still: np.ndarray              # bool (n, height, width)
    flicker: np.ndarray            # (n,)
    loop_jump: np.ndarray          # (n,)

    @classmethod
    def of(cls, clips):
        flows = [_flow_traits(clip) for clip in clips]
        coded = through_codec(clips)
        traits = {"energy": frame_metrics.motion, "correlation": frame_metrics.photo_correlation,
                  "detail_kept": frame_metrics.detail_kept, "spectra": motion_metrics.spectrum,
                  "flicker": motion_metrics.flicker, "loop_jump": motion_metrics.loop_jump}
        return cls(clips=clips, coded=coded, flow=flow_metrics.per_clip(
                       [flow_metrics.describe(clip) for clip in coded]),
                   flow_sizes=np.stack([sizes for sizes, _ in flows]),
                   flow_directions=np.stack([directions for _, directions in flows]),
                   still=np.stack([motion_metrics.deviation(clip) < motion_metrics.STILL
                                   for clip in clips]),
                   **{name: np.array([function(clip) for clip in clips])
                      for name, function in traits.items()})

    def at(self, indices):
        """The traits of some clips, without the clips themselves."""
        arrays = {field.name: getattr(self, field.name)[indices] for field in fields(self)
                  if field.name not in ("clips", "coded", "flow")}
        return replace(self, clips=self.clips[:0], coded=self.coded[:0], flow={
            name: values[indices] for name, values in self.flow.items()}, **arrays)


def figures(traits, other_noise, one_noise, real, real_variety):
    """All figures but those of realism, by key.

    Args:
        traits: `Traits` of the animations.
        other_noise: uint8 clips of the same photos, made of another noise.
        one_noise: uint8 clips of some of the photos, all made of one noise.
        real: `Traits` of the clips that the photos are from.
        real_variety: As `scene_variety` gives it.
    """
    variety = frame_metrics.variety(traits.clips, other_noise)
    waves = [flow_metrics.waveform(clip) for clip in one_noise]
    return (anchoring(traits, real) | truth(traits.clips, real.clips) | moving(traits, real)
            | {"variety": variety, "variety_ratio": _ratio(variety, real_variety),
               "seed_waveform": flow_metrics.waveform_correlation(waves),
               "seed_shake": flow_metrics.waveform_correlation(waves, drift=False)})


def anchoring(traits, real):
    """Figures of how the animations hold on to their photos."""
    photos, first = real.clips[:, 0], traits.clips[:, 0]
    return {"photo_psnr": _psnr(first, photos), "photo_ssim": _ssim(first, photos),
            "correlation": float(np.median(traits.correlation)),
            "correlation_worst": float(traits.correlation.min()),
            "detail_kept": float(np.median(traits.detail_kept))}


def truth(clips, real):
    """Figures of how near the animations are to what happened, pixel by pixel."""
    values = {}
    for frame in TRUTH_FRAMES:
        index = min(frame, real.shape[1]) - 1
        values[f"psnr_{frame}"] = _psnr(clips[:, index], real[:, index])
        values[f"ssim_{frame}"] = _ssim(clips[:, index], real[:, index])
    return values


def moving(traits, real):
    """Figures of how the animations move."""
    directions = [clip_traits.flow_directions.sum(axis=0) for clip_traits in (traits, real)]
    directions = [total / max(total.sum(), 1e-9) for total in directions]
    return {
        "energy": float(traits.energy.mean()),
        "energy_ratio": _ratio(traits.energy.mean(), real.energy.mean()),
        "energy_median": float(np.median(traits.energy / np.maximum(real.energy, 1e-9))),
        "spectrum": float(motion_metrics.spectral_distance(traits.spectra, real.spectra).mean()),
        "flow_size": float(motion_metrics.size_distance(traits.flow_sizes, real.flow_sizes).mean()),
        "flow_direction": motion_metrics.direction_distance(*directions),
        "flicker": float(np.median(traits.flicker)),
        "loop_jump": float(traits.loop_jump.mean()),
    } | kept(traits.still, real.still) | flow_metrics.medians(traits.flow)


def kept(still, real):
    """How much of what stands still or moves in real clips does so in others, in percent.

    Args:
        still, real: bool `(n, height, width)`.
    """
    return {"still_kept": 100 * _ratio((still & real).sum(), real.sum()),
            "moving_kept": 100 * _ratio((~still & ~real).sum(), (~real).sum())}


def energy_by_tag(traits, real, tags):
    """Change over the real clips', ratio of means, and the number of clips, by tag."""
    tags = np.array(tags)
    return {tag: (_ratio(traits.energy[tags == tag].mean(), real.energy[tags == tag].mean()),
                  int((tags == tag).sum())) for tag in sorted(set(tags.tolist()))}


def scene_variety(clips, tags, groups, seed):
    """How much real clips of one kind of scene differ: their change since frame 1.

    Each clip is held against one of another group with the same tag, frame by frame. As these
    are different places, it is more than any one photo can do.

    Args:
        clips: uint8 `(n, frames, height, width, channels)`.
        tags, groups: n texts.

    Returns:
        Mean absolute difference of `clip - clip[0]`, gray levels; NaN if no clip has another.
    """
    random = np.random.default_rng((seed, 3))
    tags, groups = np.array(tags), np.array(groups)
    differences = []
    for index in range(len(clips)):
        like = np.flatnonzero((tags == tags[index]) & (groups != groups[index]))
        if len(like):
            pair = clips[[index, random.choice(like)]].astype(np.int16)
            change = pair - pair[:, :1]
            differences.append(np.abs(change[0] - change[1]).mean())
    return float(np.mean(differences)) if differences else float("nan")


def _flow_traits(clip):
    flow = motion_metrics.flow(clip)
    return motion_metrics.flow_sizes(flow), motion_metrics.flow_directions(flow)


def _psnr(images, references):
    return float(min(EXACT, frame_metrics.psnr(images, references)))


def _ssim(images, references):
    return float(np.mean([frame_metrics.ssim(*pair)
                          for pair in zip(images, references, strict=True)]))


def _ratio(value, reference):
    return float(value / reference) if reference else float("nan")
