"""Scenery that is painted instead of filmed: clips with a motion that is known.

For tests, for trying a training without a video, and to measure how well a network finds
what moves: clouds drift, the sea has waves, the shore keeps still.
"""

from dataclasses import dataclass

import numpy as np

from scenegan.data.store import ClipSource, check_shape
from scenegan.pixels import LUMA
from scenegan.scenery import CLASSES
from scenegan.specs import FPS

VALIDATES = 10                         # every tenth clip is for validation
WAVES = 10                             # travelling waves of one sea

# Colours 0 to 1: top of the sky, sky at the horizon, clouds, their shade, sea, shore.
PALETTES = np.array([
    [(.13, .38, .76), (.68, .83, .95), (1.0, 1.0, 1.0), (.66, .72, .80), (.05, .28, .42),
     (.23, .27, .16)],                                                        # noon
    [(.20, .19, .42), (.99, .58, .26), (1.0, .72, .52), (.44, .27, .40), (.12, .12, .27),
     (.07, .05, .09)],                                                        # sunset
    [(.42, .47, .53), (.74, .77, .79), (.88, .89, .90), (.42, .45, .49), (.22, .29, .33),
     (.14, .17, .16)],                                                        # overcast
    [(.04, .08, .22), (.33, .42, .60), (.46, .50, .66), (.10, .13, .26), (.03, .07, .16),
     (.01, .02, .05)],                                                        # dusk
    [(.10, .45, .70), (.78, .93, .90), (1.0, .99, .95), (.74, .80, .82), (.06, .48, .52),
     (.38, .30, .20)],                                                        # tropics
], np.float32)


class ProceduralClips(ClipSource):
    """A source of painted clips.

    Args:
        count: Clips in the store.
        seed: Integer from 0 on. A clip depends on the seed and its index alone.
        height: Pixels.
        width: Pixels.
        frames: Length of a clip.
        channels: 3 for RGB, 1 for gray.

    Attributes:
        records: List of dicts, one a clip, as of a `ClipStore`, but with `velocity` (of the
            clouds, `(x, y)` in pixels a frame, right and down) in place of motion.
        shape: `(frames, height, width, channels)`.
    """

    def __init__(self, count, seed=0, *, height=45, width=80, frames=32, channels=3):
        self.seed = seed
        self.shape = (frames, height, width, channels)
        self.records = [self._record(index) for index in range(count)]

    def clips(self, indices):
        """The clips at `indices`, uint8 `(n, frames, height, width, channels)`."""
        clips = np.empty((len(indices), *self.shape), np.uint8)
        for row, index in enumerate(indices):
            clips[row] = paint(self.scene(index), self.shape)
        return clips

    def check(self, spec):
        """Raise InputError unless a stage can be trained on these clips."""
        check_shape(self.shape, spec, "the procedural clips")

    def scene(self, index):
        """The `Scene` of one clip."""
        return Scene.draw(np.random.default_rng((self.seed, index)), *self.shape[1:3])

    def classes(self, index):
        """What each pixel of a clip shows, places in `scenery.CLASSES`, `(height, width)`."""
        scene = self.scene(index)
        shown = np.full(self.shape[1:3], CLASSES.index("sky"))
        shown[scene.horizon:] = CLASSES.index("water")
        shown[scene.shore()] = CLASSES.index("rigid")
        return shown

    def _record(self, index):
        name = f"procedural-{self.seed}-{index}"
        split = "validation" if index % VALIDATES == VALIDATES - 1 else "train"
        return {"video": name, "group": name, "start": 0.0, "fps": FPS,
                "tags": ["procedural", "sky", "sea"], "split": split,
                "velocity": self.scene(index).velocity}


