"""Wrong answers to Exam A on every paper, each with the sentence a tutor would say. `but` names the papers on which one is
right, or another mistake."""

import torch

from genweek.making.variants import mistake

# ---- compute_alpha_cumprod ----


@mistake(
    "examA.compute_alpha_cumprod",
    "1 - beta is the lab's alpha. Read what a beta is here, and find the factor in front of the picture.",
    but="plain amber",
)
def alpha_of_the_lab(betas):
    return torch.cat([torch.ones(1), torch.cumprod(1 - betas, dim=0)])


@mistake(
    "examA.compute_alpha_cumprod",
    "alpha is defined through the factor in front of the picture: is it the factor itself, or its square?",
)
def factor_and_square_exchanged(betas):
    return torch.cat([torch.ones(1), torch.cumprod({{wrong_alpha}}, dim=0)])


@mistake(
    "examA.compute_alpha_cumprod",
    "The table starts with the clean picture: alpha_bar_0 = 1, then one entry for each step, T + 1 in all.",
)
def without_the_leading_1(betas):
    return torch.cumprod({{alpha}}, dim=0)


@mistake("examA.compute_alpha_cumprod", "Shares are multiplied from step to step, not added.")
def summed(betas):
    return torch.cat([torch.ones(1), torch.cumsum({{alpha}}, dim=0)])


@mistake("examA.compute_alpha_cumprod", "The product up to t contains step t itself: your last entry lacks the last beta.")
def without_the_last_step(betas):
    return torch.cat([torch.ones(2), torch.cumprod({{alpha}}, dim=0)[:-1]])


@mistake("examA.compute_alpha_cumprod", "That is alpha_t of each step alone; alpha_bar_t is the product of all up to t.")
def each_step_alone(betas):
    return torch.cat([torch.ones(1), {{alpha}}])


@mistake("examA.compute_alpha_cumprod", "That is what is lost; alpha_bar is what is left.")
def what_is_lost(betas):
    return 1 - torch.cat([torch.ones(1), torch.cumprod({{alpha}}, dim=0)])


@mistake("examA.compute_alpha_cumprod", "Return alpha_bar itself: you have squared it once more.", but="dune")
def squared_once_more(betas):
    return torch.cat([torch.ones(1), torch.cumprod({{alpha}}, dim=0)]).square()


@mistake(
    "examA.compute_alpha_cumprod",
    "Return alpha_bar itself; a root is taken where it is used.",
    but="plain amber birch cobalt",
)
def with_a_root(betas):
    return torch.cat([torch.ones(1), torch.cumprod({{alpha}}, dim=0)]).sqrt()


# ---- q_sample ----


@mistake(
    "examA.q_sample",
    "N(mean, variance): the noise is multiplied by the standard deviation, which is the root of the variance.",
)
def variance_for_standard_deviation(x0, t, noise):
    left = spread(ALPHA_BAR[t], x0)
    return {{m}} + {{A}} * (x0 - {{m}}) + {{s}} * {{wrong_B}} * noise


@mistake(
    "examA.q_sample",
    "That is the lab's process. Here mean and variance are others: read them again.",
    but="plain",
)
def process_of_the_lab(x0, t, noise):
    left = spread(ALPHA_BAR[t], x0)
    return left.sqrt() * x0 + (1 - left).sqrt() * noise


@mistake("examA.q_sample", "The noise has the standard deviation c times the root, not the root alone.", but="plain")
def size_of_the_noise_forgotten(x0, t, noise):
    left = spread(ALPHA_BAR[t], x0)
    return {{m}} + {{A}} * (x0 - {{m}}) + {{B}} * noise


@mistake(
    "examA.q_sample", "The picture fades towards m: it is x0 - m that is multiplied, and m is added.", but="plain cobalt"
)
def centre_forgotten(x0, t, noise):
    left = spread(ALPHA_BAR[t], x0)
    return {{A}} * x0 + {{s}} * {{B}} * noise


@mistake("examA.q_sample", "The picture fades: the mean is not x0 itself.", but="cobalt")
def picture_not_faded(x0, t, noise):
    left = spread(ALPHA_BAR[t], x0)
    return x0 + {{s}} * {{B}} * noise


@mistake(
    "examA.q_sample", "One number per example, (B,), does not line up with (B, ...): spread() gives it the missing axes."
)
def without_spread(x0, t, noise):
    left = ALPHA_BAR[t]
    return {{m}} + {{A}} * (x0 - {{m}}) + {{s}} * {{B}} * noise


