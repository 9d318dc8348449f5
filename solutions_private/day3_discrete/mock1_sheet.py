# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Mock exam 1 — 25 minutes, at home
#
# Three short functions and one bug, as on Friday. Close everything else: no assistant, no search, no older notebooks.
# Start the timer, work, and check only when the time is over. Nothing here is graded, and nothing is uploaded. None of
# these tasks is in the exam.

# %%
import torch
import torch.nn.functional as F
from torch import Tensor

from autograding import check
from genlab.nb6.mock import mock_timer

# %% tags=["active-ipynb"]
# timer = mock_timer(minutes=25)

# %% [markdown]
# ### Task mock1.prior_kl · 6 min
#
# Recap: $\mathrm{KL}(q \| p) = \mathbb{E}_q[\log q - \log p]$. For two Gaussians in one dimension,
#
# $$
# \mathrm{KL} = \log \frac{s}{\sigma} + \frac{\sigma^2 + \mu^2}{2 s^2} - \frac12,
# \qquad q = N(\mu, \sigma^2), \quad p = N(0, s^2) .
# $$
#
# In several independent dimensions the terms add up. *Worked number:* $\mu = 3$, $\sigma = 1$, $s = 2$ give
# $0.693 + 1.25 - 0.5 = 1.443$ nats.

# %% tags=["exercise"]
def prior_kl(mean: Tensor, std: Tensor, prior_std: float) -> Tensor:
    """KL( N(mean, diag(std²)) || N(0, prior_std² I) ), one value per example (B,) [nats].

    mean, std: (B, Z), std > 0; prior_std: one positive number for all dimensions.
    """
    # TODO mock1.prior_kl: the formula, summed over the latent axis.
    # BEGIN SOLUTION
    scaled_mean, scaled_std = mean / prior_std, std / prior_std
    return (0.5 * (scaled_mean.square() + scaled_std.square() - 1) - scaled_std.log()).sum(dim=1)
    # END SOLUTION


# %% [markdown]
# ### Task mock1.skip_forward · 7 min
#
# Recap: the forward process adds noise step by step, $x_t = \sqrt{\alpha_t}\, x_{t-1} + \sqrt{1 - \alpha_t}\, \varepsilon$,
# and $\bar\alpha_t = \alpha_0 \cdots \alpha_t$. Several steps in a row are one larger step: from $x_s$ to $x_t$ with
# $s < t$, mean and variance are those of a single step whose $\alpha$ is $\alpha_{s+1} \cdots \alpha_t$.
# *Worked number:* $\bar\alpha_s = 0.5$, $\bar\alpha_t = 0.32$: the product is 0.64, and $x_s = 1$, $\varepsilon = 1$ give
# $x_t = 0.8 + 0.6 = 1.4$.

# %% tags=["exercise"]
def skip_forward(x_s: Tensor, s: Tensor, t: Tensor, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """x_t (B, D) from x_s (B, D), with the given standard normal noise (B, D).

    s, t: (B,), integers with s < t, each example its own; alpha_bar: (T,).
    """
    # TODO mock1.skip_forward: what is left between s and t, per example.
    # BEGIN SOLUTION
    kept = (alpha_bar[t] / alpha_bar[s]).unsqueeze(1)  # (B, 1)
    return kept.sqrt() * x_s + (1 - kept).sqrt() * noise
    # END SOLUTION


# %% [markdown]
# ### Task mock1.fill_masks · 7 min
#
# Recap: a token is drawn from probabilities $p_0, \dots, p_{K-1}$ with one uniform number $u$: it is the first token
# whose running sum $p_0 + \dots + p_k$ exceeds $u$. *Worked number:* $p = (.2, .5, .3)$ and $u = .6$ give token 1, because
# .2 does not exceed .6 and .7 does.

# %% tags=["exercise"]
def fill_masks(probability: Tensor, x_t: Tensor, mask_id: int, u: Tensor) -> Tensor:
    """x_t (B, L), int64, with every masked token drawn from its own probabilities; visible tokens stay.

    probability: (B, L, K); mask_id: the number that stands for MASK; u: (B, L) in [0, 1), one for each position.
    """
    # TODO mock1.fill_masks: draw for every position, and keep what was visible.
    # BEGIN SOLUTION
    below = probability.cumsum(dim=-1) <= u.unsqueeze(-1)  # (B, L, K)
    drawn = below.sum(dim=-1).clamp(max=probability.shape[-1] - 1)  # rounding may leave the last sum below u
    return torch.where(x_t == mask_id, drawn, x_t)
    # END SOLUTION


# %% [markdown]
# ### Task mock1.mended_loss · 5 min
#
# A VAE on 8×8 digits whose decoder ignores its input: the KL is 0.000 from the first epoch on, and all samples look
# alike. One line of its loss is wrong. Write the loss as it should be.

# %%
def faulty_loss(logits: Tensor, x: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """The negative ELBO [nats], averaged over the batch: logits and x (B, 64), mu and log_var (B, Z)."""
    likelihood = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    log_p = likelihood.mean(dim=1)
    kl = 0.5 * (log_var.exp() + mu**2 - 1 - log_var).sum(dim=1)
    return (kl - log_p).mean()


# %% tags=["exercise"]
def mended_loss(logits: Tensor, x: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """The negative ELBO [nats], averaged over the batch: logits and x (B, 64), mu and log_var (B, Z)."""
    # TODO mock1.mended_loss: the loss above, with its one wrong line repaired.
    # BEGIN SOLUTION
    nats = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    twice_kl = torch.sum(torch.expm1(log_var) - log_var + mu * mu)
    return (nats + twice_kl / 2) / len(x)
    # END SOLUTION


# %% [markdown]
# ### When the time is over
#
# What is not solved is what to read up tonight.

# %% tags=["active-ipynb"]
# timer.stop()
# check("mock1.prior_kl")
# check("mock1.skip_forward")
# check("mock1.fill_masks")
# check("mock1.mended_loss")
