"""Small pictures of digits, a network for them, and a number that says how much like them samples are."""

import math

import torch
from torch import Tensor, nn

from genlab.checkpoints import load_weights, weights_file
from genlab.data import load_digits8

EMBEDDING = 32  # numbers that a step is told in


def load_pictures(paper: float, ink: float) -> Tensor:
    """1,797 handwritten digits (N, 1, 8, 8), with pixels from `paper` to `ink`."""
    return paper + (ink - paper) * load_digits8()[0]


class Network(nn.Module):
    """Answers with a picture (B, 1, 8, 8), whatever it is trained for, from x_t (B, 1, 8, 8) and its step t (B,)."""

    def __init__(self, num_steps: int, hidden: int = 256, depth: int = 3):
        super().__init__()
        self.num_steps = num_steps
        self.register_buffer("centre", torch.zeros(()))  # with `size`, brings every x_t to unit size
        self.register_buffer("size", torch.ones(num_steps + 1))
        self.enter, self.leave = nn.Linear(64, hidden), nn.Linear(hidden, 64)
        self.time = nn.Linear(EMBEDDING, hidden)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, hidden))
            for _ in range(depth)
        )

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        rates = torch.exp(torch.linspace(0, math.log(100), EMBEDDING // 2))
        angles = t[:, None] / self.num_steps * rates
        step = self.time(torch.cat([angles.sin(), angles.cos()], dim=1))
        scaled = (x_t - self.centre) * self.size[t].view(-1, 1, 1, 1)
        h = self.enter(scaled.flatten(1)) + step
        for block in self.blocks:
            h = h + block(h + step)
        return self.leave(h).view_as(x_t)


def trained(name: str, num_steps: int) -> Network:
    """A network that is trained already: "noise", which names the noise, or "other", which answers with y."""
    network = Network(num_steps)
    if weights_file(f"examA.{name}").exists():
        network.load_state_dict(load_weights(f"examA.{name}"))
    else:
        print(
            f"No weights called {name!r} were shipped with this paper: what this network makes is noise, whatever you wrote."
        )
    return network.eval().requires_grad_(False)


@torch.no_grad()
def distance_to_nearest(samples: Tensor, pictures: Tensor) -> float:
    """The mean distance of a sample to the nearest picture, with pixels from -1 to 1. Noise has about 7."""
    low, high = pictures.min(), pictures.max()
    samples, pictures = (((x - low) / (high - low) * 2 - 1).clamp(-1, 1).flatten(1) for x in (samples, pictures))
    return torch.cdist(samples, pictures).amin(dim=1).mean().item()
