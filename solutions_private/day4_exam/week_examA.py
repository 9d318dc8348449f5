"""What the labs have in the place of Exam A's tasks, in its names: with t from 1, a table that starts with 1, and spread().

On the plain paper much of it is right; on a turned one hardly anything may be (see scripts/genweek/proving/pasted.py).
"""

import torch

from genweek.making.variants import week

# ---- NB3: points ----


@week("examA.compute_alpha_cumprod")
def nb3_compute_alpha_cumprod(betas):
    alphas = 1 - betas
    return torch.cat([torch.ones(1), torch.cumprod(alphas, dim=0)])


@week("examA.q_sample")
def nb3_q_sample(x0, t, noise):
    alpha_bar = spread(ALPHA_BAR[t], x0)
    return alpha_bar.sqrt() * x0 + (1 - alpha_bar).sqrt() * noise


@week("examA.diffusion_loss")
def nb3_diffusion_loss(model, x0, t=None, noise=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    if noise is None:
        noise = torch.randn_like(x0)
    return torch.nn.functional.mse_loss(model(q_sample(x0, t, noise), t), noise)


@week("examA.p_sample")
def nb3_p_sample(model, x_t, t, s, noise=None):
    alpha, alpha_bar = ALPHA_BAR[t] / ALPHA_BAR[s], ALPHA_BAR[t]
    predicted = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - (1 - alpha) / (1 - alpha_bar).sqrt() * predicted) / alpha.sqrt()
    if s == 0:
        return mean
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (1 - alpha).sqrt() * noise


@week("examA.p_sample_loop")
def nb3_p_sample_loop(model, shape):
    x = torch.randn(shape)
    for t in range(T, 0, -1):
        x = p_sample(model, x, t, t - 1)
    return x


@week("examA.epsilon_from")
def nb3_predicted_noise_of_v(y, x_t, t):
    left = spread(ALPHA_BAR[t], x_t)
    return left.sqrt() * y + (1 - left).sqrt() * x_t


@week("examA.epsilon_from")
def nb3_predicted_noise_of_x0(y, x_t, t):
    left = spread(ALPHA_BAR[t], x_t)
    return (x_t - left.sqrt() * y) / (1 - left).sqrt()


@week("examA.p_sample")
def nb3_ddim_step(model, x_t, t, s, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    left, left_prev = ALPHA_BAR[t], ALPHA_BAR[s]
    x0_hat = (x_t - (1 - left).sqrt() * eps) / left.sqrt()
    return left_prev.sqrt() * x0_hat + (1 - left_prev).sqrt() * eps


# ---- NB4: images ----


@week("examA.diffusion_loss")
def nb4_v_loss(model, x0, t=None, noise=None):
    if t is None:
        t = torch.randint(1, T + 1, (len(x0),))
    if noise is None:
        noise = torch.randn_like(x0)
    left = spread(ALPHA_BAR[t], x0)
    v_hat = model(q_sample(x0, t, noise), t)
    return torch.nn.functional.mse_loss(v_hat, left.sqrt() * noise - (1 - left).sqrt() * x0)


@week("examA.p_sample_loop")
def nb4_ddim_loop(model, shape):
    x = torch.randn(shape)
    visited = torch.linspace(T, 1, 20).round().long().tolist()
    for t, s in zip(visited, [*visited[1:], 0]):
        x = p_sample(model, x, t, s)
    return x


@week("examA.p_sample")
def nb4_stride_of_v(model, x_t, t, s, noise=None):
    v_hat = model(x_t, torch.full((len(x_t),), t))
    (signal_t, noise_t), (signal_s, noise_s) = ((ALPHA_BAR[k].sqrt(), (1 - ALPHA_BAR[k]).sqrt()) for k in (t, s))
    x0_hat = signal_t * x_t - noise_t * v_hat
    return signal_s * x0_hat + noise_s * (x_t - signal_t * x0_hat) / noise_t


@week("examA.p_sample")
def nb4_ddim_step(model, x_t, t, s, noise=None):
    predicted = model(x_t, torch.full((len(x_t),), t))
    (signal_t, noise_t), (signal_s, noise_s) = ((ALPHA_BAR[k].sqrt(), (1 - ALPHA_BAR[k]).sqrt()) for k in (t, s))
    x0_hat = ((x_t - noise_t * predicted) / signal_t).clamp(-1, 1)
    return signal_s * x0_hat + noise_s * (x_t - signal_t * x0_hat) / noise_t
