"""Given pieces of both diffusion notebooks: the two noise schedules.

Steps count from t = 0 (nearly clean) to t = T-1 (nearly pure noise); the papers' step is t + 1.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

MAX_BETA = 0.999  # Nichol & Dhariwal 2021: a last step with beta = 1 would divide by zero on the way back


class Schedule(NamedTuple):
    """How much noise each step adds; all three (T,). alpha_bar before t = 0 is 1."""

    betas: Tensor  # variance of the noise that step t adds
    alphas: Tensor  # 1 - betas
    alpha_bar: Tensor  # share of the data's variance that is left after step t

    @property
    def num_steps(self) -> int:
        return len(self.betas)

    def to(self, device: torch.device | str) -> "Schedule":
        return Schedule(*(values.to(device) for values in self))


def linear_betas(num_steps: int) -> Tensor:
    """Betas (T,) on a straight line: 0.0001 to 0.02 for the T = 1000 of Ho et al. 2020, rescaled to other T."""
    scale = 1000 / num_steps
    return torch.linspace(1e-4 * scale, 0.02 * scale, num_steps).clamp(max=MAX_BETA)


def cosine_schedule(num_steps: int) -> Schedule:
    """alpha_bar falls along a squared cosine (Nichol & Dhariwal 2021)."""
    time = torch.linspace(0, 1, num_steps + 1, dtype=torch.float64)
    curve = torch.cos((time + 0.008) / 1.008 * math.pi / 2) ** 2
    before, after = curve[:-1] / curve[0], curve[1:] / curve[0]
    after = after.maximum((1 - MAX_BETA) * before)  # reached by the last step alone
    alphas = after / before
    return Schedule((1 - alphas).float(), alphas.float(), after.float())


def cosine_betas(num_steps: int) -> Tensor:
    """The betas (T,) of `cosine_schedule`."""
    return cosine_schedule(num_steps).betas


def forward_chain(x0: Tensor, schedule: Schedule) -> Tensor:
    """Noise added step after step, as in the definition: (T+1, *x0.shape), the clean data first."""
    chain = [x0]
    for beta in schedule.betas:
        chain.append((1 - beta).sqrt() * chain[-1] + beta.sqrt() * torch.randn_like(x0))
    return torch.stack(chain)