@mistake("examA.q_sample", "Four axes fit pictures; points have two. spread() looks at x0.")
def for_pictures_only(x0, t, noise):
    left = ALPHA_BAR[t].view(-1, 1, 1, 1)
    return {{m}} + {{A}} * (x0 - {{m}}) + {{s}} * {{B}} * noise


@mistake("examA.q_sample", "Every example has its own t: you use the first one for all.")
def one_step_for_all(x0, t, noise):
    left = spread(ALPHA_BAR[t[:1]], x0)
    return {{m}} + {{A}} * (x0 - {{m}}) + {{s}} * {{B}} * noise


@mistake("examA.q_sample", "The noise that is passed in must be used: you draw your own.")
def own_noise(x0, t, noise):
    left = spread(ALPHA_BAR[t], x0)
    return {{m}} + {{A}} * (x0 - {{m}}) + {{s}} * {{B}} * torch.randn_like(x0)


@mistake("examA.q_sample", "The table has an entry for step 0, so step t is entry t, not t - 1.")
def one_entry_too_early(x0, t, noise):
    left = spread(ALPHA_BAR[t - 1], x0)
    return {{m}} + {{A}} * (x0 - {{m}}) + {{s}} * {{B}} * noise


# ---- diffusion_loss ----


@mistake(
    "examA.diffusion_loss",
    "The squared error of each example is multiplied by its weight w_t before the mean: yours has no weight.",
    but="plain",
)
def without_the_weight(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise), t) - noise).square().mean()


@mistake("examA.diffusion_loss", "The weight multiplies the squared error; squared with it, it counts twice.", but="plain")
def weight_squared(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise)).square().mean()


@mistake("examA.diffusion_loss", "Every example has its own weight: multiply before you average.", but="plain")
def weight_of_the_mean(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}}).mean() * (model(q_sample(x0, t, noise), t) - noise).square().mean()


@mistake("examA.diffusion_loss", "The mean goes over all numbers of the batch, the pixels too; you sum over these.")
def summed_over_pixels(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise).square()).flatten(1).sum(1).mean()


@mistake("examA.diffusion_loss", "The network names the noise, not the clean picture.")
def compared_with_the_picture(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - x0).square()).mean()


@mistake("examA.diffusion_loss", "That compares with the lab's v. Here the network names the noise.")
def compared_with_v(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    v = left.sqrt() * noise - (1 - left).sqrt() * x0
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - v).square()).mean()


@mistake("examA.diffusion_loss", "The network must see the noisy picture x_t; the clean one is not there when you sample.")
def sees_the_clean_picture(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(x0, t) - noise).square()).mean()


@mistake("examA.diffusion_loss", "The noise in x_t and the noise that is asked for must be the same draw.")
def noise_drawn_twice(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    other = noise.flip(0)
    return ({{weight}} * (model(q_sample(x0, t, other), t) - noise).square()).mean()


@mistake("examA.diffusion_loss", "The number is right but carries no gradient: no .item(), no detach, no new tensor.")
def without_a_gradient(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return torch.tensor(({{weight}} * (model(q_sample(x0, t, noise), t) - noise).square()).mean().item())


@mistake("examA.diffusion_loss", "randint excludes its upper end: t runs from 1 to T, and step 0 has no noise to name.")
def steps_from_0(model, x0, t=None, noise=None):
    t = torch.randint(0, T, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise).square()).mean()


@mistake("examA.diffusion_loss", "Draw a t for each example: one for the whole batch is unbiased, and very noisy.")
def one_step_for_the_batch(model, x0, t=None, noise=None):
    t = torch.full((len(x0),), int(torch.randint(1, T + 1, ()))) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise).square()).mean()


@mistake("examA.diffusion_loss", "The difference is squared: you took its size.")
def absolute_difference(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise).abs()).mean()


@mistake("examA.diffusion_loss", "A t that is passed in is used as it is: draw one only when it is None.")
def given_steps_ignored(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),))
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise).square()).mean()


@mistake("examA.diffusion_loss", "A noise that is passed in is used as it is: draw one only when it is None.")
def given_noise_ignored(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0)
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise).square()).mean()


@mistake("examA.diffusion_loss", "t and noise are drawn each for itself: a t that is passed in alone is used, too.")
def given_steps_used_with_a_noise_only(model, x0, t=None, noise=None):
    if t is None or noise is None:
        t, noise = torch.randint(1, T + 1, (len(x0),)), torch.randn_like(x0)
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise).square()).mean()


@mistake("examA.diffusion_loss", "Step 0 has no noise to name: t runs from 1 to T.")
def steps_from_0_to_the_last(model, x0, t=None, noise=None):
    t = torch.randint(0, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise).square()).mean()


