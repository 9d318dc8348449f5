"""The way back under the other corruption, where tokens are replaced by random ones: a given sampler."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@torch.no_grad()
def uniform_chain(model: nn.Module, x: Tensor, steps: range, K: int, T: int, *, divide: bool = True) -> list[Tensor]:
    """All stages from x (B, L), which is corrupted up to the first step, to clean tokens; steps run down to 1.

    One step draws x_{t-1} from  sum over x0 of  p(x0 | x_t) q(x_{t-1}, x_t | x0) / q(x_t | x0).  divide=False leaves
    out the denominator, which is right for another kind of model alone. Source: Austin et al. 2021 (D3PM).
    """
    stages = [x]
    for t in steps:
        kept, kept_before = 1 - t / T, 1 - (t - 1) / T
        here = F.one_hot(stages[-1], K).double()  # (B, L, K)
        p_x0 = model(stages[-1], torch.full(x.shape[:1], t)).softmax(dim=-1).double()
        weight = p_x0 / (kept * here + (1 - kept) / K) if divide else p_x0
        stay = kept / kept_before
        forward = stay * here + (1 - stay) / K  # q(x_t | x_{t-1}), a row for every x_{t-1}
        joint = forward * (kept_before * weight + (1 - kept_before) / K * weight.sum(dim=-1, keepdim=True))
        stages.append((joint / torch.empty_like(joint).exponential_()).argmax(dim=-1))
    return stages
