"""Other right answers to NB3, as unusual as students are."""

import itertools
import math

import torch
import torch.nn.functional as F

from genweek.making.variants import alternative

# ---- compute_alpha_cumprod ----


@alternative("nb3.compute_alpha_cumprod")
def in_log_space(betas):
    return torch.exp(torch.cumsum(torch.log1p(-betas), 0))


@alternative("nb3.compute_alpha_cumprod")
def in_float64(betas):
    return torch.cumprod((1 - betas).double(), 0).float()


@alternative("nb3.compute_alpha_cumprod")
def by_powers_of_two(betas):
    return torch.exp2((1 - betas.double()).log2().cumsum(dim=-1)).to(betas)


@alternative("nb3.compute_alpha_cumprod")
def a_loop(betas):
    return torch.stack([torch.prod(1 - betas[: t + 1]) for t in range(len(betas))])


@alternative("nb3.compute_alpha_cumprod")
def accumulate(betas):
    return torch.tensor(list(itertools.accumulate((1 - betas).tolist(), lambda a, b: a * b)))


@alternative("nb3.compute_alpha_cumprod")
def in_place_on_a_copy(betas):
    left = 1.0 - betas
    for t in range(1, len(left)):
        left[t] *= left[t - 1]
    return left


# ---- q_sample ----


@alternative("nb3.q_sample")
def precomputed_roots(x0, t, noise, schedule):
    signal, spread = torch.sqrt(schedule.alpha_bar), torch.sqrt(1.0 - schedule.alpha_bar)
    shape = [len(x0)] + [1] * (x0.dim() - 1)
    return signal[t].reshape(shape) * x0 + spread[t].reshape(shape) * noise


@alternative("nb3.q_sample")
def einsum(x0, t, noise, schedule):
    left = schedule.alpha_bar[t]
    return torch.einsum("b,b...->b...", left.sqrt(), x0) + torch.einsum("b,b...->b...", (1 - left).sqrt(), noise)


@alternative("nb3.q_sample")
def a_loop_over_the_batch(x0, t, noise, schedule):
    left = schedule.alpha_bar
    return torch.stack([left[i].sqrt() * x + (1 - left[i]).sqrt() * e for i, x, e in zip(t, x0, noise, strict=True)])


@alternative("nb3.q_sample")
def batch_axis_last(x0, t, noise, schedule):
    left = schedule.alpha_bar[t]
    axes = list(range(1, x0.ndim)) + [0]
    mixed = x0.permute(axes) * left.sqrt() + noise.permute(axes) * (1 - left).sqrt()
    return mixed.permute([x0.ndim - 1] + list(range(x0.ndim - 1)))


@alternative("nb3.q_sample")
def float64_inside(x0, t, noise, schedule):
    left = schedule.alpha_bar.double()[t]
    while left.ndim < x0.ndim:
        left = left.unsqueeze(-1)
    return (left.sqrt() * x0.double() + (1 - left).sqrt() * noise.double()).to(x0.dtype)


@alternative("nb3.q_sample")
def flattened_rows(x0, t, noise, schedule):
    left = schedule.alpha_bar.gather(0, t)[:, None]
    rows = left**0.5 * x0.flatten(1) + (1 - left) ** 0.5 * noise.flatten(1)
    return rows.view_as(x0)


@alternative("nb3.q_sample")
def by_distribution(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1)).expand_as(x0)
    bell = torch.distributions.Normal(left.sqrt() * x0, (1 - left).sqrt())
    return bell.mean + bell.stddev * noise


# ---- time_embedding ----


@alternative("nb3.time_embedding")
def cosines_first(t, dim):
    half = dim // 2
    angles = t.float().unsqueeze(1) * torch.exp(-math.log(10000) * torch.arange(half) / half)
    return torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)


@alternative("nb3.time_embedding")
def interleaved(t, dim):
    result = torch.zeros(len(t), dim)
    frequencies = torch.exp(torch.arange(0, dim, 2).float() * (-math.log(10000.0) / dim))
    result[:, 0::2] = torch.sin(t[:, None] * frequencies)
    result[:, 1::2] = torch.cos(t[:, None] * frequencies)
    return result


@alternative("nb3.time_embedding")
def last_frequency_included(t, dim):
    half = dim // 2
    frequencies = torch.exp(torch.arange(half) * -(math.log(10000) / (half - 1)))
    angles = t.float()[:, None] * frequencies[None, :]
    return torch.cat((angles.sin(), angles.cos()), dim=1)


