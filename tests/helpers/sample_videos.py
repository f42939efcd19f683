"""Small videos to cut, and rules for clips of them."""

import cv2
import numpy as np

from scenegan.data.clips.cut_video import ClipRules

ANY_CAMERA = float("inf")
RULES = ClipRules(frames=8, height=18, width=32, stride=4, max_camera_motion=ANY_CAMERA)


def texture(seed, height=36, width=64):
    """A smooth random picture that can be rolled without a seam."""
    noise = np.random.default_rng(seed).normal(size=(height, width, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(np.tile(noise, (3, 3, 1)), (0, 0), 3)[height:-height, width:-width]
    return np.clip(128 + 60 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def panning(seed, count, speed=1):
    """Frames of a texture that drifts `speed` pixels a frame."""
    return [np.roll(texture(seed), speed * step, axis=1) for step in range(count)]


def write_video(path, frames, fps=15):
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), fps, (width, height))
    for frame in frames:
        writer.write(frame[..., ::-1])
    writer.release()
    return path


def timed(frames, fps=15.0):
    return ((step / fps, frame) for step, frame in enumerate(frames))
