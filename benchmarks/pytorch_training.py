"""A training step with mean squared error in PyTorch, as scenegan/training/steps/gan.py has it."""

import torch
import torch.nn.functional as F
from pytorch_networks import build_networks, load_weights

from scenegan.losses import KNEE, MOVED, PATCH
from scenegan.models.motion import GATE_BIAS
from scenegan.presets import stage


class PytorchStep:
    """The networks of a stage, their optimizers and the average of the generator.

    Args:
        spec: A `StageSpec`, of stage 1 or 2.
        weights: Weights of the Keras generator, discriminator and reader, dicts by path.
    """

    def __init__(self, spec, weights):
        self.loss = spec.losses["mse"]
        below = spec.starts_from and stage(spec.starts_from, preset="displacement")
        networks = build_networks(spec, below)
        for network, values in zip(networks, weights, strict=True):
            load_weights(network, values)
        self.generator, self.discriminator, self.reader = networks
        self.average = [weights.detach().clone() for weights in self.generator.parameters()]
        self.variables = {"generator": [*self.generator.parameters(), *self.reader.parameters()],
                          "discriminator": list(self.discriminator.parameters())}
        rates = {"generator": self.loss.generator_rate,
                 "discriminator": self.loss.discriminator_rate}
        self.optimizers = {name: torch.optim.Adam(values, rates[name], self.loss.betas, 1e-7,
                                                  fused=True)
                           for name, values in self.variables.items()}

    def put(self, batch):
        """A numpy batch as tensors, channels first, in memory channels last."""
        batch = {name: torch.tensor(value) for name, value in batch.items()}
        return batch | {name: batch[name].movedim(-1, 1) for name in ("clip", "photo")}

    def compile(self):
        """Let torch.compile make the two losses faster."""
        self.generator_loss = torch.compile(self.generator_loss)
        self.discriminator_loss = torch.compile(self.discriminator_loss)

    def run(self, batch):
        """One update of the discriminator, one of the generator and one of its average."""
        terms = self.update("discriminator", self.discriminator_loss, batch)
        terms |= self.update("generator", self.generator_loss, batch)
        with torch.no_grad():
            torch._foreach_lerp_(self.average, list(self.generator.parameters()), 0.001)
        return {name: float(value.detach()) for name, value in terms.items()}

    def update(self, name, loss, batch):
        optimizer, variables = self.optimizers[name], self.variables[name]
        optimizer.zero_grad()
        terms = loss(batch)
        terms[name].backward(inputs=variables)
        optimizer.step()
        return terms

    def sizes(self):
        """Numbers of parameters of generator, discriminator and reader."""
        return [sum(weights.numel() for weights in network.parameters())
                for network in (self.generator, self.discriminator, self.reader)]

    def evaluate(self, batch):
        """Terms of both losses, and the clips generated, channels last."""
        with torch.no_grad():
            terms = self.discriminator_loss(batch) | self.generator_loss(batch)
            clips = self.generator(batch["photo"], batch["noise"][:, 0], batch["alpha"])[0]
        return ({name: float(value) for name, value in terms.items()},
                clips.movedim(1, -1).numpy())

    def draw_noise(self, batch):
        mean, log_variance = self.reader(batch["clip"], batch["photo"])
        drawn = batch["noise"][:, 0]
        read = mean + torch.exp(0.5 * log_variance) * drawn
        return torch.lerp(drawn, read, batch["posterior"][:, None]), mean, log_variance

    def score(self, clip, batch):
        return self.discriminator(clip, batch["photo"], batch["alpha"])

    def discriminator_loss(self, batch):
        with torch.no_grad():
            noise, _, _ = self.draw_noise(batch)
            fake = self.generator(batch["photo"], noise, batch["alpha"])[0]
        real_scores, fake_scores = self.score(batch["clip"], batch), self.score(fake, batch)
        return {"discriminator": 0.5 * ((real_scores - 1).square().mean()
                                        + fake_scores.square().mean()),
                "real_score": real_scores.mean(), "fake_score": fake_scores.mean()}

    def generator_loss(self, batch):
        noise, mean, log_variance = self.draw_noise(batch)
        fake, displacement, mask, *_, gate = self.generator(batch["photo"], noise, batch["alpha"])
        clip, chosen = batch["clip"], batch["posterior"]
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)
        read_back = self.reader(fake, batch["photo"])[0]
        terms = {
            "content": (chosen * (clip - fake).abs().mean((1, 2, 3, 4))).mean(),
            "energy": energy(clip, fake),
            "gate": F.binary_cross_entropy_with_logits(gate + GATE_BIAS, moved(clip)),
            "mask": mask.mean(),
            "smoothness": 100 * (displacement.diff(dim=4).abs().mean()
                                 + displacement.diff(dim=3).abs().mean()),
            "posterior": (chosen * divergence).mean(),
            "recovery": ((1 - chosen) * (noise - read_back).square().mean(1)).mean()}
        total = sum(self.loss.weights[name] * term for name, term in terms.items())
        terms["adversarial"] = 0.5 * (self.score(fake, batch) - 1).square().mean()
        terms["generator"] = total + self.loss.adversarial * terms["adversarial"]
        return terms


def energy(real, fake):
    difference = (motion_energy(real) - motion_energy(fake)) / KNEE
    return KNEE * ((1 + difference.square()).sqrt() - 1).mean()


def moved(clip):
    """Where a clip moves, `(batch, 1, height, width)`."""
    return (clip.mean(1, keepdim=True).std(2, correction=0) > MOVED).float()


def motion_energy(clip):
    return F.avg_pool3d(clip.diff(dim=2).abs().mean(1), PATCH)
