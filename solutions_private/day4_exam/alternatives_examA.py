"""Other right answers to Exam A, on every paper. The process is written with A, B, m and s of the paper's row."""

import itertools

import torch

from genweek.making.variants import alternative

# ---- compute_alpha_cumprod ----


@alternative("examA.compute_alpha_cumprod")
def in_double_precision(betas):
    alphas = ({{alpha}}).double()
    return torch.cat([torch.ones(1).double(), torch.cumprod(alphas, dim=0)]).float()


@alternative("examA.compute_alpha_cumprod")
def stays_in_double_precision(betas):
    betas = betas.double()
    return torch.cat([torch.ones(1).double(), torch.cumprod({{alpha}}, dim=0)])


@alternative("examA.compute_alpha_cumprod")
def by_logarithms(betas):
    alphas = {{alpha}}
    return torch.cat([torch.zeros(1), alphas.log().cumsum(0)]).exp()


@alternative("examA.compute_alpha_cumprod")
def by_a_loop(betas):
    found = [torch.tensor(1.0)]
    for alpha in {{alpha}}:
        found.append(found[-1] * alpha)
    return torch.stack(found)


@alternative("examA.compute_alpha_cumprod")
def with_padding(betas):
    return torch.nn.functional.pad(torch.cumprod({{alpha}}, dim=0), (1, 0), value=1.0)


# ---- q_sample ----


@alternative("examA.q_sample")
def by_einsum_in_double_precision(x0, t, noise):
    left = ALPHA_BAR[t].double()
    faded = torch.einsum("b,b...->b...", {{A}}, x0.double() - {{m}})
    return ({{m}} + faded + torch.einsum("b,b...->b...", {{s}} * {{B}}, noise.double())).to(x0.dtype)


@alternative("examA.q_sample")
def example_by_example(x0, t, noise):
    found = []
    for x, step, z in zip(x0, t, noise):
        left = ALPHA_BAR[step]
        found.append({{m}} + {{A}} * (x - {{m}}) + {{s}} * {{B}} * z)
    return torch.stack(found)


@alternative("examA.q_sample")
def by_an_affine_map(x0, t, noise):
    left = spread(ALPHA_BAR[t], x0)
    mean = {{m}} + {{A}} * (x0 - {{m}})
    return torch.distributions.AffineTransform(mean, ({{s}} * {{B}}).expand_as(x0))(noise)


@alternative("examA.q_sample")
def by_addcmul(x0, t, noise):
    left = spread(ALPHA_BAR[t], x0)
    return torch.addcmul({{m}} + {{A}} * (x0 - {{m}}), ({{s}} * {{B}}).expand_as(x0), noise)


@alternative("examA.q_sample")
def with_an_own_reshape(x0, t, noise):
    left = ALPHA_BAR[t].reshape((len(x0),) + (1,) * (x0.dim() - 1))
    variance = ({{s}} * {{B}}) ** 2
    return {{A}} * x0 + {{m}} * (1 - {{A}}) + variance.sqrt() * noise


# ---- diffusion_loss ----


@alternative("examA.diffusion_loss")
def noise_before_the_step(model, x0, t=None, noise=None):
    noise = torch.empty_like(x0).normal_() if noise is None else noise
    t = torch.randint(1, T + 1, x0.shape[:1]) if t is None else t
    left = spread(ALPHA_BAR[t], x0)
    error = (model(q_sample(x0, t, noise), t) - noise).square()
    return ({{weight}} * error).mean()


@alternative("examA.diffusion_loss")
def steps_from_rand(model, x0, t=None, noise=None):
    t = (torch.rand(len(x0)) * T).long().clamp(max=T - 1) + 1 if t is None else t
    noise = torch.randn(x0.shape) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise) ** 2).mean()


@alternative("examA.diffusion_loss")
def stratified_steps(model, x0, t=None, noise=None):
    if t is None:
        places = (torch.rand(len(x0)) + torch.randperm(len(x0))) / len(x0)
        t = (places * T).long().clamp(max=T - 1) + 1
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise) ** 2).mean()


