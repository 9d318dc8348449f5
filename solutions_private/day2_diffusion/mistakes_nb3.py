"""Wrong answers to NB3, each with the sentence a tutor would say."""

import torch
import torch.nn.functional as F

from genweek.making.variants import mistake

# ---- compute_alpha_cumprod ----


@mistake(
    "nb3.compute_alpha_cumprod",
    "Take the product of (1 - beta); do not subtract the product of the betas from 1.",
)
def one_minus_the_product_of_betas(betas):
    return 1 - torch.cumprod(betas, 0)


@mistake("nb3.compute_alpha_cumprod", "That is alpha_t, of one step; alpha_bar_t is the product of all alphas up to t.")
def alphas_only(betas):
    return 1 - betas


@mistake("nb3.compute_alpha_cumprod", "Return alpha_bar itself; the root is taken where it is used.")
def with_root(betas):
    return torch.cumprod(1 - betas, 0).sqrt()


@mistake(
    "nb3.compute_alpha_cumprod",
    "Shifted by one: entry t leaves out step t itself. That is alpha_bar of the step before.",
)
def shifted(betas):
    return torch.cat([torch.ones(1), torch.cumprod(1 - betas, 0)[:-1]])


@mistake(
    "nb3.compute_alpha_cumprod",
    "One entry too many: T steps have T values, and the 1 before the first step is no entry.",
)
def one_entry_more(betas):
    return torch.cat([torch.ones(1), torch.cumprod(1 - betas, 0)])


@mistake("nb3.compute_alpha_cumprod", "The schedule is reversed: the product starts with the first beta.")
def reversed_schedule(betas):
    return torch.cumprod(1 - betas.flip(0), 0)


@mistake("nb3.compute_alpha_cumprod", "A power of one alpha is the product only if all betas are the same.")
def power(betas):
    return (1 - betas) ** torch.arange(1, len(betas) + 1)


@mistake("nb3.compute_alpha_cumprod", "The alphas are multiplied, not added.")
def sum_of_alphas(betas):
    return torch.cumsum(1 - betas, 0)


@mistake(
    "nb3.compute_alpha_cumprod",
    "Subtracting the betas from 1 one after the other is right to first order only: multiply.",
)
def one_minus_the_sum(betas):
    return 1 - torch.cumsum(betas, 0)


@mistake("nb3.compute_alpha_cumprod", "That multiplies the betas. First turn each beta into its alpha.")
def product_of_betas(betas):
    return torch.cumprod(betas, 0)


@mistake(
    "nb3.compute_alpha_cumprod",
    "One number for the whole schedule is too little: keep the product after every step.",
)
def only_the_last(betas):
    return torch.prod(1 - betas)


@mistake("nb3.compute_alpha_cumprod", "The values are right, but betas itself was changed: the caller still needs it.")
def changes_the_betas(betas):
    return torch.cumprod(betas.neg_().add_(1), 0)


@mistake("nb3.compute_alpha_cumprod", "That is the share of noise; alpha_bar is the share of the data that is left.")
def noise_share(betas):
    return 1 - torch.cumprod(1 - betas, 0)


@mistake(
    "nb3.compute_alpha_cumprod", "The values are right, but in float64: keep the dtype of betas, or networks refuse x_t."
)
def in_another_dtype(betas):
    return torch.cumprod(1 - betas.double(), 0)


@mistake("nb3.compute_alpha_cumprod", "These are logarithms of what is left: take exp in the end.")
def in_logs(betas):
    return torch.cumsum(torch.log(1 - betas), 0)


# ---- q_sample ----


@mistake("nb3.q_sample", "Square roots: the variances add to 1, not the coefficients.")
def coefficients_without_roots(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return left * x0 + (1 - left) * noise


@mistake("nb3.q_sample", "The coefficients are swapped: at t = 0, x_t must be almost x0.")
def swapped(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return (1 - left).sqrt() * x0 + left.sqrt() * noise


@mistake("nb3.q_sample", "The coefficient of the data needs a square root, too.")
def signal_without_root(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return left * x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "The coefficient of the noise needs a square root, too.")
def noise_without_root(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left) * noise


@mistake("nb3.q_sample", "The root of (1 - alpha_bar) is not 1 minus the root of alpha_bar.")
def root_of_the_difference(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left.sqrt()) * noise


@mistake("nb3.q_sample", "That is one forward step, from x_{t-1} to x_t; the jump from x0 uses alpha_bar.")
def one_step_only(x0, t, noise, schedule):
    shape = (-1, *[1] * (x0.ndim - 1))
    return schedule.alphas[t].view(shape).sqrt() * x0 + schedule.betas[t].view(shape).sqrt() * noise


@mistake("nb3.q_sample", "(B, 1) fits points in the plane; images need one trailing axis of length 1 per further axis.")
def for_points_only(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, 1)
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "Four axes fit images; points in the plane have two. Let the number of axes follow from x0.")
def for_images_only(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, 1, 1, 1)
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake(
    "nb3.q_sample",
    "alpha_bar[t] has shape (B,), and broadcasting aligns it with the last axis: give it trailing axes.",
)
def without_trailing_axes(x0, t, noise, schedule):
    left = schedule.alpha_bar[t]
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "Use the noise you were given: the loss compares the prediction with exactly this noise.")
def fresh_noise(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left).sqrt() * torch.randn_like(x0)


@mistake("nb3.q_sample", "Every example has its own noise; here the first one's noise is used for all.")
def one_noise_for_all(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left).sqrt() * noise[:1]


@mistake("nb3.q_sample", "Every example has its own t; here the first one's t is used for all.")
def one_step_for_all(x0, t, noise, schedule):
    left = schedule.alpha_bar[t[0]]
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "DDPM also shrinks x0; without that the variance explodes.")
def variance_exploding(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "Use the schedule that was passed in, not a formula of your own.")
def own_schedule(x0, t, noise, schedule):
    shape = (-1, *[1] * (x0.ndim - 1))
    decay = torch.exp(-t.float() / len(schedule.betas)).view(shape)
    return decay * x0 + (1 - schedule.alpha_bar[t].view(shape)).sqrt() * noise


