"""The networks of vgan-future in PyTorch, channels first, and our weights for them."""

import math
import re

import keras
import torch
from torch import nn


class Generator(nn.Module):
    """From photo `(batch, 3, height, width)` to clip `(batch, 3, frames, height, width)`."""

    def __init__(self, features):
        super().__init__()
        fine, low, high, code = (features << level for level in range(4))
        half = {"kernel_size": 4, "stride": 2, "padding": 1}
        self.encoder = nn.Sequential(
            nn.Conv2d(3, fine, **half), nn.ReLU(),
            *_blocks(nn.Conv2d, nn.BatchNorm2d, [fine, low, high, code]))
        self.foreground = nn.Sequential(
            nn.ConvTranspose3d(code, code, (2, 1, 1)), *_normalised(nn.BatchNorm3d, code),
            *_blocks(nn.ConvTranspose3d, nn.BatchNorm3d, [code, high, low, fine]))
        self.background = nn.Sequential(
            *_blocks(nn.ConvTranspose2d, nn.BatchNorm2d, [code, high, low, fine]),
            nn.ConvTranspose2d(fine, 3, **half), nn.Tanh())
        self.paint = nn.ConvTranspose3d(fine, 3, **half)
        self.mask = nn.ConvTranspose3d(fine, 1, **half)

    def forward(self, photo):
        code = self.encoder(photo)
        x = self.foreground(code[:, :, None])
        behind, mask = self.background(code)[:, :, None], self.mask(x).sigmoid()
        return behind + mask * (self.paint(x).tanh() - behind)


class Discriminator(nn.Module):
    """From clip `(batch, 3, frames, height, width)` to one score, real over generated."""

    def __init__(self, features):
        super().__init__()
        widths = [features << level for level in range(4)]
        self.layers = nn.Sequential(
            nn.Conv3d(3, features, 4, 2, 1), nn.LeakyReLU(0.2),
            *_blocks(nn.Conv3d, nn.BatchNorm3d, widths, lambda: nn.LeakyReLU(0.2)),
            nn.Conv3d(widths[-1], 2, (2, 4, 4)))

    def forward(self, clip):
        logits = self.layers(clip).flatten(1)
        return logits[:, 1:] - logits[:, :1]


def _normalised(norm, channels, activation=nn.ReLU):
    return norm(channels, eps=1e-5), activation()


def _blocks(conv, norm, widths, activation=nn.ReLU):
    """Convolutions of kernel 4 and stride 2 from each width to the next one, normalised."""
    return [layer for before, after in zip(widths, widths[1:], strict=False)
            for layer in (conv(before, after, 4, 2, 1), *_normalised(norm, after, activation))]


def load_weights(network, ours):
    """Give a network the weights of a Keras model, layer by layer in the order they were made.

    Raises:
        ValueError: If they are not of as many layers or weights.
    """
    for kinds in KINDS:
        layers = sorted((layer for layer in ours.layers if type(layer) is kinds[0]), key=_made)
        modules = [module for module in network.modules() if isinstance(module, kinds[1:])]
        for layer, module in zip(layers, modules, strict=True):
            values = [torch.tensor(keras.ops.convert_to_numpy(weight)) for weight in layer.weights]
            if isinstance(layer, keras.layers.BatchNormalization):
                targets = [module.weight, module.bias, module.running_mean, module.running_var]
            else:                       # kernel (..., in, out) to (out, in, ...), or transposed
                targets = [module.weight, module.bias]
                values[0] = values[0].permute(-1, -2, *range(values[0].dim() - 2))
            with torch.no_grad():
                for target, value in zip(targets, values, strict=True):
                    target.copy_(value)
    found = sum(one.numel() for one in network.parameters())
    expected = sum(math.prod(weight.shape) for weight in ours.trainable_variables)
    if found != expected:
        raise ValueError(f"Both networks must have {expected} parameters. Received: {found}.")


def _made(layer):
    """Where a layer stands among those of its kind: numbered names, then "judge" and "..._raw"."""
    number = re.search(r"_(\d+)$", layer.name)
    last = layer.name.endswith("_raw") or layer.name == "judge"
    return last, int(number[1]) if number else 0, layer.name


KINDS = ((keras.layers.Conv2D, nn.Conv2d), (keras.layers.Conv2DTranspose, nn.ConvTranspose2d),
         (keras.layers.Conv3D, nn.Conv3d), (keras.layers.Conv3DTranspose, nn.ConvTranspose3d),
         (keras.layers.BatchNormalization, nn.BatchNorm2d, nn.BatchNorm3d))