@dataclass(frozen=True)
class Scene:
    """What one clip shows, all drawn from one random generator."""

    height: int                        # pixels
    width: int                         # pixels
    velocity: tuple[float, float]      # of the clouds, pixels a frame, right and down
    horizon: int                       # row in which the sea begins
    cover: float                       # how far the sky is clouded, 0 to 1
    sea_speed: float                   # 1 is usual
    sun: float                         # column of the glitter, share of the width
    ridge: tuple[float, float]         # height of the shore, left and right, pixels
    colours: np.ndarray                # a row of PALETTES, varied: (6, 3)
    seed: int                          # of the textures

    @classmethod
    def draw(cls, rng, height, width):
        """Draw a scene of a size in pixels."""
        speed = rng.choice((-1, 1)) * rng.uniform(0.002, 0.012) * width
        palette = PALETTES[rng.integers(len(PALETTES))]
        return cls(
            height, width, velocity=(float(speed), float(rng.uniform(-0.15, 0.15) * abs(speed))),
            horizon=round(rng.uniform(0.45, 0.75) * height), cover=rng.uniform(0.25, 0.9),
            sea_speed=rng.uniform(0.5, 1.5), sun=rng.uniform(0.1, 0.9),
            ridge=tuple(rng.uniform(-0.15, 0.3, 2) * height),
            colours=np.clip(palette * rng.uniform(0.8, 1.15, (6, 1)).astype(np.float32)
                            + rng.normal(0, 0.03, (6, 3)).astype(np.float32), 0, 1),
            seed=int(rng.integers(2**32)))

    def shore(self):
        """Where the still shore stands: bool `(height, width)`, hills upon the horizon."""
        rough = np.random.default_rng((self.seed, 0)).normal(size=self.width)
        hills = np.fft.irfft(np.fft.rfft(rough) / np.maximum(np.arange(self.width // 2 + 1), 1),
                             self.width)
        tops = np.linspace(*self.ridge, self.width) + hills / hills.std() * 0.05 * self.height
        rows = np.arange(self.height)[:, None]
        return (rows >= self.horizon - tops) & (rows < self.horizon + 1) & (tops > 1)


def paint(scene, shape):
    """Paint a scene's clip, uint8 `(frames, height, width, channels)`."""
    frames, height, width, channels = shape
    clip = np.empty((frames, height, width, 3), np.float32)
    horizon = scene.horizon
    clip[:, :horizon] = paint_sky(scene, frames)
    clip[:, horizon:] = paint_sea(scene, frames, clip[:, horizon - 1:horizon])
    shore = scene.shore()
    grain = noise_spectrum(np.random.default_rng((scene.seed, 1)), height, width, slope=1.0)
    shade = 1 + 0.3 * np.fft.irfft2(grain, (height, width))[shore]
    clip[:, shore] = scene.colours[5] * shade[:, None]
    if channels == 1:
        clip = (clip @ LUMA)[..., None]
    return np.clip(clip * 255, 0, 255).astype(np.uint8)


def paint_sky(scene, frames):
    """Drifting clouds before a gradient, float32 `(frames, horizon, width, 3)`."""
    top, low, cloud, shade = scene.colours[:4]
    down = np.linspace(0, 1, scene.horizon, dtype=np.float32)[:, None]
    rng = np.random.default_rng((scene.seed, 2))
    spectrum = noise_spectrum(rng, scene.height, scene.width, slope=1.7)
    density = drift(spectrum, scene, frames)[:, :scene.horizon, :, None]
    cover = np.clip((density + 2.2 * scene.cover - 1.0) / 1.6, 0, 1)
    cover = cover * cover * (3 - 2 * cover)
    depth = np.clip(0.5 * density - 0.1, 0, 1)
    air = (top + (low - top) * down ** 1.5)[:, None]           # (horizon, 1, 3)
    clouds = cloud + (shade - cloud) * depth
    return air + (clouds - air) * (0.95 * cover)


def drift(spectrum, scene, frames):
    """Noise that moves as a whole, float32 `(frames, height, width)`."""
    x, y = (speed * np.arange(frames)[:, None, None] for speed in scene.velocity)
    turns = (np.fft.fftfreq(scene.height)[:, None] * y + np.fft.rfftfreq(scene.width) * x)
    moved = spectrum * np.exp(-2j * np.pi * turns).astype(np.complex64)
    return np.fft.irfft2(moved, (scene.height, scene.width)).astype(np.float32)


def noise_spectrum(rng, height, width, slope):
    """Spectrum of noise with mean 0 and deviation 1 whose amplitude falls with frequency."""
    spectrum = np.fft.rfft2(rng.normal(size=(height, width)))
    across = np.fft.rfftfreq(width) * 0.6                      # clouds lie wider than high
    radius = np.hypot(np.fft.fftfreq(height)[:, None] * height / width, across)
    spectrum *= (radius + 1e-9) ** -slope
    spectrum[0, 0] = 0
    return (spectrum / np.fft.irfft2(spectrum, (height, width)).std()).astype(np.complex64)


def paint_sea(scene, frames, sky):
    """Waves that come in from the horizon, float32 `(frames, height - horizon, width, 3)`.

    Args:
        scene: `Scene`.
        frames: Length of the clip.
        sky: The sky's last row, `(frames, 1, width, 3)`, which far water mirrors.
    """
    slope = waves(scene, frames)[..., None]
    near = np.linspace(0, 1, slope.shape[1], dtype=np.float32)[:, None, None]
    haze = sky.mean((0, 1, 2))
    water = haze + (scene.colours[4] - haze) * (0.35 + 0.65 * near)
    column = np.linspace(0, 1, scene.width, dtype=np.float32)[:, None] - scene.sun
    path = np.exp(-(column / (0.06 + 0.12 * near)) ** 2)
    glints = np.clip(slope - 0.5, 0, 1) * path * scene.colours[1]
    return water * (1 + 0.28 * slope) + 0.6 * glints


def waves(scene, frames):
    """Slope of the water, float32 `(frames, height - horizon, width)`, deviation about 1."""
    rng = np.random.default_rng((scene.seed, 3))
    rows = np.arange(scene.height - scene.horizon, dtype=np.float32)[:, None] + 1
    far = scene.height / (rows + 1)                            # distance, camera heights
    aside = (np.arange(scene.width) / scene.width - 0.5) * 2 * far
    length = np.exp(rng.uniform(np.log(0.15), np.log(1.2), WAVES))[:, None, None]
    angle = rng.normal(0, 0.5, (WAVES, 1, 1))
    across, along = 2 * np.pi / length * (np.sin(angle), np.cos(angle))
    phase = across * aside + along * far + rng.uniform(0, 2 * np.pi, (WAVES, 1, 1))
    fineness = np.abs(along) * far / (rows + 1) + np.abs(across) * 2 * far / scene.width
    strength = np.sqrt(8 / WAVES) * np.exp(-(fineness / 1.5) ** 2)   # radians a pixel: no moire
    pace = scene.sea_speed * 0.9 / np.sqrt(length[:, 0, 0])    # radians a frame: deep water
    turn = np.arange(frames)[:, None] * pace                   # (frames, waves)
    slope = (np.tensordot(np.cos(turn), strength * np.cos(phase), 1)
             - np.tensordot(np.sin(turn), strength * np.sin(phase), 1))
    return slope.astype(np.float32)
