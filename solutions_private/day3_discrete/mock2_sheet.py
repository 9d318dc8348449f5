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
# # Mock exam 2 — 25 minutes, at home
#
# Three short functions and one bug, as on Friday. Close everything else: no assistant, no search, no older notebooks.
# Start the timer, work, and check only when the time is over. Nothing here is graded, and nothing is uploaded. None of
# these tasks is in the exam.

# %%
import math

import torch
from torch import Tensor

from autograding import check
from genlab.nb6.mock import mock_timer

# %% tags=["active-ipynb"]
# timer = mock_timer(minutes=25)

# %% [markdown]
# ### Task mock2.gaussian_nll · 5 min
#
# Recap: a decoder may name a mean *and* a variance for every pixel. The negative log-likelihood of one pixel is
# $-\log N(x; \mu, \sigma^2) = \frac12 \left( \log 2\pi + \log \sigma^2 + (x - \mu)^2 / \sigma^2 \right)$.
# *Worked number:* $x = 1$, $\mu = 0$, $\log \sigma^2 = 0$ give $\tfrac12 (1.838 + 0 + 1) = 1.419$ nats.

# %% tags=["exercise"]
def gaussian_nll(x: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """-log p(x|z) of each image (B,) [nats], summed over its pixels.

    x, mean, log_var: (B, 1, H, W); the log-variance is the decoder's, one for each pixel.
    """
    # TODO mock2.gaussian_nll: the formula for every pixel, summed over everything but the batch.
    # BEGIN SOLUTION
    scaled = (x - mean) / torch.exp(log_var / 2)
    pixels = scaled * scaled + log_var + math.log(math.tau)
    return pixels.flatten(start_dim=1).sum(dim=1) / 2
    # END SOLUTION


# %% [markdown]
# ### Task mock2.first_noisy_step · 6 min
#
# Recap: the signal-to-noise ratio after step t is $\bar\alpha_t / (1 - \bar\alpha_t)$; it falls with every step.
# Denoisers for different purposes are compared at equal ratios, so one looks up the step. *Worked number:* for
# $\bar\alpha = (.9, .6, .2)$ the ratios are $(9, 1.5, .25)$; the first step below 1 is $t = 2$.

# %% tags=["exercise"]
def first_noisy_step(alpha_bar: Tensor, ratio: float) -> int:
    """The first step t, counted from 0, whose signal-to-noise ratio is below `ratio`; T where there is none.

    alpha_bar: (T,), falling, in (0, 1).
    """
    # TODO mock2.first_noisy_step: the ratio of every step, and the first that is small enough.
    # BEGIN SOLUTION
    return int((alpha_bar >= ratio * (1 - alpha_bar)).sum())
    # END SOLUTION


# %% [markdown]
# ### Task mock2.masked_accuracy · 6 min
#
# Recap: how good is a masked model? Ask it for the most likely token at every masked position, and count how often that
# is the original. Visible positions do not count, however many there are. *Worked number:* three masked tokens, two of
# them guessed right, give 0.667, whatever the model says about the others.

# %% tags=["exercise"]
def masked_accuracy(logits: Tensor, x0: Tensor, x_t: Tensor, mask_id: int) -> Tensor:
    """The share, (), of the masked tokens of x_t whose most likely token is the one of x0.

    logits: (B, L, K); x0, x_t: (B, L); at least one token of x_t is mask_id.
    """
    # TODO mock2.masked_accuracy: the best guess everywhere, judged where x_t is masked.
    # BEGIN SOLUTION
    right = logits.argmax(dim=-1) == x0
    return right[x_t == mask_id].float().mean()
    # END SOLUTION


# %% [markdown]
# ### Task mock2.mended_bound · 8 min
#
# A hierarchical VAE in one dimension: $z_2 \sim N(0, 1)$, $z_1 = 0.6\, z_2 + 0.8\, \varepsilon$,
# $x = z_1 + \varepsilon_x$, all noise standard normal. So $x \sim N(0, 2)$, and the true posteriors are
# $z_1 | x \sim N(x/2, 1/2)$ and $z_2 | z_1 \sim N(0.6\, z_1, 0.64)$. With the true posterior, the ELBO equals
# $\log p(x)$ for every draw. The program below says about 1.3 nats *more*. Write the bound as it should be.

# %%
def log_normal(value: Tensor, mean: Tensor, variance: float) -> Tensor:
    """log N(value; mean, variance), elementwise [nats]."""
    return -0.5 * (math.log(2 * math.pi * variance) + (value - mean).square() / variance)


def faulty_bound(x: Tensor, noise_1: Tensor, noise_2: Tensor, weight: float) -> Tensor:
    """The ELBO of each x (B,) [nats], from one draw; q(z1|x) = N(weight x, 1/2) and the true q(z2|z1)."""
    z1 = weight * x + math.sqrt(0.5) * noise_1
    z2 = 0.6 * z1 + 0.8 * noise_2
    log_p = log_normal(x, z1, 1.0) + log_normal(z1, 0.6 * z2, 0.64)
    log_q = log_normal(z1, weight * x, 0.5) + log_normal(z2, 0.6 * z1, 0.64)
    return log_p - log_q


# %% tags=["exercise"]
def mended_bound(x: Tensor, noise_1: Tensor, noise_2: Tensor, weight: float) -> Tensor:
    """The ELBO of each x (B,) [nats], from one draw; q(z1|x) = N(weight x, 1/2) and the true q(z2|z1)."""
    # TODO mock2.mended_bound: the bound above, with what is wrong or missing repaired.
    # BEGIN SOLUTION
    upper = 0.8 * noise_2 + 0.6 * (noise_1 / math.sqrt(2) + x * weight)
    prior = upper.square() / -2 - 0.5 * math.log(math.tau)
    return prior + faulty_bound(x, noise_1, noise_2, weight)
    # END SOLUTION


# %% [markdown]
# ### When the time is over
#
# What is not solved is what to read up tonight.

# %% tags=["active-ipynb"]
# timer.stop()
# check("mock2.gaussian_nll")
# check("mock2.first_noisy_step")
# check("mock2.masked_accuracy")
# check("mock2.mended_bound")
