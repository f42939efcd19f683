"""The networks of scenegan in PyTorch, written by hand, to compare the time of a step with.

Clips are `(batch, channels, frames, height, width)`, in memory channels last, which PyTorch's
convolutions are fastest with on a CPU. Layers have the names that they have in scenegan/models,
so that `load_weights` can copy the weights from there.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from scenegan.models.discriminator import CHANGE_GAIN
from scenegan.models.generator import HEADS, LEVELS
from scenegan.models.layers import area_weights
from scenegan.models.motion import GATE_BIAS, MASK_BIAS, MASK_FRAMES, SMALLEST_AREA
from scenegan.specs import NOISE_SIZE

HOLDERS = {"conv", "coarse", "previous", "judge", "dense"}   # in the names of one side only


def build_networks(spec, previous=None):
    """[generator, discriminator, reader] of a stage; `previous` is the spec that it grows from."""
    networks = [make(previous or spec) for make in (Generator1, Discriminator1, Reader1)]
    if previous:
        networks = [make(spec, network) for make, network in zip(
            (Generator2, Discriminator2, Reader2), networks, strict=True)]
    return networks


def load_weights(network, weights):
    """Copy the weights of a Keras model, a dict of arrays by path, into all parameters."""
    scales = [weights[path] for path in sorted(weights, key=lambda path: (len(path), path))
              if path.endswith("/scale")]                # Keras numbers them as they are made
    others = {_name(path): value for path, value in weights.items()}
    for name, parameter in network.named_parameters():
        value = scales.pop(0) if name.endswith(".scale") else others[_name(name)]
        if value.ndim > 1:                               # (..., inputs, outputs) in Keras
            value = np.moveaxis(value, (-1, -2), (0, 1))
        parameter.data.copy_(torch.tensor(value).view(parameter.shape))


def _name(path):
    for old, new in (("/", "."), ("kernel", "weight"), ("_photo", ".photo"), ("_noise", ".noise")):
        path = path.replace(old, new)
    return ".".join(part for part in path.split(".") if part not in HOLDERS)


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
            x = F.pad(x, [one for pad in reversed(pads) for one in (0, pad % 2)])
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
    x, y = ((one - one.detach().floor())[:, None] for one in (x, y))
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


class Generator1(nn.Module):
    """Stage 1's: photo and noise to clip, displacement, mask, and what stage 2 builds on."""

    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        sizes = [spec.features << level for level in range(LEVELS)]
        self.look1 = Look(spec.channels, sizes[0])
        for level in range(1, LEVELS):
            self.add_module(f"look{level + 1}", Look(sizes[level - 1], sizes[level], 2))
        self.scene = Look(sizes[-1], sizes[-1])
        for level in reversed(range(LEVELS - 1)):
            self.add_module(f"gate{level + 1}", Look(sizes[level] + sizes[level + 1], sizes[level]))
        self.gate = SameConv(sizes[0], 1)
        self.bottom = [math.ceil(size / (1 << (LEVELS - 1)))
                       for size in (spec.frames, spec.height, spec.width)]
        self.noise_volume = nn.Linear(NOISE_SIZE, math.prod(self.bottom) * sizes[0])
        self.paint4 = Block(sizes[-1] + sizes[0], sizes[-1])
        for level in reversed(range(LEVELS - 1)):
            self.add_module(f"paint{level + 1}", Block(sizes[level + 1], sizes[level],
                                                       sizes[level]))
        self.raw = SpaceTime(sizes[0], HEADS + spec.channels)

    def forward(self, photo, noise, alpha=None):
        skips = [self.look1(photo)]
        for level in range(1, LEVELS):
            skips.append(getattr(self, f"look{level + 1}")(skips[-1]))
        skips[-1] = gate = self.scene(skips[-1])
        for level in reversed(range(LEVELS - 1)):
            gate = torch.cat([resize_image(gate, skips[level].shape[2:]), skips[level]], 1)
            gate = getattr(self, f"gate{level + 1}")(gate)
        gate = self.gate(gate)
        features = self.paint(skips, noise)
        raw = self.raw(features)
        return (*move(self.spec, photo, raw, gate), features, raw, gate)

    def paint(self, skips, noise):
        frames = self.bottom[0]
        volume = self.noise_volume(noise).view(-1, *self.bottom, self.spec.features).movedim(-1, 1)
        x = skips[-1][:, :, None].expand(-1, -1, frames, -1, -1)
        x = self.paint4(torch.cat([x, volume], 1), noise)
        for level in reversed(range(LEVELS - 1)):
            frames *= 2
            x = resize(x, frames, *skips[level].shape[2:])
            x = getattr(self, f"paint{level + 1}")(x, noise, skips[level])
        return x