@mistake("nb3.q_sample", "The noise is added, not subtracted: a network trained on this learns the opposite sign.")
def minus_the_noise(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 - (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "Off by one: t counts from 0, so entry t of alpha_bar already belongs to step t.")
def one_step_early(x0, t, noise, schedule):
    left = schedule.alpha_bar[(t - 1).clamp(min=0)].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake(
    "nb3.q_sample",
    "The noise of a single step is beta; after a jump from x0 the noise of all steps has added up.",
)
def noise_of_one_step(x0, t, noise, schedule):
    shape = (-1, *[1] * (x0.ndim - 1))
    return schedule.alpha_bar[t].view(shape).sqrt() * x0 + schedule.betas[t].view(shape).sqrt() * noise


@mistake("nb3.q_sample", "alpha_bar is the running product already; it must not be multiplied up again.")
def product_of_products(x0, t, noise, schedule):
    left = torch.cumprod(schedule.alpha_bar, 0)[t].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "The data have been shrunk by all steps so far: that is alpha_bar, not alpha.")
def shrunk_by_one_step(x0, t, noise, schedule):
    shape = (-1, *[1] * (x0.ndim - 1))
    return schedule.alphas[t].view(shape).sqrt() * x0 + (1 - schedule.alpha_bar[t].view(shape)).sqrt() * noise


@mistake("nb3.q_sample", "The value is right, but x0 itself was changed: the caller still needs it.")
def changes_x0(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return x0.mul_(left.sqrt()).add_((1 - left).sqrt() * noise)


@mistake("nb3.q_sample", "Only the shrunken data are there: the noise is missing.")
def without_noise(x0, t, noise, schedule):
    return schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1)).sqrt() * x0


@mistake("nb3.q_sample", "The schedule runs backwards: t = 0 must be nearly clean.")
def backwards(x0, t, noise, schedule):
    left = schedule.alpha_bar.flip(0)[t].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "Return x_t alone: the caller knows the noise that it passed in.")
def returns_the_noise_too(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left).sqrt() * noise, noise


@mistake("nb3.q_sample", "Off by one: t counts from 0, so entry t of alpha_bar already belongs to step t.")
def index_of_the_step_before(x0, t, noise, schedule):
    left = schedule.alpha_bar[t - 1].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "The value is right, but in float64: keep the dtype of x0, or networks refuse x_t.")
def x_t_in_another_dtype(x0, t, noise, schedule):
    left = schedule.alpha_bar.double()[t].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "Data may lie anywhere: x_t is not clipped.")
def x_t_clipped(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return (left.sqrt() * x0 + (1 - left).sqrt() * noise).clamp(-10, 10)


@mistake("nb3.q_sample", "Off by one: t counts from 0, so entry t of alpha_bar already belongs to step t.")
def one_late(x0, t, noise, schedule):
    left = schedule.alpha_bar[(t + 1).clamp(max=len(schedule.betas) - 1)].view(-1, *[1] * (x0.ndim - 1))
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake("nb3.q_sample", "Square roots: the variances add to 1, not the coefficients.")
def squares(x0, t, noise, schedule):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return left**2 * x0 + (1 - left) ** 2 * noise


# ---- time_embedding ----


@mistake(
    "nb3.time_embedding",
    "With t scaled to [0, 1] neighbouring steps look the same: the frequencies are made for whole steps.",
)
def scaled_time(t, dim):
    half = dim // 2
    angles = (t / 100)[:, None] * 10000 ** (-torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "The axes are swapped: the batch comes first, one row per step.")
def swapped_axes(t, dim):
    half = dim // 2
    angles = t[None] * (10000 ** (-torch.arange(half) / half))[:, None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "Sines and cosines go side by side: join the tables along the columns, not the rows.")
def below_each_other(t, dim):
    half = dim // 2
    angles = t[:, None] * 10000 ** (-torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=0)


@mistake("nb3.time_embedding", "stack makes a new axis; the result should be one table (B, dim).")
def stacked(t, dim):
    half = dim // 2
    angles = t[:, None] * 10000 ** (-torch.arange(half) / half)
    return torch.stack([angles.sin(), angles.cos()], dim=1)


@mistake(
    "nb3.time_embedding",
    "Half of the columns are cosines: sines alone cannot tell a rising from a falling clock.",
)
def sines_twice(t, dim):
    half = dim // 2
    angles = t[:, None] * 10000 ** (-torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.sin()], dim=1)


@mistake("nb3.time_embedding", "These are the angles themselves; the sines and cosines are missing.")
def bare_angles(t, dim):
    half = dim // 2
    angles = t[:, None] * 10000 ** (-torch.arange(half) / half)
    return torch.cat([angles, angles], dim=1)


@mistake(
    "nb3.time_embedding",
    "Twice too wide: dim is the number of columns in the end, so there are dim/2 frequencies.",
)
def twice_as_wide(t, dim):
    angles = t[:, None] * 10000 ** (-torch.arange(dim) / dim)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "The sign of the exponent: frequencies fall from 1 to about 1/10000.")
