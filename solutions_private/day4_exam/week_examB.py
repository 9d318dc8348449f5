"""What the labs have in the place of Exam B's tasks, in its names: with ids from FIRST, and steps to any earlier s.

On the plain paper much of it is right; on a turned one hardly anything may be (see scripts/genweek/proving/pasted.py).
"""

import torch
import torch.nn.functional as F

from genweek.making.variants import week

# ---- NB5, and NB6's review of it: masks ----


@week("examB.corruption_probability")
def nb5_mask_probability(t):
    return t / T


@week("examB.q_sample_discrete")
def nb5_q_sample_discrete(x0, t):
    hit = torch.rand(x0.shape) < corruption_probability(t)[:, None]
    return torch.where(hit, torch.full_like(x0, {{mask_lab}}), x0)


@week("examB.denoising_loss")
def nb5_discrete_diffusion_loss(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    masked = x_t == {{mask_lab}}
    nats = F.cross_entropy(model(x_t, t).transpose(1, 2), x0 - FIRST, reduction="none")
    return (nats * masked).sum() / masked.sum().clamp(min=1)


@week("examB.reverse_step")
def nb5_reverse_step(model, x_t, t, s):
    logits = model(x_t, torch.full((len(x_t),), t))
    guess = torch.distributions.Categorical(logits=logits).sample() + FIRST
    reveal = (x_t == {{mask_lab}}) & (torch.rand(x_t.shape) < (t - s) / t)
    return torch.where(reveal, guess, x_t)


# ---- NB5: uniform tokens, all of which are guessed ----


@week("examB.q_sample_discrete")
def nb5_q_sample_discrete_uniform(x0, t):
    hit = torch.rand(x0.shape) < corruption_probability(t)[:, None]
    return torch.where(hit, torch.randint(FIRST, FIRST + K, x0.shape), x0)


@week("examB.denoising_loss")
def nb5_loss_of_all_positions(model, x0, t=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    x_t = q_sample_discrete(x0, t)
    return F.cross_entropy(model(x_t, t).transpose(1, 2), x0 - FIRST)


@week("examB.reverse_step")
def nb5_reverse_step_everywhere(model, x_t, t, s):
    logits = model(x_t, torch.full((len(x_t),), t))
    guess = torch.distributions.Categorical(logits=logits).sample() + FIRST
    return torch.where(torch.rand(x_t.shape) < (t - s) / t, guess, x_t)