@alternative("examA.diffusion_loss")
def by_example_first(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    error = (model(q_sample(x0, t, noise), t) - noise).square().flatten(1).mean(1)
    return (({{weight}}).flatten() * error).mean()


@alternative("examA.diffusion_loss")
def by_mse_loss_with_roots(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    root = ({{weight}}).sqrt()
    return torch.nn.functional.mse_loss(root * model(q_sample(x0, t, noise), t), root * noise)


@alternative("examA.diffusion_loss")
def of_one_entry(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    return ({{weight}} * (model(q_sample(x0, t, noise), t) - noise) ** 2).mean().view(1)


@alternative("examA.diffusion_loss")
def jump_written_out(model, x0, t=None, noise=None):
    t = torch.randint(1, T + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    left = spread(ALPHA_BAR[t], x0)
    x_t = {{m}} + {{A}} * (x0 - {{m}}) + {{s}} * {{B}} * noise
    return ({{weight}} * (model(x_t, t) - noise) ** 2).mean()


# ---- p_sample ----


@alternative("examA.p_sample")
def jump_back_written_out(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left = ALPHA_BAR[t]
    eps = model(x_t, torch.full((len(x_t),), t))
    x0_hat = {{clean}}
    fresh = {{fresh}}
    mixed = (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise
    left = ALPHA_BAR[s]
    return {{m}} + {{A}} * (x0_hat - {{m}}) + {{s}} * {{B}} * mixed


@alternative("examA.p_sample")
def the_clean_picture_itself_at_0(model, x_t, t, s, noise=None):
    left = ALPHA_BAR[t]
    eps = model(x_t, torch.full((len(x_t),), t))
    x0_hat = {{m}} + (x_t - {{m}} - {{s}} * {{B}} * eps) / ({{A}})
    if s == 0:
        return x0_hat
    noise = torch.randn_like(x_t) if noise is None else noise
    fresh = {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@alternative("examA.p_sample")
def step_in_double_precision(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left = ALPHA_BAR[t].double()
    eps = model(x_t, torch.full((len(x_t),), t)).double()
    x0_hat = {{m}} + (x_t - {{m}} - {{s}} * {{B}} * eps) / ({{A}})
    fresh = {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@alternative("examA.p_sample")
def noise_from_what_remains(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left = ALPHA_BAR[t]
    eps = model(x_t, torch.full((len(x_t),), t))
    x0_hat = {{m}} + (x_t - {{m}} - {{s}} * {{B}} * eps) / ({{A}})
    eps = (x_t - {{m}} - {{A}} * (x0_hat - {{m}})) / ({{s}} * {{B}})
    fresh = {{fresh}}
    return q_sample(x0_hat, torch.full((len(x_t),), s), (1 - fresh) ** 0.5 * eps + fresh**0.5 * noise)


@alternative("examA.p_sample")
def noise_drawn_last(model, x_t, t, s, noise=None):
    left = ALPHA_BAR[t]
    eps = model(x_t, torch.ones(len(x_t), dtype=torch.long) * t)
    x0_hat = {{clean}}
    fresh = {{fresh}}
    mixed = (1 - fresh) ** 0.5 * eps + fresh**0.5 * (torch.randn(x_t.shape) if noise is None else noise)
    return q_sample(x0_hat, torch.tensor([s] * len(x_t)), mixed)


@alternative("examA.p_sample")
def posterior_form(model, x_t, t, s, noise=None):
    noise = torch.randn_like(x_t) if noise is None else noise
    left = ALPHA_BAR[t]
    eps = model(x_t, torch.full((len(x_t),), t))
    x0_hat, fresh, shrunk, size = {{clean}}, {{fresh}}, {{A}}, {{B}}
    left = ALPHA_BAR[s]
    of_x_t = {{B}} / size * (1 - fresh) ** 0.5
    of_x0 = {{A}} - of_x_t * shrunk
    return {{m}} + of_x0 * (x0_hat - {{m}}) + of_x_t * (x_t - {{m}}) + {{s}} * {{B}} * fresh**0.5 * noise


# ---- p_sample_loop ----


@alternative("examA.p_sample_loop")
def with_while(model, shape):
    x, steps, place = {{start}}, {{grid}}, 0
    while place + 1 < len(steps):
        x = p_sample(model, x, steps[place], steps[place + 1])
        place += 1
    return x


@alternative("examA.p_sample_loop")
def in_pairs(model, shape):
    x = {{start}}
    for t, s in itertools.pairwise({{grid}}):
        x = p_sample(model, x, t, s)
    return x


@alternative("examA.p_sample_loop")
def start_with_the_exact_variance(model, shape):
    left = ALPHA_BAR[T]
    x = {{m}} + {{s}} * {{B}} * torch.randn(shape)
    steps = {{grid}}
    for t, s in zip(steps, steps[1:]):
        x = p_sample(model, x, t, s)
    return x


@alternative("examA.p_sample_loop")
def start_by_a_distribution(model, shape):
    left = ALPHA_BAR[T]
    x = torch.distributions.Normal({{m}} + 0.0, {{s}} * {{B}}).sample(shape)
    for t, s in itertools.pairwise({{grid}}):
        x = p_sample(model, x, t, s)
    return x


# ---- epsilon_from ----


@alternative("examA.epsilon_from")
def by_two_equations(y, x_t, t):
    left, m, s = spread(ALPHA_BAR[t], x_t).double(), {{m}}, {{s}}

    def forward(x0, e):
        return {{m}} + {{A}} * (x0 - {{m}}) + {{s}} * {{B}} * e

    def answer(x0, e):
        x = forward(x0, e)
        return {{y}}

    none, one = torch.zeros_like(left), torch.ones_like(left)
    x_00, y_00 = forward(none, none), answer(none, none)
    a, b = forward(one, none) - x_00, forward(none, one) - x_00
    c, d = answer(one, none) - y_00, answer(none, one) - y_00
    return ((a * (y - y_00) - c * (x_t - x_00)) / (a * d - b * c)).float()


@alternative("examA.epsilon_from")
def noise_in_double_precision(y, x_t, t):
    left, y, x_t = spread(ALPHA_BAR[t], x_t).double(), y.double(), x_t.double()
    return ({{epsilon}}).float()
