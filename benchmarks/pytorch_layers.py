"""The layers of pytorch_networks: convolutions, norms, resizing, the warp.

Clips are `(batch, channels, frames, height, width)`, in memory channels last, which PyTorch's
convolutions are fastest with on a CPU.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from scenegan.models.layers import area_weights
from scenegan.models.motion import GATE_BIAS, MASK_BIAS, MASK_FRAMES, SMALLEST_AREA
from scenegan.specs import NOISE_SIZE


class SameConv(nn.Module):
    """A convolution of images, padded as in Keras."""

    def __init__(self, channels, filters, kernel=(3, 3), strides=(1, 1)):
        super().__init__()
        self.conv = nn.Conv2d(channels, filters, kernel, strides).to(
            memory_format=torch.channels_last)

    def forward(self, x):
        conv = self.conv
        pads = [max(0, (math.ceil(size / stride) - 1) * stride + reach - size)
                for size, reach, stride in zip(x.shape[2:], conv.kernel_size, conv.stride,
                                               strict=True)]
        padding = [pad // 2 for pad in pads]
        if any(pad % 2 for pad in pads):                 # what is odd goes to the end
            x = F.pad(x, [side for pad in reversed(pads) for side in (0, pad % 2)])
        return F.conv2d(x, conv.weight, conv.bias, conv.stride, padding)


class SpaceTime(nn.Module):
    """A convolution over space, then one over time: two of images, which are faster than 3-D."""

    def __init__(self, channels, filters, space=1, time=1):
        super().__init__()
        self.space = SameConv(channels, filters, (3, 3), (space, space))
        self.time = SameConv(filters, filters, (3, 1), (time, 1))

    def forward(self, x):
        count = len(x)
        x = self.space(x.transpose(1, 2).flatten(0, 1))  # frames join the batch
        size = x.shape[2:]
        x = x.unflatten(0, (count, -1)).transpose(1, 2).flatten(3)
        return self.time(x).unflatten(3, size)           # pixels join one axis


class Dense(nn.Linear):
    """A dense layer over channels."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class Norm(nn.Module):
    """Root mean square normalisation over channels."""

    def __init__(self, channels):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return F.rms_norm(x.movedim(1, -1), self.scale.shape, self.scale, 1e-6).movedim(-1, 1)


class Look(nn.Module):
    """A convolution of an image, normalised."""

    def __init__(self, channels, filters, stride=1):
        super().__init__()
        self.conv = SameConv(channels, filters, strides=(stride, stride))
        self.norm = Norm(filters)

    def forward(self, x):
        return act(self.norm(self.conv(x)))


class Block(nn.Module):
    """Convolve, add what the photo says, normalise, modulate by the noise."""

    def __init__(self, channels, filters, photo=None):
        super().__init__()
        self.conv = SpaceTime(channels, filters)
        self.photo = SameConv(photo, filters) if photo else None
        self.norm = Norm(filters)
        self.noise = nn.Linear(NOISE_SIZE, 2 * filters)

    def forward(self, x, noise, skip=None):
        x = self.conv(x)
        if skip is not None:
            x = x + self.photo(skip)[:, :, None]
        scale, shift = self.noise(noise)[:, :, None, None, None].chunk(2, 1)
        return act(torch.addcmul(shift, self.norm(x), 1 + scale))


class Shrink(nn.Module):
    """Area average of images or clips."""

    def __init__(self, old, new):
        super().__init__()
        for name, size, smaller in zip(("rows", "columns"), old, new, strict=True):
            weights = torch.tensor(area_weights(size, smaller), dtype=torch.float32)
            self.register_buffer(name, weights, persistent=False)

    def forward(self, x):
        x = x.movedim(1, -1)                             # (..., height, width, channels)
        *outer, height, width, channels = x.shape
        x = self.rows @ x.reshape(-1, height, width * channels)
        x = self.columns @ x.view(-1, width, channels)
        return x.view(*outer, len(self.rows), len(self.columns), channels).movedim(-1, 1)


def act(x):
    return F.leaky_relu(x, 0.2)


def fade(old, new, alpha):
    return torch.lerp(old, new, alpha[:, :, None, None, None])


def resize(clip, frames, height, width):
    """Bilinear over space, each frame repeated over time."""
    if clip.shape[3:] != (height, width):
        images = clip.transpose(1, 2).flatten(0, 1)
        images = resize_image(images, (height, width))
        clip = images.unflatten(0, (len(clip), -1)).transpose(1, 2)
    times = frames // clip.shape[2]
    return clip if times == 1 else clip.movedim(1, -1).repeat_interleave(times, 1).movedim(-1, 1)


def resize_image(image, size):
    return F.interpolate(image, size, mode="bilinear", align_corners=False)


def warp(photo, displacement):
    """Sample a photo at displaced places, along cubics."""
    count, _, frames, height, width = displacement.shape
    x, y = displacement.unbind(1)
    x = (x * width + torch.arange(width)).clamp(0, width - 1)
    y = (y * height + torch.arange(height)[:, None]).clamp(0, height - 1)
    grid = torch.stack([x * (2 / (width - 1)) - 1, y * (2 / (height - 1)) - 1], -1)
    pixels = torch.cat([photo, bend(photo, 3), bend(photo, 2)], 1)
    clip = F.grid_sample(pixels, grid.view(count, frames * height, width, 2), "bilinear", "border",
                         align_corners=True)
    line, across, down = clip.view(count, -1, frames, height, width).chunk(3, 1)
    x, y = ((axis - axis.detach().floor())[:, None] for axis in (x, y))
    return line - 0.5 * (x * (1 - x) * across + y * (1 - y) * down)


def bend(image, axis):
    """Second differences along an axis, 0 at the edges."""
    return F.pad(image.diff(n=2, dim=axis), (1, 1, 0, 0) if axis == 3 else (0, 0, 1, 1))


def move(spec, photo, raw, gate):
    """(clip, displacement, mask) from raw maps: the motion head and the compositor."""
    velocity, mask, change = raw.split([2, 1, spec.channels], 1)
    gate = torch.sigmoid(gate + GATE_BIAS)[:, :, None]
    velocity = spec.max_speed * gate * torch.tanh(velocity)
    displacement = velocity.cumsum(2) - velocity[:, :, :1]
    time = torch.arange(spec.frames)[:, None, None]
    mask = gate * torch.sigmoid(mask + MASK_BIAS) * (time / MASK_FRAMES).clamp(max=1)
    change = 2 * torch.tanh(change)
    total = mask.sum((3, 4), keepdim=True).clamp(min=SMALLEST_AREA)
    change = change - (mask * change).sum((3, 4), keepdim=True) / total
    clip = warp(photo, displacement) + mask * change
    return clip.clamp(-1, 1), displacement, mask
