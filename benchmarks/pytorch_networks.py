"""The networks of scenegan in PyTorch, written by hand, to compare the time of a step with.

Clips are `(batch, channels, frames, height, width)`, in memory channels last, which PyTorch's
convolutions are fastest with on a CPU. Layers have the names that they have in scenegan/models,
so that `load_weights` can copy the weights from there.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from pytorch_layers import (
    Block,
    Dense,
    Look,
    SameConv,
    Shrink,
    SpaceTime,
    act,
    fade,
    move,
    resize,
    resize_image,
)
from torch import nn

from scenegan.models.discriminator import CHANGE_GAIN
from scenegan.models.generator import HEADS, LEVELS
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