def rising_frequencies(t, dim):
    half = dim // 2
    angles = t[:, None] * 10000 ** (torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake(
    "nb3.time_embedding",
    "The exponent divides by the number of frequencies, dim/2, not by dim: your clocks stop at 1/100.",
)
def exponent_over_dim(t, dim):
    angles = t[:, None] * 10000 ** (-torch.arange(dim // 2) / dim)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "The base of the frequencies is 10000.")
def another_base(t, dim):
    half = dim // 2
    angles = t[:, None] * 1000 ** (-torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "Integer division makes whole-number exponents, so frequencies repeat: use / for them.")
def integer_division(t, dim):
    half = dim // 2
    angles = t[:, None] * 10000.0 ** (-torch.arange(half) // half)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "A row may depend on its own t alone: do not divide by the largest t of the batch.")
def scaled_by_the_batch(t, dim):
    half = dim // 2
    angles = (t / t.max().clamp(min=1))[:, None] * 10000 ** (-torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake(
    "nb3.time_embedding",
    "The frequencies fall geometrically, by the same factor from each to the next, not along a line.",
)
def linear_frequencies(t, dim):
    angles = t[:, None] * torch.linspace(1, 1e-4, dim // 2)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "The exponent runs to 2: i counts the frequencies, and i/(dim/2) is the exponent itself.")
def doubled_exponents(t, dim):
    half = dim // 2
    angles = t[:, None] * 10000 ** (-2 * torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "The exponent runs to 2: i counts the frequencies, and i/(dim/2) is the exponent itself.")
def doubled_exponents_interleaved(t, dim):
    angles = t[:, None] / 10000 ** (2 * torch.arange(0, dim, 2) / dim)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


@mistake("nb3.time_embedding", "The values are right, but in float64: the network's layers want float32.")
def embedding_in_another_dtype(t, dim):
    half = dim // 2
    angles = t.double()[:, None] * 10000 ** (-torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "The base of the frequencies is 10000.")
def base_e(t, dim):
    half = dim // 2
    angles = t[:, None] * torch.exp(-torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "No factor 2 pi: an angle is the step times the frequency.")
def two_pi(t, dim):
    half = dim // 2
    angles = 2 * torch.pi * t[:, None] * 10000 ** (-torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=1)


@mistake("nb3.time_embedding", "t needs a trailing axis: the table has a row for each step and a column for each frequency.")
def no_axis(t, dim):
    half = dim // 2
    angles = t * 10000 ** (-torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], dim=0)


# ---- diffusion_loss ----


@mistake("nb3.diffusion_loss", "The network predicts the noise: compare its answer with the noise, not with x0.")
def target_x0(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), x0)


@mistake("nb3.diffusion_loss", "Feed the noisy x_t to the network, not the clean x0.")
def clean_input(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(x0, t), noise)


@mistake("nb3.diffusion_loss", "The target is the noise, not x_t.")
def target_x_t(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    x_t = q_sample(x0, t, noise, schedule)
    return F.mse_loss(model(x_t, t), x_t)


@mistake("nb3.diffusion_loss", "A mean, not a sum: otherwise the loss grows with the batch.")
def summed(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t) - noise).square().sum()


@mistake("nb3.diffusion_loss", "Return a single number: average over the examples as well.")
def one_per_example(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t) - noise).square().flatten(1).mean(1)


@mistake("nb3.diffusion_loss", "Average over the coordinates too, so that a model which answers 0 pays 1.")
def sum_over_coordinates(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t) - noise).square().flatten(1).sum(1).mean()


@mistake("nb3.diffusion_loss", "One t for the whole batch: draw one per example, or the gradient is very noisy.")
def one_step_per_batch(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (1,)).expand(len(x0)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake(
    "nb3.diffusion_loss",
    "The steps end at T - 1; clamping draws beyond it makes the last step twice as frequent.",
)
def last_step_twice(model, x0, schedule, t=None, noise=None):
    steps = len(schedule.betas)
    t = torch.randint(steps + 1, (len(x0),)).clamp(max=steps - 1) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake(
    "nb3.diffusion_loss",
    "t = T is out of range, an IndexError that appears only sometimes: the largest step is T - 1.",
)
def one_step_too_far(model, x0, schedule, t=None, noise=None):
    t = torch.randint(1, len(schedule.betas) + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "t = 0 is never trained, but it is the last step of sampling.")
def never_step_zero(model, x0, schedule, t=None, noise=None):
    t = torch.randint(1, len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "The last step, T - 1, is never drawn: the upper end of randint is excluded already.")
def never_the_last_step(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas) - 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "The loss is minimised, so a worse prediction must cost more: mind the sign.")
def negative(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return -F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake(
    "nb3.diffusion_loss",
    "The number is right, but no gradient reaches the model: no_grad, detach and item belong elsewhere.",
)
def without_gradient(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    with torch.no_grad():
        predicted = model(q_sample(x0, t, noise, schedule), t)
    return F.mse_loss(predicted, noise)


@mistake(
    "nb3.diffusion_loss",
    "The number is right, but no gradient reaches the model: no_grad, detach and item belong elsewhere.",
)
def as_a_float(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise).item()


@mistake("nb3.diffusion_loss", "Noise from the unit interval is never negative: draw it from a standard normal.")
def uniform_noise(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.rand_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake(
    "nb3.diffusion_loss",
    "The prediction is compared with another draw than the noise in x_t: draw it once and use it twice.",
)
def two_noises(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    mixed = torch.randn_like(x0) if noise is None else noise
    target = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, mixed, schedule), t), target)


@mistake("nb3.diffusion_loss", "The argument t is ignored: draw steps only where t is None.")
def ignores_the_given_step(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),))
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "The argument noise is ignored: draw noise only where it is None.")
def ignores_the_given_noise(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0)
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "Squared differences, not absolute ones: the best answer must be the mean of the noise.")
def absolute_differences(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.l1_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "The mean squared error itself, without a square root.")
def root_mean_square(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise).sqrt()


@mistake(
    "nb3.diffusion_loss",
    "The model expects the step as a whole number, as it will get it when sampling: do not divide by T.",
)
def scaled_step(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t / len(schedule.betas)), noise)


@mistake("nb3.diffusion_loss", "One noise is shared by the whole batch: draw as many numbers as x0 has.")
def shared_noise(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0[:1]).expand_as(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "Steps are drawn at random; in turn, a small batch never sees the late ones.")
def steps_in_turn(model, x0, schedule, t=None, noise=None):
    t = torch.arange(len(x0)) % len(schedule.betas) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake(
    "nb3.diffusion_loss",
    "Jump to x_t with q_sample: adding noise of the same size at every step is not the forward process.",
)
def plain_addition(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(x0 + noise, t), noise)


