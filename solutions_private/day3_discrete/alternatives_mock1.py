"""Other right answers to the first mock exam."""

import torch
import torch.nn.functional as F
from torch import distributions

from genweek.making.variants import alternative


@alternative("mock1.prior_kl")
def by_distributions(mean, std, prior_std):
    return distributions.kl_divergence(distributions.Normal(mean, std), distributions.Normal(0.0, prior_std)).sum(-1)


@alternative("mock1.prior_kl")
def as_written(mean, std, prior_std):
    return ((prior_std / std).log() + (std**2 + mean**2) / (2 * prior_std**2) - 0.5).sum(dim=-1)


@alternative("mock1.skip_forward")
def by_products(x_s, s, t, noise, alpha_bar):
    alphas = torch.cat([alpha_bar[:1], alpha_bar[1:] / alpha_bar[:-1]])
    kept = torch.stack([alphas[int(a) + 1 : int(b) + 1].prod() for a, b in zip(s, t, strict=True)])[:, None]
    return kept**0.5 * x_s + (1 - kept) ** 0.5 * noise


@alternative("mock1.fill_masks")
def by_searching(probability, x_t, mask_id, u):
    drawn = torch.searchsorted(probability.cumsum(-1), u[..., None], right=True).squeeze(-1)
    return torch.where(x_t == mask_id, drawn.clamp(max=probability.shape[-1] - 1), x_t)


@alternative("mock1.fill_masks")
def by_the_first_that_exceeds(probability, x_t, mask_id, u):
    out = x_t.clone()
    drawn = (probability.double().cumsum(-1) > u.unsqueeze(-1)).int().argmax(-1)
    out[x_t == mask_id] = drawn[x_t == mask_id]
    return out


@alternative("mock1.mended_loss")
def one_line_mended(logits, x, mu, log_var):
    likelihood = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    log_p = likelihood.sum(dim=1)
    kl = 0.5 * (log_var.exp() + mu**2 - 1 - log_var).sum(dim=1)
    return (kl - log_p).mean()