class Generator2(nn.Module):
    """Stage 2's: stage 1's, enlarged and refined, faded in."""

    def __init__(self, spec, coarse):
        super().__init__()
        self.spec, self.coarse = spec, coarse
        old, size = coarse.spec, spec.features
        self.shrink = Shrink((spec.height, spec.width), (old.height, old.width))
        self.bring = Dense(old.features + HEADS + spec.channels, size)
        self.look = Look(spec.channels, size)
        self.refine = Block(size + spec.channels, size, size)
        self.change = SpaceTime(size, HEADS + spec.channels)
        self.gate_change = SameConv(size, 1)

    def forward(self, photo, noise, alpha):
        size = self.spec.shape[:3]
        coarse, _, _, features, raw, gate = self.coarse(self.shrink(photo), noise)
        coarse = resize(coarse, *size)
        x = resize(self.bring(torch.cat([features, raw], 1)), *size)
        skip = self.look(photo)
        x = self.refine(torch.cat([x, coarse], 1), noise, skip)
        raw = resize(raw, *size) + self.change(x)
        gate = resize_image(gate, size[1:]) + self.gate_change(skip)
        clip, displacement, mask = move(self.spec, photo, raw, gate)
        return fade(coarse, clip, alpha), displacement, mask, gate


def views(clip, photo):
    """What critic and reader look at of a clip."""
    photo = photo[:, :, None]
    change = F.pad(clip[:, :, 1:] - clip[:, :, :-1], (0, 0, 0, 0, 1, 0))
    return torch.cat([clip, CHANGE_GAIN * change, clip - photo, photo.expand_as(clip)], 1)


class Discriminator1(nn.Module):
    """Stage 1's: clip and photo to scores."""

    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        sizes = [spec.features << min(level, 3) for level in range(5)]
        self.see1 = Dense(4 * spec.channels, sizes[0])
        self.judge = nn.Sequential()
        for level in range(1, 5):
            self.judge.add_module(f"judge{level}", SpaceTime(
                sizes[level - 1], sizes[level], 2, 2 if level > 1 else 1))
            self.judge.add_module(f"act{level}", nn.LeakyReLU(0.2))
        self.judge.add_module("scores", Dense(sizes[-1], 1))

    def forward(self, clip, photo, alpha=None):
        return self.judge(act(self.see1(views(clip, photo)))).flatten(1)


class Discriminator2(nn.Module):
    """Stage 2's, grown from stage 1's at its input."""

    def __init__(self, spec, previous):
        super().__init__()
        old = previous.spec
        self.previous = previous
        self.see2 = Dense(4 * spec.channels, spec.features)
        self.halve = SpaceTime(spec.features, old.features, 2)
        self.shrink = Shrink((spec.height, spec.width), (old.height, old.width))

    def forward(self, clip, photo, alpha):
        fine = act(self.halve(act(self.see2(views(clip, photo)))))
        coarse = act(self.previous.see1(views(self.shrink(clip), self.shrink(photo))))
        return self.previous.judge(fade(coarse, fine, alpha)).flatten(1)


class Reader1(nn.Module):
    """Clip and photo to the mean and the log of the variance of the noise."""

    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        sizes = [4 * spec.channels, *(min(spec.features << level, 64) for level in range(4))]
        for level in range(1, 5):
            self.add_module(f"read{level}", SpaceTime(sizes[level - 1], sizes[level], 2,
                                                      2 if level > 1 else 1))
        count = math.prod(math.ceil(size / stride) for size, stride in zip(
            spec.shape[:3], (8, 16, 16), strict=True)) * sizes[-1]
        self.mean, self.log_variance = (nn.Linear(count, NOISE_SIZE) for _ in range(2))

    def forward(self, clip, photo):
        x = views(clip, photo)
        for level in range(1, 5):
            x = act(getattr(self, f"read{level}")(x))
        x = x.movedim(1, -1).flatten(1)
        return self.mean(x), self.log_variance(x)


class Reader2(nn.Module):
    """Stage 1's, on shrunk clips."""

    def __init__(self, spec, previous):
        super().__init__()
        old = previous.spec
        self.previous = previous
        self.shrink = Shrink((spec.height, spec.width), (old.height, old.width))

    def forward(self, clip, photo):
        return self.previous(self.shrink(clip), self.shrink(photo))