@alternative("nb3.time_embedding")
def outer_product(t, dim):
    angles = torch.outer(t.double(), torch.logspace(0, -4, dim // 2 + 1, dtype=torch.float64)[:-1])
    return torch.hstack([angles.sin(), angles.cos()]).float()


@alternative("nb3.time_embedding")
def slow_clocks_first(t, dim):
    half = dim // 2
    angles = t.view(-1, 1) / 10000 ** (torch.arange(half - 1, -1, -1) / half)
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)


@alternative("nb3.time_embedding")
def plain_python(t, dim):
    half = dim // 2
    clocks = [10000 ** (-i / half) for i in range(half)]
    return torch.tensor([[math.sin(s * w) for w in clocks] + [math.cos(s * w) for w in clocks] for s in t.tolist()])


# ---- diffusion_loss ----


@alternative("nb3.diffusion_loss")
def noise_before_the_step(model, x0, schedule, t=None, noise=None):
    if noise is None:
        noise = torch.randn(x0.shape, dtype=x0.dtype)
    if t is None:
        t = torch.randint(0, schedule.betas.shape[0], (x0.shape[0],))
    return torch.mean((noise - model(q_sample(x0, t, noise, schedule), t)) ** 2)


@alternative("nb3.diffusion_loss")
def everything_in_one_place(model, x0, schedule, t=None, noise=None):
    t = (torch.rand(len(x0)) * len(schedule.alpha_bar)).long() if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    error = model(left.sqrt() * x0 + (1 - left).sqrt() * noise, t) - noise
    return (error * error).sum() / error.numel()


@alternative("nb3.diffusion_loss")
def antithetic_steps(model, x0, schedule, t=None, noise=None):
    steps, batch = len(schedule.betas), len(x0)
    if t is None:
        t = torch.randint(0, steps, (batch // 2 + 1,))
        t = torch.cat([t, steps - 1 - t])[:batch]
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@alternative("nb3.diffusion_loss")
def stratified_steps(model, x0, schedule, t=None, noise=None):
    if t is None:
        places = (torch.rand(1) + torch.arange(len(x0)) / len(x0)) % 1
        t = (places * len(schedule.betas)).long()[torch.randperm(len(x0))]
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@alternative("nb3.diffusion_loss")
def mean_of_means(model, x0, schedule, t=None, noise=None):
    t = torch.multinomial(torch.ones(len(schedule.betas)), len(x0), replacement=True) if t is None else t
    noise = torch.normal(0.0, 1.0, size=x0.shape) if noise is None else noise
    error = (model(q_sample(x0, t=t, noise=noise, schedule=schedule), t) - noise).pow(2)
    return error.flatten(1).mean(1).mean()


@alternative("nb3.diffusion_loss")
def int32_steps_and_float64(model, x0, schedule, t=None, noise=None):
    t = torch.randint(0, schedule.num_steps, (len(x0),), dtype=torch.int32) if t is None else t
    noise = torch.randn(*x0.shape) if noise is None else noise
    predicted = model(q_sample(x0=x0, t=t, noise=noise, schedule=schedule), t)
    return F.mse_loss(predicted.double(), noise.double())


@alternative("nb3.diffusion_loss")
def drawn_by_distributions(model, x0, schedule, t=None, noise=None):
    if t is None:
        t = torch.distributions.Categorical(probs=torch.ones(len(schedule.betas))).sample((len(x0),))
    if noise is None:
        noise = torch.distributions.Normal(0.0, 1.0).sample(x0.shape)
    return ((model(q_sample(x0, t, noise, schedule), t) - noise) ** 2).mean()


@alternative("nb3.diffusion_loss")
def low_discrepancy_steps(model, x0, schedule, t=None, noise=None):
    """Kingma et al. 2021, appendix I.1: evenly spread over the batch, from a random start."""
    if t is None:
        places = (torch.rand(()) + torch.arange(len(x0)) / len(x0)) % 1
        t = (places * len(schedule.betas)).long()
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@alternative("nb3.diffusion_loss")
def told_in_floats(model, x0, schedule, t=None, noise=None):
    if t is None:
        t = torch.floor(torch.rand(len(x0)) * schedule.num_steps).long()
    noise = torch.randn_like(x0) if noise is None else noise
    return torch.nn.MSELoss()(model(q_sample(x0, t, noise, schedule), t.float()), noise)


@alternative("nb3.diffusion_loss")
def through_the_module(model, x0, schedule, t=None, noise=None):
    assert isinstance(model, torch.nn.Module)
    model.train()
    first = next(model.parameters())
    fresh = torch.randn(x0.shape, device=first.device, dtype=first.dtype)
    steps = torch.randint(0, len(schedule.betas), (x0.shape[0],), device=first.device)
    t, noise = (steps if t is None else t), (fresh if noise is None else noise)
    with torch.enable_grad():
        predicted = model.forward(q_sample(x0, t, noise, schedule), t)
    return F.mse_loss(predicted, noise, reduction="none").mean(dim=tuple(range(x0.ndim)))


@alternative("nb3.diffusion_loss")
def example_by_example(model, x0, schedule, t=None, noise=None):
    losses = []
    for k in range(len(x0)):
        step = torch.randint(schedule.num_steps, (1,)) if t is None else t[k : k + 1]
        eps = torch.randn_like(x0[k : k + 1]) if noise is None else noise[k : k + 1]
        losses.append((model(q_sample(x0[k : k + 1], step, eps, schedule), step) - eps).square().mean())
    return torch.stack(losses).mean()


@alternative("nb3.diffusion_loss")
def by_einsum(model, x0, schedule, t=None, noise=None):
    t = torch.randint(high=len(schedule.alphas), size=(x0.size(0),)) if t is None else t
    noise = (
        torch.distributions.MultivariateNormal(torch.zeros(1), torch.eye(1)).sample(x0.shape)[..., 0]
        if noise is None
        else noise
    )
    error = (model(q_sample(x0, t, noise, schedule), t) - noise).flatten(1)
    return torch.einsum("bd,bd->", error, error) / error.numel()


# ---- p_sample ----


@alternative("nb3.p_sample")
def posterior_variance(model, x_t, t, schedule, noise=None):
    left, beta = schedule.alpha_bar[t], schedule.betas[t]
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.tensor(1.0)
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - beta / (1 - left).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (beta * (1 - before) / (1 - left)).sqrt() * noise


@alternative("nb3.p_sample")
def posterior_mean_of_x0(model, x_t, t, schedule, noise=None):
    """Ho et al. 2020, eq. 7, with the predicted x0."""
    left, alpha, beta = schedule.alpha_bar[t], schedule.alphas[t], schedule.betas[t]
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.ones(())
    x0 = (x_t - (1 - left).sqrt() * model(x_t, torch.full((len(x_t),), t))) / left.sqrt()
    mean = before.sqrt() * beta / (1 - left) * x0 + alpha.sqrt() * (1 - before) / (1 - left) * x_t
    if t == 0:
        return mean
    return mean + beta.sqrt() * (torch.randn(x_t.shape) if noise is None else noise)


@alternative("nb3.p_sample")
def expanded(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.tensor([t] * x_t.shape[0]))
    z = noise if noise is not None else torch.randn(*x_t.shape)
    alpha, left = schedule.alphas[t], schedule.alpha_bar[t]
    step = x_t / alpha.sqrt() - (1 - alpha) / ((1 - left) * alpha).sqrt() * eps
    return step + (schedule.betas[t] ** 0.5) * z * (1.0 if t > 0 else 0.0)


@alternative("nb3.p_sample")
def float64_steps(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t, dtype=torch.int32)).double()
    beta, alpha, left = schedule.betas[t].double(), schedule.alphas[t].double(), schedule.alpha_bar[t].double()
    mean = (x_t.double() - beta / (1 - left).sqrt() * eps) / alpha.sqrt()
    if t != 0:
        mean += beta.sqrt() * (torch.randn_like(mean) if noise is None else noise.double())
    return mean.to(x_t.dtype)


@alternative("nb3.p_sample")
def plain_numbers(model, x_t, t, schedule, noise=None):
    beta, left = float(schedule.betas[t]), float(schedule.alpha_bar[t])
    if noise is None:
        noise = torch.empty_like(x_t).normal_()
    predicted = model(x_t, torch.zeros(len(x_t), dtype=torch.long) + t)
    mean = (x_t - beta * predicted / math.sqrt(1 - left)) / math.sqrt(1 - beta)
    return torch.where(torch.tensor(t > 0), mean + math.sqrt(beta) * noise, mean)


@alternative("nb3.p_sample")
def one_step_broadcast(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.tensor([t]))
    mean = schedule.alphas[t].rsqrt() * (x_t - schedule.betas[t] * (1 - schedule.alpha_bar[t]).rsqrt() * eps)
    if t > 0 and noise is None:
        noise = torch.distributions.Normal(0.0, 1.0).sample(x_t.shape)
    return mean + schedule.betas[t].sqrt() * noise if t > 0 else mean


@alternative("nb3.p_sample")
def on_a_copy(model, x_t, t, schedule, noise=None):
    x = x_t.clone()
    x -= schedule.betas[t] / torch.sqrt(1 - schedule.alpha_bar[t]) * model(x_t, torch.full((x_t.size(0),), t))
    x /= torch.sqrt(schedule.alphas[t])
    if t > 0:
        x += torch.sqrt(schedule.betas[t]) * (torch.randn_like(x) if noise is None else noise)
    return x


@alternative("nb3.p_sample")
def through_the_module(model, x_t, t, schedule, noise=None):
    model.eval()
    device = next(model.parameters()).device
    fresh = torch.randn_like(x_t)
    with torch.inference_mode():
        eps = model.forward(x_t.to(device), torch.full((x_t.size(0),), t, device=device).float())
    beta, left = schedule.betas[t], schedule.alpha_bar[t]
    mean = torch.rsqrt(1 - beta) * (x_t - beta * torch.rsqrt(1 - left) * eps)
    return mean + torch.sqrt(beta) * (fresh if noise is None else noise) if t else mean


@alternative("nb3.p_sample")
def example_by_example(model, x_t, t, schedule, noise=None):
    noise = torch.normal(torch.zeros_like(x_t), torch.ones_like(x_t)) if noise is None else noise
    rows = []
    for row, z in zip(x_t.split(100), noise.split(100), strict=True):
        eps = model(row, torch.full((len(row),), t))
        mean = (row - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
        rows.append(mean if t == 0 else torch.addcmul(mean, schedule.betas[t].sqrt(), z))
    return torch.cat(rows)


# ---- p_sample_loop ----


@alternative("nb3.p_sample_loop")
def counting_down(model, shape, schedule):
    x = torch.randn(*shape)
    for t in range(len(schedule.betas) - 1, -1, -1):
        x = p_sample(model, x, t, schedule)
    return x


@alternative("nb3.p_sample_loop")
def own_noise(model, shape, schedule):
    noises = torch.randn(len(schedule.betas) + 1, *shape)
    x = noises[-1]
    for t in range(len(schedule.betas)):
        s = len(schedule.betas) - 1 - t
        x = p_sample(model, x, s, schedule, noise=noises[s])
    return x


@alternative("nb3.p_sample_loop")
def while_loop(model, shape, schedule):
    t, x = len(schedule.alpha_bar), torch.normal(0.0, 1.0, size=tuple(shape))
    while t > 0:
        t -= 1
        x = p_sample(model=model, x_t=x, t=t, schedule=schedule)
    return x


@alternative("nb3.p_sample_loop")
def keeps_the_way(model, shape, schedule):
    way = [torch.distributions.Normal(0.0, 1.0).sample(shape)]
    for t in torch.arange(len(schedule.betas)).flip(0).tolist():
        way.append(p_sample(model, way[-1], t, schedule))
    return way[-1]


@alternative("nb3.p_sample_loop")
def steps_inline(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        eps = model(x, torch.full((shape[0],), t))
        x = (x - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
        if t > 0:
            x = x + schedule.betas[t].sqrt() * torch.randn_like(x)
    return x


@alternative("nb3.p_sample_loop")
def recursively(model, shape, schedule):
    def back_from(x, t):
        return x if t < 0 else back_from(p_sample(model, x, t, schedule), t - 1)

    return back_from(torch.empty(shape).normal_(), len(schedule.betas) - 1)


@alternative("nb3.p_sample_loop")
def no_noise_argument_at_the_end(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(schedule.num_steps)):
        noise = torch.randn_like(x) if t > 0 else torch.zeros_like(x)
        x = p_sample(model, x, t, schedule, noise)
    return x


@alternative("nb3.p_sample_loop")
def through_the_module(model, shape, schedule):
    was_training = model.training
    model.eval()
    x = torch.randn(*shape, device=next(model.parameters()).device)
    for t in torch.arange(schedule.num_steps - 1, -1, -1):
        x = p_sample(model, x, int(t), schedule)
    model.train(was_training)
    return x


@alternative("nb3.p_sample_loop")
def no_grad_as_a_block(model, shape, schedule):
    with torch.no_grad():
        x = torch.zeros(shape).normal_()
        for t, _ in sorted(enumerate(schedule.betas), reverse=True, key=lambda pair: pair[0]):
            x = p_sample(model, x, t, schedule, noise=torch.randn_like(x))
        return x.detach().clone()


# ---- leaping_schedule ----


@alternative("nb3.leaping_schedule")
def through_make_schedule(schedule, visited):
    left = schedule.alpha_bar[visited]
    return make_schedule(1 - left / torch.cat([torch.ones(1), left[:-1]]))


@alternative("nb3.leaping_schedule")
def in_log_space_by_differences(schedule, visited):
    kept = torch.diff(schedule.alpha_bar[visited].double().log(), prepend=torch.zeros(1)).exp().float()
    return Schedule(1 - kept, kept, schedule.alpha_bar[visited])


@alternative("nb3.leaping_schedule")
def product_of_each_leap(schedule, visited):
    ends = [-1, *visited.tolist()]
    kept = torch.stack([schedule.alphas[a + 1 : b + 1].prod() for a, b in itertools.pairwise(ends)])
    return Schedule(betas=1 - kept, alphas=kept, alpha_bar=torch.cumprod(kept, 0))


@alternative("nb3.leaping_schedule")
def a_loop_with_the_share_before(schedule, visited):
    before, betas = 1.0, []
    for t in visited:
        left = float(schedule.alpha_bar[t])
        betas.append(1 - left / before)
        before = left
    return make_schedule(torch.tensor(betas))


@alternative("nb3.leaping_schedule")
def rolled(schedule, visited):
    left = schedule.alpha_bar.index_select(0, visited)
    before = left.roll(1)
    before[0] = 1
    return Schedule(1 - left / before, left / before, left)


@alternative("nb3.leaping_schedule")
def padded_in_front(schedule, visited):
    left = F.pad(schedule.alpha_bar, (1, 0), value=1.0)[F.pad(visited + 1, (1, 0))]
    betas = (left[:-1] - left[1:]) / left[:-1]
    return Schedule(betas, 1 - betas, left[1:])


@alternative("nb3.leaping_schedule")
def the_betas_by_replace(schedule, visited):
    left = schedule.alpha_bar[visited].double()
    kept = left / torch.cat([left.new_ones(1), left[:-1]])
    return schedule._replace(betas=(1 - kept).float(), alphas=kept.float(), alpha_bar=left.float())


# ---- Extensions ----


@alternative("nb3.predicted_noise")
def by_way_of_x0(prediction, x_t, t, schedule, target):
    left = schedule.alpha_bar[t][:, None]
    if target == "eps":
        return prediction
    x0 = prediction if target == "x0" else left.sqrt() * x_t - (1 - left).sqrt() * prediction
    return (x_t - left.sqrt() * x0) / (1 - left).sqrt()


@alternative("nb3.predicted_noise")
def by_q_sample(prediction, x_t, t, schedule, target):
    if target == "v":
        return q_sample(prediction, t, x_t, schedule)
    if target == "x0":
        signal = q_sample(prediction, t, torch.zeros_like(x_t), schedule)
        return (x_t - signal) / q_sample(torch.zeros_like(x_t), t, torch.ones_like(x_t), schedule)
    return prediction.clone()


@alternative("nb3.ddim_step")
def as_a_rescaling(model, x_t, t, t_prev, schedule):
    left = schedule.alpha_bar[t].item()
    before = schedule.alpha_bar[t_prev].item() if t_prev >= 0 else 1.0
    eps = model(x_t, torch.full((len(x_t),), t))
    ratio = math.sqrt(before / left)
    return ratio * x_t + (math.sqrt(1 - before) - ratio * math.sqrt(1 - left)) * eps


@alternative("nb3.ddim_step")
def with_a_longer_table(model, x_t, t, t_prev, schedule):
    table = torch.cat([torch.ones(1), schedule.alpha_bar])
    left, before = table[t + 1], table[t_prev + 1]
    eps = model(x_t, torch.tensor([t]).expand(len(x_t)))
    return before.sqrt() * (x_t - (1 - left).sqrt() * eps) / left.sqrt() + (1 - before).sqrt() * eps