@mistake("nb3.diffusion_loss", "Return the loss alone.")
def loss_and_prediction(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    predicted = model(q_sample(x0, t, noise, schedule), t)
    return F.mse_loss(predicted, noise), predicted


@mistake("nb3.diffusion_loss", "The target is drawn anew: compare the prediction with the very noise that went into x_t.")
def target_redrawn(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), torch.randn_like(noise))


@mistake("nb3.diffusion_loss", "The squared error itself: a Huber loss grows more slowly where the error is large.")
def smooth_l1(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.smooth_l1_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "The squared error itself: a Huber loss grows more slowly where the error is large.")
def huber(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.huber_loss(model(q_sample(x0, t, noise, schedule), t), noise, delta=0.1)


@mistake("nb3.diffusion_loss", "No factor one half: the mean of the squares itself.")
def half_the_squares(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return 0.5 * F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "Average over the coordinates too, so that a model which answers 0 pays 1.")
def sum_over_the_last_axis(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t) - noise).square().sum(-1).mean()


@mistake("nb3.diffusion_loss", "Average over the coordinates too, so that a model which answers 0 pays 1.")
def sum_over_the_first_coordinates(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t) - noise).square().sum(1).mean()


@mistake("nb3.diffusion_loss", "Average over the coordinates too, so that a model which answers 0 pays 1.")
def sum_over_the_batch_size(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise, reduction="sum") / len(x0)