# ---- p_sample ----


@mistake("examA.p_sample", "Nothing is clipped here: the estimate of the clean picture is used as it comes out.")
def estimate_clipped(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    x0_hat, fresh = ({{clean}}).clamp(PAPER, INK), {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@mistake("examA.p_sample", "Solve the equation of the jump for x0: the noise is subtracted from x_t.")
def noise_added(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    x0_hat = {{m}} + (x_t - {{m}} + {{s}} * {{B}} * eps) / {{A}}
    fresh = {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@mistake("examA.p_sample", "Solve for x0 to the end: what x0 was multiplied by, it must be divided by.", but="cobalt")
def not_divided(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    x0_hat = x_t - {{s}} * {{B}} * eps
    fresh = {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@mistake(
    "examA.p_sample", "In the clean picture, too, the noise counts with its standard deviation: the root of the variance."
)
def variance_in_the_estimate(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    x0_hat = {{m}} + (x_t - {{m}} - {{s}} * {{wrong_B}} * eps) / {{A}}
    fresh = {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@mistake("examA.p_sample", "Mind f and f squared: the two factors are the roots of 1 - f^2 and of f^2.")
def f_and_its_square_confused(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    x0_hat, fresh = {{clean}}, {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh**2) ** 0.5 * eps + fresh * noise)


@mistake("examA.p_sample", "Variances add, not standard deviations: the old noise keeps the root of 1 - f^2.")
def root_forgotten(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    x0_hat, fresh = {{clean}}, {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) * eps + fresh**0.5 * noise)


@mistake("examA.p_sample", "A part of the noise is the predicted one; with all of it fresh, each step forgets the last.")
def all_noise_fresh(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    return q_sample({{clean}}, torch.full((len(x_t),), s), noise)


@mistake("examA.p_sample", "That is DDIM, without any fresh noise. Here a part f of the noise is fresh.")
def no_noise_fresh(model, x_t, t, s, noise=None):
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    return q_sample({{clean}}, torch.full((len(x_t),), s), eps)


@mistake("examA.p_sample", "The estimate is noised again to the earlier step s, not to t.")
def back_to_t(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    x0_hat, fresh = {{clean}}, {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), t), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@mistake("examA.p_sample", "The step goes to s, which may be several steps before t.")
def back_by_one(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    x0_hat, fresh = {{clean}}, {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), t - 1), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@mistake("examA.p_sample", "The model is asked about x_t, so it is told t, not s.")
def asked_at_s(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), s))
    x0_hat, fresh = {{clean}}, {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@mistake("examA.p_sample", "Draw the fresh noise only when none is passed in.")
def given_noise_is_ignored(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t)
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    x0_hat, fresh = {{clean}}, {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@mistake("examA.p_sample", "The network wants one step for each example: a tensor of shape (B,), filled with t.")
def step_as_a_number(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left, eps = ALPHA_BAR[t], model(x_t, t)
    x0_hat, fresh = {{clean}}, {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@mistake("examA.p_sample", "That is the estimate of the clean picture; it is still to be noised to step s.")
def estimate_returned(model, x_t, t, s, noise=None):
    left, eps = ALPHA_BAR[t], model(x_t, torch.full((len(x_t),), t))
    return {{clean}}


# ---- p_sample_loop ----


@mistake(
    "examA.p_sample_loop",
    "Sampling starts where the forward process ends: read mean and variance of x_T. Yours is N(0, 1).",
    but="plain",
)
def start_of_the_lab(model, shape):
    x, steps = torch.randn(shape), {{grid}}
    for t, s in zip(steps, steps[1:]):
        x = p_sample(model, x, t, s)
    return x


@mistake("examA.p_sample_loop", "rand draws uniform numbers; x_T is normal.")
def start_from_rand(model, shape):
    x, steps = torch.rand(shape), {{grid}}
    for t, s in zip(steps, steps[1:]):
        x = p_sample(model, x, t, s)
    return x


@mistake("examA.p_sample_loop", "Right idea, other steps: visit the steps that the recap names.", but="plain")
def every_step(model, shape):
    x = {{start}}
    for t in range(T, 0, -1):
        x = p_sample(model, x, t, t - 1)
    return x


@mistake("examA.p_sample_loop", "The last step goes to s = 0; yours stops before it.")
def one_step_short(model, shape):
    x, steps = {{start}}, {{grid}}
    for t, s in zip(steps[:-2], steps[1:-1]):
        x = p_sample(model, x, t, s)
    return x


@mistake("examA.p_sample_loop", "Start at T and go down.")
def upwards(model, shape):
    x, steps = {{start}}, {{grid}}[::-1]
    for t, s in zip(steps, steps[1:]):
        x = p_sample(model, x, t, s)
    return x


@mistake("examA.p_sample_loop", "Each step starts from the result of the step before; yours starts from x_T every time.")
def no_chain(model, shape):
    x, steps = {{start}}, {{grid}}
    for t, s in zip(steps, steps[1:]):
        found = p_sample(model, x, t, s)
    return found


@mistake("examA.p_sample_loop", "Each step goes to the next of the visited steps, not to t - 1.", but="plain")
def to_the_step_before(model, shape):
    x, steps = {{start}}, {{grid}}
    for t in steps[:-1]:
        x = p_sample(model, x, t, t - 1)
    return x


@mistake("examA.p_sample_loop", "That leaps from x_T to x_0 at once: visit the steps that the recap names.")
def one_leap(model, shape):
    return p_sample(model, {{start}}, T, 0)


@mistake("examA.p_sample_loop", "x_T is drawn: from zeros, every sample would be the same but for the fresh noise.")
def start_from_zeros(model, shape):
    x, steps = torch.zeros(shape), {{grid}}
    for t, s in zip(steps, steps[1:]):
        x = p_sample(model, x, t, s)
    return x


@mistake(
    "examA.p_sample_loop",
    "N(mean, variance): at the start, too, it is the standard deviation that multiplies the noise.",
    but="plain",
)
def start_with_the_variance(model, shape):
    x, steps = {{m}} + ({{start_size}}) ** 2 * torch.randn(shape), {{grid}}
    for t, s in zip(steps, steps[1:]):
        x = p_sample(model, x, t, s)
    return x


@mistake("examA.p_sample_loop", "Nothing is clipped here: return the samples as the last step makes them.")
def samples_clipped(model, shape):
    x, steps = {{start}}, {{grid}}
    for t, s in zip(steps, steps[1:]):
        x = p_sample(model, x, t, s)
    return x.clamp(PAPER, INK)


@mistake("examA.p_sample_loop", "p_sample draws fresh noise in each step when none is passed in: yours passes zeros.")
def zeros_for_the_fresh_noise(model, shape):
    x, steps = {{start}}, {{grid}}
    for t, s in zip(steps, steps[1:]):
        x = p_sample(model, x, t, s, noise=torch.zeros(shape))
    return x


@mistake("examA.p_sample_loop", "The fresh noise is drawn anew in each step: yours is one draw for all steps.")
def one_fresh_noise_for_all_steps(model, shape):
    x, steps, noise = {{start}}, {{grid}}, torch.randn(shape)
    for t, s in zip(steps, steps[1:]):
        x = p_sample(model, x, t, s, noise=noise)
    return x


# ---- epsilon_from ----


@mistake(
    "examA.epsilon_from",
    "That formula needs the lab's v and the lab's process. Put the definition of y into the equation of the jump.",
)
def formula_of_the_lab(y, x_t, t):
    left = spread(ALPHA_BAR[t], x_t)
    return left.sqrt() * y + (1 - left).sqrt() * x_t


@mistake("examA.epsilon_from", "That is the clean picture; asked is the noise.")
def the_clean_picture(y, x_t, t):
    left = spread(ALPHA_BAR[t], x_t)
    return {{m}} + (x_t - {{m}} - {{s}} * {{B}} * ({{epsilon}})) / {{A}}


@mistake("examA.epsilon_from", "Check the sign of y against its definition, with the worked number.")
def sign_of_y(y, x_t, t):
    left, y = spread(ALPHA_BAR[t], x_t), -y
    return {{epsilon}}


@mistake("examA.epsilon_from", "The other network does not answer with the clean picture: read what y is.", but="plain")
def y_taken_for_the_picture(y, x_t, t):
    left = spread(ALPHA_BAR[t], x_t)
    return (x_t - {{m}} - {{A}} * (y - {{m}})) / ({{s}} * {{B}})


@mistake("examA.epsilon_from", "The other network does not answer with the noise: compute it from y and x_t.", but="plain")
def y_taken_for_the_noise(y, x_t, t):
    return y


@mistake("examA.epsilon_from", "Each example has its own t, and one number per example needs spread().")
def without_spread_at_the_end(y, x_t, t):
    left = ALPHA_BAR[t]
    return {{epsilon}}


@mistake("examA.epsilon_from", "Every example has its own t: you use the first one for all.")
def first_step_for_all(y, x_t, t):
    left = spread(ALPHA_BAR[t[:1]], x_t)
    return {{epsilon}}
