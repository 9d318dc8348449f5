"""Other right answers to the second mock exam."""

import math

import torch
import torch.nn.functional as F
from torch import distributions

from genweek.making.variants import alternative


@alternative("mock2.gaussian_nll")
def by_distributions(x, mean, log_var):
    return -distributions.Normal(mean, (log_var / 2).exp()).log_prob(x).sum(dim=(1, 2, 3))


@alternative("mock2.gaussian_nll")
def by_torchs_loss(x, mean, log_var):
    loss = F.gaussian_nll_loss(mean, x, log_var.exp(), full=True, reduction="none", eps=1e-12)
    return loss.sum(dim=[1, 2, 3])


@alternative("mock2.first_noisy_step")
def by_a_loop(alpha_bar, ratio):
    for step, left in enumerate(alpha_bar.tolist()):
        if left / (1 - left) < ratio:
            return step
    return len(alpha_bar)


@alternative("mock2.first_noisy_step")
def as_a_tensor(alpha_bar, ratio):
    return (alpha_bar / (1 - alpha_bar) >= ratio).sum()


@alternative("mock2.masked_accuracy")
def by_sums(logits, x0, x_t, mask_id):
    masked = (x_t == mask_id).double()
    return ((logits.argmax(-1) == x0) * masked).sum() / masked.sum()


@alternative("mock2.masked_accuracy")
def as_a_number(logits, x0, x_t, mask_id):
    where = (x_t == mask_id).nonzero(as_tuple=True)
    return (logits[where].softmax(-1).argmax(-1) == x0[where]).float().mean().item()


@alternative("mock2.mended_bound")
def in_full(x, noise_1, noise_2, weight):
    z1 = weight * x + math.sqrt(0.5) * noise_1
    z2 = 0.6 * z1 + 0.8 * noise_2
    log_p = log_normal(x, z1, 1.0) + log_normal(z1, 0.6 * z2, 0.64) + log_normal(z2, torch.zeros_like(z2), 1.0)
    log_q = log_normal(z1, weight * x, 0.5) + log_normal(z2, 0.6 * z1, 0.64)
    return log_p - log_q


@alternative("mock2.mended_bound")
def by_normals(x, noise_1, noise_2, weight):
    z1 = weight * x + 0.5**0.5 * noise_1
    z2 = 0.6 * z1 + 0.8 * noise_2
    normal = distributions.Normal
    log_p = normal(z1, 1.0).log_prob(x) + normal(0.6 * z2, 0.8).log_prob(z1) + normal(0.0, 1.0).log_prob(z2)
    return log_p - normal(weight * x, 0.5**0.5).log_prob(z1) - normal(0.6 * z1, 0.8).log_prob(z2)