@mistake("nb3.diffusion_loss", "len(schedule) is 3, for its three arrays: the number of steps is schedule.num_steps.")
def length_of_the_tuple(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake(
    "nb3.diffusion_loss",
    "A whole tensor is neither true nor false, so `or` and `not` cannot be used: compare with None, by `is`.",
)
def step_or_a_draw(model, x0, schedule, t=None, noise=None):
    t = t or torch.randint(len(schedule.betas), (len(x0),))
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake(
    "nb3.diffusion_loss", "The noise is drawn in float64, and the network refuses it: randn_like(x0) has the right dtype."
)
def noise_in_float64(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn(x0.shape, dtype=torch.float64) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "Two examples share each noise: draw as many numbers as x0 has.")
def one_noise_for_two_halves(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    if noise is None:
        noise = torch.randn_like(x0[: (len(x0) + 1) // 2]).repeat(2, *[1] * (x0.ndim - 1))[: len(x0)]
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "The number of steps follows from the schedule; yours is written into the code.")
def a_hundred_steps(model, x0, schedule, t=None, noise=None):
    t = torch.randint(100, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "The network has to be told the step as well: model(x_t, t).")
def model_without_t(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule)), noise)


@mistake("nb3.diffusion_loss", "The network is called as model(x_t, t): the points come first.")
def model_swapped(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(t, q_sample(x0, t, noise, schedule)), noise)


@mistake(
    "nb3.diffusion_loss",
    "A whole tensor is neither true nor false, so `or` and `not` cannot be used: compare with None, by `is`.",
)
def noise_or_draw(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = noise or torch.randn_like(x0)
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake(
    "nb3.diffusion_loss",
    "A whole tensor is neither true nor false, so `or` and `not` cannot be used: compare with None, by `is`.",
)
def if_not_t(model, x0, schedule, t=None, noise=None):
    if not t:
        t = torch.randint(len(schedule.betas), (len(x0),))
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "All numbers of an example share one noise: draw as many numbers as x0 has.")
def one_noise_number_per_row(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn(len(x0), *[1] * (x0.ndim - 1)).expand_as(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb3.diffusion_loss", "Jump to x_t with q_sample: the coefficients here lack their square roots.")
def own_forward(model, x0, schedule, t=None, noise=None):
    t = torch.randint(len(schedule.betas), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = schedule.alpha_bar[t].view(-1, *[1] * (x0.ndim - 1))
    return F.mse_loss(model(left * x0 + (1 - left) * noise, t), noise)


# ---- p_sample ----


@mistake("nb3.p_sample", "The factor 1/sqrt(alpha_t) in front is missing.")
def without_the_factor(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The factor in front is 1/sqrt(alpha_t), of this one step, not alpha_bar_t.")
def bar_in_front(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alpha_bar[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The predicted noise is divided by the square root of (1 - alpha_bar).")
def no_root_below(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]) * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "Subtract the predicted noise: a step back takes noise out.")
def adds_the_prediction(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t + schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "Divide by sqrt(alpha_t): the forward step multiplied by it.")
def multiplies_by_alpha(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) * schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "No noise at the last step, t = 0: otherwise you return a noisy sample.")
def noise_at_the_last_step(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "t counts from 0, so the last step is t = 0; noise is still needed at t = 1.")
def no_noise_at_step_one(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 1) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "You never add noise, so all samples drift to the same places.")
def never_noise(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    return (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()


@mistake("nb3.p_sample", "Multiply the noise by sigma_t, the square root of beta_t, not by the variance.")
def variance_for_sigma(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t] * noise


@mistake(
    "nb3.p_sample",
    "sigma_t^2 is beta_t, the noise of one step; 1 - alpha_bar_t is the noise of all steps so far.",
)
def noise_of_all_steps(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * (1 - schedule.alpha_bar[t]).sqrt() * noise


@mistake("nb3.p_sample", "Gaussian noise: rand is uniform and never negative.")
def uniform_steps(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.rand_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The network must be told the current t: it gets 0 in every step.")
def always_step_zero(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.zeros(len(x_t), dtype=torch.long))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The network is told t + 1, but it was trained with steps that count from 0.")
def one_step_ahead(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t + 1))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake(
    "nb3.p_sample",
    "The network expects t as a tensor of shape (B,), one step per example, not as a single number.",
)
def bare_integer(model, x_t, t, schedule, noise=None):
    eps = model(x_t, t)
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "In the posterior mean, the coefficient of x0 uses alpha_bar of the step before.")
def posterior_mean_of_the_wrong_step(model, x_t, t, schedule, noise=None):
    left, alpha, beta = schedule.alpha_bar[t], schedule.alphas[t], schedule.betas[t]
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.tensor(1.0)
    x0 = (x_t - (1 - left).sqrt() * model(x_t, torch.full((len(x_t),), t))) / left.sqrt()
    mean = left.sqrt() * beta / (1 - left) * x0 + alpha.sqrt() * (1 - before) / (1 - left) * x_t
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * beta.sqrt() * noise


@mistake("nb3.p_sample", "In the posterior mean, alpha_bar before step 0 is 1; index -1 reads the last step instead.")
def index_minus_one(model, x_t, t, schedule, noise=None):
    left, alpha, beta = schedule.alpha_bar[t], schedule.alphas[t], schedule.betas[t]
    before = schedule.alpha_bar[t - 1]
    x0 = (x_t - (1 - left).sqrt() * model(x_t, torch.full((len(x_t),), t))) / left.sqrt()
    mean = before.sqrt() * beta / (1 - left) * x0 + alpha.sqrt() * (1 - before) / (1 - left) * x_t
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * beta.sqrt() * noise


@mistake("nb3.p_sample", "The argument noise is ignored: draw noise only where it is None.")
def ignores_the_noise(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    return mean + (t > 0) * schedule.betas[t].sqrt() * torch.randn_like(x_t)


@mistake("nb3.p_sample", "Where noise is None it must be drawn; you add noise only when it is passed in.")
def draws_nothing(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    return mean if noise is None or t == 0 else mean + schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The predicted noise has the weight beta_t / sqrt(1 - alpha_bar_t): beta_t is missing.")
def weight_without_beta(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - eps / (1 - schedule.alpha_bar[t]).sqrt()) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake(
    "nb3.p_sample",
    "That takes out all the noise at once and returns the predicted x0; one step takes out a little.",
)
def all_at_once(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alpha_bar[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The noise is added after the division by sqrt(alpha_t), not inside the bracket.")
def noise_inside_the_bracket(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    noise = torch.randn_like(x_t) if noise is None else noise
    inside = x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps
    return (inside + (t > 0) * schedule.betas[t].sqrt() * noise) / schedule.alphas[t].sqrt()


@mistake("nb3.p_sample", "The right step, but x_t itself was changed: the caller still needs it.")
def changes_x_t(model, x_t, t, schedule, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    eps = model(x_t, torch.full((len(x_t),), t))
    x_t.sub_(schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps).div_(schedule.alphas[t].sqrt())
    return x_t + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "One noise is shared by the whole batch: draw as many numbers as x_t has.")
def one_noise_for_the_batch(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t[:1]) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "You use 1 - alpha where 1 - alpha_bar is wanted, under the root.")
def alpha_below(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alphas[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The posterior variance is a variance: take its square root before it multiplies the noise.")
def posterior_variance_for_sigma(model, x_t, t, schedule, noise=None):
    left = schedule.alpha_bar[t]
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.tensor(1.0)
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - left).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + schedule.betas[t] * (1 - before) / (1 - left) * noise


@mistake("nb3.p_sample", "The factor in front is 1/sqrt(alpha_t): the root is missing.")
def one_over_alpha(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t]
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The predicted x0 is clipped to [-1, 1]: that is for pixels, and these data lie anywhere.")
def clipped_estimate(model, x_t, t, schedule, noise=None):
    left, alpha, beta = schedule.alpha_bar[t], schedule.alphas[t], schedule.betas[t]
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.tensor(1.0)
    x0 = (x_t - (1 - left).sqrt() * model(x_t, torch.full((len(x_t),), t))) / left.sqrt()
    mean = before.sqrt() * beta / (1 - left) * x0.clamp(-1, 1) + alpha.sqrt() * (1 - before) / (1 - left) * x_t
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * beta.sqrt() * noise


@mistake("nb3.p_sample", "The predicted x0 is clipped to [-1, 1]: that is for pixels, and these data lie anywhere.")
def clipped_estimate_small_sigma(model, x_t, t, schedule, noise=None):
    left, alpha, beta = schedule.alpha_bar[t], schedule.alphas[t], schedule.betas[t]
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.tensor(1.0)
    x0 = ((x_t - (1 - left).sqrt() * model(x_t, torch.full((len(x_t),), t))) / left.sqrt()).clamp(-1, 1)
    mean = before.sqrt() * beta / (1 - left) * x0 + alpha.sqrt() * (1 - before) / (1 - left) * x_t
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (beta * (1 - before) / (1 - left)).sqrt() * noise


@mistake("nb3.p_sample", "Return x_{t-1} alone.")
def step_and_prediction(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise, eps


@mistake("nb3.p_sample", "Two rows share each noise: draw as many numbers as x_t has.")
def one_noise_for_two_halves(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    if noise is None:
        noise = torch.randn_like(x_t[: (len(x_t) + 1) // 2]).repeat(2, *[1] * (x_t.ndim - 1))[: len(x_t)]
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The noise is drawn in float64, and the network refuses the next x_t: randn_like(x_t) fits.")
def noise_in_float64(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn(x_t.shape, dtype=torch.float64) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The predicted noise has the weight beta_t / sqrt(1 - alpha_bar_t): the division is missing.")
def weight_is_beta(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The predicted noise has the weight beta_t / sqrt(1 - alpha_bar_t): there is no root above.")
def root_of_beta_in_the_weight(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t].sqrt() / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The other way round: noise is added in every step but the last one, t = 0.")
def noise_only_at_zero(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t == 0) * schedule.betas[t].sqrt() * noise


@mistake(
    "nb3.p_sample", "Below the predicted noise stands the root of 1 - alpha_bar_t, the noise so far, not of alpha_bar_t."
)
def alpha_bar_below(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / schedule.alpha_bar[t].sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The factor 1/sqrt(alpha_t) belongs to the whole bracket, x_t included.")
def factor_on_the_second(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake(
    "nb3.p_sample", "The predicted noise has the weight beta_t / sqrt(1 - alpha_bar_t): beta_t is 1 - alpha_t, not alpha_t."
)
def alpha_for_beta(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.alphas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "sigma_t^2 is beta_t, the noise of one step; alpha_t is what is left of the signal.")
def sigma_is_alpha(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.alphas[t].sqrt() * noise


@mistake("nb3.p_sample", "The noise is multiplied by sigma_t, the square root of beta_t.")
def unit_noise(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * noise


@mistake(
    "nb3.p_sample", "A whole tensor is neither true nor false, so `or` and `not` cannot be used: compare with None, by `is`."
)
def noise_or(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = noise or torch.randn_like(x_t)
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


@mistake("nb3.p_sample", "The network expects t as a tensor of shape (B,), one step per example, not as a single number.")
def step_without_axes(model, x_t, t, schedule, noise=None):
    eps = model(x_t, torch.tensor(t))
    mean = (x_t - schedule.betas[t] / (1 - schedule.alpha_bar[t]).sqrt() * eps) / schedule.alphas[t].sqrt()
    noise = torch.randn_like(x_t) if noise is None else noise
    return mean + (t > 0) * schedule.betas[t].sqrt() * noise


# ---- p_sample_loop ----


@mistake("nb3.p_sample_loop", "The loop stops at t = 1: the step t = 0 is missing.")
def without_step_zero(model, shape, schedule):
    x = torch.randn(shape)
    for t in range(len(schedule.betas) - 1, 0, -1):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "Start from a standard normal: there are no data in x_T yet, and it is not 0.")
def starts_at_zero(model, shape, schedule):
    x = torch.zeros(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "randn, not rand, for the start: uniform noise is never negative.")
def starts_uniform(model, shape, schedule):
    x = torch.rand(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "The start has the variance 1; yours is scaled by the noise of a single step.")
def starts_with_beta(model, shape, schedule):
    x = schedule.betas[-1].sqrt() * torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "The start has the variance 1; yours is twice as wide.")
def starts_too_wide(model, shape, schedule):
    x = 2 * torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "The way back starts at the noisiest step: t runs down from T - 1, not up from 0.")
def forwards(model, shape, schedule):
    x = torch.randn(shape)
    for t in range(len(schedule.betas)):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "Steps count from 0 to T - 1: index T does not exist.")
def papers_counting(model, shape, schedule):
    x = torch.randn(shape)
    for t in range(len(schedule.betas), 0, -1):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "The number of steps follows from the schedule; yours is written into the code.")
def a_hundred_steps(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(100)):
        x = p_sample(model, x, min(t, len(schedule.betas) - 1), schedule)
    return x


@mistake("nb3.p_sample_loop", "The first step back, from t = T - 1, is missing.")
def without_the_first_step(model, shape, schedule):
    x = torch.randn(shape)
    for t in range(len(schedule.betas) - 2, -1, -1):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "Return the last sample alone, not the whole way.")
def returns_the_way(model, shape, schedule):
    xs = [torch.randn(shape)]
    for t in reversed(range(len(schedule.betas))):
        xs.append(p_sample(model, xs[-1], t, schedule))
    return torch.stack(xs)


@mistake("nb3.p_sample_loop", "Every step starts from the first noise again: hand the result of each step to the next.")
def never_moves_on(model, shape, schedule):
    start = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, start, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "Fresh noise is drawn as x in every round: draw the start once, before the loop.")
def starts_anew(model, shape, schedule):
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, torch.randn(shape), t, schedule)
    return x


@mistake("nb3.p_sample_loop", "The result of the step is thrown away, so pure noise is returned.")
def throws_it_away(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "The noise of every step is set to 0: let p_sample draw it.")
def without_fresh_noise(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule, noise=torch.zeros(shape))
    return x


@mistake("nb3.p_sample_loop", "Noise is added once more after the last step: x_0 must stay clean.")
def noisy_in_the_end(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x + torch.randn(shape)


@mistake("nb3.p_sample_loop", "Data need not lie in [-1, 1]: do not clip the samples.")
def clipped(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x.clamp(-1, 1)


@mistake("nb3.p_sample_loop", "Every other step is skipped, but p_sample goes back by one step only.")
def every_other_step(model, shape, schedule):
    x = torch.randn(shape)
    for t in range(len(schedule.betas) - 1, -1, -2):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "All samples start from the same noise: draw as many numbers as the shape asks for.")
def one_start_for_all(model, shape, schedule):
    x = torch.randn(1, *shape[1:]).repeat(shape[0], *[1] * (len(shape) - 1))
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "Only one step is taken: the return stands inside the loop.")
def returns_too_early(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
        return x


@mistake("nb3.p_sample_loop", "The last step is taken twice: t = 0 comes once.")
def step_zero_twice(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return p_sample(model, x, 0, schedule)


@mistake("nb3.p_sample_loop", "The same noise is used in every step: draw it anew each time, or let p_sample do so.")
def one_noise_for_all_steps(model, shape, schedule):
    x = start = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule, noise=start)
    return x


@mistake("nb3.p_sample_loop", "The sample is returned in another shape than was asked for.")
def flattened(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x.flatten()


@mistake("nb3.p_sample_loop", "len(schedule) is 3, for its three arrays: the number of steps is schedule.num_steps.")
def length_of_the_tuple(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "The start is drawn in float64, and the network refuses it.")
def start_in_float64(model, shape, schedule):
    x = torch.randn(shape, dtype=torch.float64)
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "randn, not rand, for the start: also around 0, a uniform start is no Gaussian one.")
def starts_uniform_around_zero(model, shape, schedule):
    x = 2 * torch.rand(shape) - 1
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "randn, not rand, for the start: also around 0, a uniform start is no Gaussian one.")
def starts_uniform_with_variance_one(model, shape, schedule):
    x = (torch.rand(shape) - 0.5) * 12**0.5
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "Two samples share each start: draw as many numbers as the shape asks for.")
def one_start_for_two_halves(model, shape, schedule):
    x = torch.randn((shape[0] + 1) // 2, *shape[1:]).repeat(2, *[1] * (len(shape) - 1))[: shape[0]]
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "p_sample takes t as one whole number for the batch, not as a tensor of steps.")
def tensor_steps(model, shape, schedule):
    x = torch.randn(shape)
    for t in torch.arange(len(schedule.betas)).flip(0):
        x = p_sample(model, x, t.expand(shape[0]), schedule)
    return x


@mistake("nb3.p_sample_loop", "Draw the start with the whole shape that was asked for, the number of samples included.")
def no_batch(model, shape, schedule):
    x = torch.randn(shape[1:])
    for t in reversed(range(len(schedule.betas))):
        x = p_sample(model, x, t, schedule)
    return x


@mistake("nb3.p_sample_loop", "Return the result of the last step, not what that step started from.")
def before_last(model, shape, schedule):
    x = torch.randn(shape)
    for t in reversed(range(len(schedule.betas))):
        before, x = x, p_sample(model, x, t, schedule)
    return before


# ---- leaping_schedule ----


@mistake(
    "nb3.leaping_schedule",
    "As in the colleague's function, a beta is the noise of a single step; a leap brings that of all the steps it takes.",
)
def betas_of_the_visited_steps(schedule, visited):
    return make_schedule(schedule.betas[visited])


@mistake(
    "nb3.leaping_schedule",
    "As in the colleague's function, a beta is the noise of a single step; a leap brings that of all the steps it takes.",
)
def alphas_of_the_visited_steps(schedule, visited):
    alphas = schedule.alphas[visited]
    return Schedule(1 - alphas, alphas, alphas.cumprod(0))


@mistake(
    "nb3.leaping_schedule",
    "As in the colleague's function, a beta is the noise of a single step; a leap brings that of all the steps it takes.",
)
def everything_indexed(schedule, visited):
    return Schedule(schedule.betas[visited], schedule.alphas[visited], schedule.alpha_bar[visited])


@mistake(
    "nb3.leaping_schedule",
    "As in the colleague's function, a beta is the noise of a single step; a leap brings that of all the steps it takes.",
)
def divided_by_the_step_before(schedule, visited):
    left = schedule.alpha_bar[visited]
    alphas = left / schedule.alpha_bar[visited - 1]
    return Schedule(1 - alphas, alphas, left)


@mistake("nb3.leaping_schedule", "A longer leap does not bring the beta times its length: the shares multiply.")
def times_the_gap(schedule, visited):
    gaps = torch.diff(visited, prepend=torch.tensor([-1]))
    return make_schedule((schedule.betas[visited] * gaps).clamp(max=0.999))


@mistake("nb3.leaping_schedule", "The betas of a leap are not added: what is left after each of its steps is multiplied.")
def betas_added(schedule, visited):
    total = schedule.betas.cumsum(0)[visited]
    return make_schedule(torch.diff(total, prepend=torch.zeros(1)))


@mistake("nb3.leaping_schedule", "Upside down: less is left after a leap than before it, so an alpha is below 1.")
def upside_down(schedule, visited):
    left = schedule.alpha_bar[visited]
    alphas = torch.cat([torch.ones(1), left[:-1]]) / left
    return Schedule(1 - alphas, alphas, left)


@mistake("nb3.leaping_schedule", "The order of the three arrays is betas, alphas, alpha_bar.")
def betas_and_alphas_swapped(schedule, visited):
    left = schedule.alpha_bar[visited]
    alphas = left / torch.cat([torch.ones(1), left[:-1]])
    return Schedule(alphas, 1 - alphas, left)


@mistake("nb3.leaping_schedule", "No root: alpha is a share of the variance, as alpha_bar is.")
def root_of_the_share(schedule, visited):
    left = schedule.alpha_bar[visited]
    alphas = (left / torch.cat([torch.ones(1), left[:-1]])).sqrt()
    return Schedule(1 - alphas, alphas, left)


@mistake("nb3.leaping_schedule", "The first leap is missing: it leads from the clean data, where 1 is left.")
def without_the_first_leap(schedule, visited):
    left = schedule.alpha_bar[visited]
    alphas = left[1:] / left[:-1]
    return Schedule(1 - alphas, alphas, left[1:])


@mistake(
    "nb3.leaping_schedule",
    "The first visited step need not be step 0: its leap leads from the clean data, where 1 is left.",
)
def first_beta_as_it_was(schedule, visited):
    left = schedule.alpha_bar[visited]
    alphas = torch.cat([schedule.alphas[visited[:1]], left[1:] / left[:-1]])
    return Schedule(1 - alphas, alphas, left)


@mistake("nb3.leaping_schedule", "1 - alpha_bar is the noise of all steps so far; a beta is that of one leap.")
def noise_so_far_for_betas(schedule, visited):
    left = schedule.alpha_bar[visited]
    return Schedule(1 - left, left, left)


@mistake(
    "nb3.leaping_schedule", "The noise of a leap is no difference of alpha_bar: it is what the leap takes of what was there."
)
def difference_of_shares(schedule, visited):
    left = schedule.alpha_bar[visited]
    betas = torch.cat([torch.ones(1), left[:-1]]) - left
    return Schedule(betas, 1 - betas, left)


@mistake("nb3.leaping_schedule", "Use the schedule that was passed in: this one is a new cosine of so many steps.")
def another_cosine(schedule, visited):
    return make_schedule(cosine_betas(len(visited)))


@mistake("nb3.leaping_schedule", "Use the visited steps that were passed in, not every fifth one.")
def every_fifth(schedule, visited):
    left = schedule.alpha_bar[4::5]
    alphas = left / torch.cat([torch.ones(1), left[:-1]])
    return Schedule(1 - alphas, alphas, left)


@mistake("nb3.leaping_schedule", "Return a Schedule with its three arrays, not the betas alone.")
def betas_alone(schedule, visited):
    left = schedule.alpha_bar[visited]
    return 1 - left / torch.cat([torch.ones(1), left[:-1]])


@mistake("nb3.leaping_schedule", "The betas are right, but alphas or alpha_bar do not belong to them.")
def old_alphas(schedule, visited):
    left = schedule.alpha_bar[visited]
    return Schedule(1 - left / torch.cat([torch.ones(1), left[:-1]]), schedule.alphas[visited], left)


@mistake("nb3.leaping_schedule", "The betas are right, but alphas or alpha_bar do not belong to them.")
def alpha_bar_of_all_steps(schedule, visited):
    left = schedule.alpha_bar[visited]
    alphas = left / torch.cat([torch.ones(1), left[:-1]])
    return Schedule(1 - alphas, alphas, schedule.alpha_bar)


# ---- Extensions ----


@mistake(
    "nb3.predicted_noise",
    "For x0: the signal is subtracted from x_t, and what remains is divided by the noise's coefficient.",
)
def x0_not_divided(prediction, x_t, t, schedule, target):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x_t.ndim - 1))
    return {
        "eps": prediction,
        "x0": x_t - left.sqrt() * prediction,
        "v": left.sqrt() * prediction + (1 - left).sqrt() * x_t,
    }[target]


@mistake("nb3.predicted_noise", "For v: the sign of x_t. Multiply out the sum, and see whether x0 cancels.")
def sign_of_v(prediction, x_t, t, schedule, target):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x_t.ndim - 1))
    return {
        "eps": prediction,
        "x0": (x_t - left.sqrt() * prediction) / (1 - left).sqrt(),
        "v": left.sqrt() * prediction - (1 - left).sqrt() * x_t,
    }[target]


@mistake("nb3.predicted_noise", "For v: that is the clean point x0, not the noise.")
def x0_of_v(prediction, x_t, t, schedule, target):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x_t.ndim - 1))
    return {
        "eps": prediction,
        "x0": (x_t - left.sqrt() * prediction) / (1 - left).sqrt(),
        "v": left.sqrt() * x_t - (1 - left).sqrt() * prediction,
    }[target]


@mistake(
    "nb3.predicted_noise",
    "The prediction is returned as it is, whatever the target: only for the noise is that right.",
)
def as_it_is(prediction, x_t, t, schedule, target):
    return prediction


@mistake("nb3.predicted_noise", "The coefficients are square roots of alpha_bar and of 1 - alpha_bar.")
def without_roots(prediction, x_t, t, schedule, target):
    left = schedule.alpha_bar[t].view(-1, *[1] * (x_t.ndim - 1))
    return {"eps": prediction, "x0": (x_t - left * prediction) / (1 - left), "v": left * prediction + (1 - left) * x_t}[
        target
    ]


@mistake("nb3.ddim_step", "Add the predicted noise for the earlier step: the clean point alone is no x_s.")
def without_the_direction(model, x_t, t, t_prev, schedule):
    left = schedule.alpha_bar[t]
    before = schedule.alpha_bar[t_prev] if t_prev >= 0 else torch.tensor(1.0)
    eps = model(x_t, torch.full((len(x_t),), t))
    return before.sqrt() * (x_t - (1 - left).sqrt() * eps) / left.sqrt()


@mistake("nb3.ddim_step", "DDIM uses the predicted noise again; fresh noise makes it another sampler.")
def with_fresh_noise(model, x_t, t, t_prev, schedule):
    left = schedule.alpha_bar[t]
    before = schedule.alpha_bar[t_prev] if t_prev >= 0 else torch.tensor(1.0)
    eps = model(x_t, torch.full((len(x_t),), t))
    return before.sqrt() * (x_t - (1 - left).sqrt() * eps) / left.sqrt() + (1 - before).sqrt() * torch.randn_like(x_t)


@mistake("nb3.ddim_step", "Scale the clean point by the root of alpha_bar of the earlier step.")
def unscaled_x0(model, x_t, t, t_prev, schedule):
    left = schedule.alpha_bar[t]
    before = schedule.alpha_bar[t_prev] if t_prev >= 0 else torch.tensor(1.0)
    eps = model(x_t, torch.full((len(x_t),), t))
    return (x_t - (1 - left).sqrt() * eps) / left.sqrt() + (1 - before).sqrt() * eps


@mistake(
    "nb3.ddim_step",
    "Index -1 is the last step in Python; here it stands for the clean data, where alpha_bar is 1.",
)
def minus_one_is_the_last(model, x_t, t, t_prev, schedule):
    left, before = schedule.alpha_bar[t], schedule.alpha_bar[t_prev]
    eps = model(x_t, torch.full((len(x_t),), t))
    return before.sqrt() * (x_t - (1 - left).sqrt() * eps) / left.sqrt() + (1 - before).sqrt() * eps


@mistake("nb3.ddim_step", "The noise is put back with the coefficient of step t; the earlier step has less.")
def noise_of_step_t(model, x_t, t, t_prev, schedule):
    left = schedule.alpha_bar[t]
    before = schedule.alpha_bar[t_prev] if t_prev >= 0 else torch.tensor(1.0)
    eps = model(x_t, torch.full((len(x_t),), t))
    return before.sqrt() * (x_t - (1 - left).sqrt() * eps) / left.sqrt() + (1 - left).sqrt() * eps


@mistake("nb3.ddim_step", "The step goes to t - 1, whatever t_prev is.")
def always_one_step(model, x_t, t, t_prev, schedule):
    left = schedule.alpha_bar[t]
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.tensor(1.0)
    eps = model(x_t, torch.full((len(x_t),), t))
    return before.sqrt() * (x_t - (1 - left).sqrt() * eps) / left.sqrt() + (1 - before).sqrt() * eps
