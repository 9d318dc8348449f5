"""Other right answers to NB6."""

import math

import torch
import torch.nn.functional as F
from torch import distributions

from genweek.making.variants import alternative

# ---- gaussian_kl ----


@alternative("nb6.gaussian_kl")
def by_distributions(mu_q, log_var_q, mu_p, log_var_p):
    q, p = (distributions.Normal(mu, (0.5 * v).exp()) for mu, v in ((mu_q, log_var_q), (mu_p, log_var_p)))
    return distributions.kl_divergence(q, p).sum(-1)


@alternative("nb6.gaussian_kl")
def independent(mu_q, log_var_q, mu_p, log_var_p):
    q, p = (
        distributions.Independent(distributions.Normal(mu, v.exp().sqrt()), 1)
        for mu, v in ((mu_q, log_var_q), (mu_p, log_var_p))
    )
    return distributions.kl_divergence(q, p)


@alternative("nb6.gaussian_kl")
def multivariate(mu_q, log_var_q, mu_p, log_var_p):
    q, p = (
        distributions.MultivariateNormal(mu, torch.diag_embed(v.exp())) for mu, v in ((mu_q, log_var_q), (mu_p, log_var_p))
    )
    return distributions.kl_divergence(q, p)


@alternative("nb6.gaussian_kl")
def with_expm1(mu_q, log_var_q, mu_p, log_var_p):
    difference = log_var_q - log_var_p
    return 0.5 * (torch.expm1(difference) - difference + (mu_q - mu_p) ** 2 * (-log_var_p).exp()).sum(-1)


@alternative("nb6.gaussian_kl")
def in_double(mu_q, log_var_q, mu_p, log_var_p):
    a, b, c, d = (value.double() for value in (mu_q, log_var_q, mu_p, log_var_p))
    return 0.5 * (d - b + (b.exp() + (a - c) ** 2) / d.exp() - 1).sum(-1)


@alternative("nb6.gaussian_kl")
def row_by_row(mu_q, log_var_q, mu_p, log_var_p):
    rows = zip(mu_q, log_var_q, mu_p, log_var_p, strict=True)
    return torch.stack([0.5 * torch.sum(d - b + (b.exp() + (a - c) ** 2) / d.exp() - 1) for a, b, c, d in rows])


# ---- reparameterize ----


@alternative("nb6.reparameterize")
def the_usual_line(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu + (0.5 * log_var).exp() * noise


@alternative("nb6.reparameterize")
def root_of_the_variance(encoder, x, noise):
    mu, log_var = encoder(x)
    return torch.sqrt(torch.exp(log_var)) * noise + mu


@alternative("nb6.reparameterize")
def by_the_normals_parts(encoder, x, noise):
    mu, log_var = encoder(x)
    normal = distributions.Normal(mu, log_var.mul(0.5).exp())
    return normal.loc + normal.scale * noise


@alternative("nb6.reparameterize")
def by_a_transform(encoder, x, noise):
    mu, log_var = encoder(x)
    return distributions.AffineTransform(mu, torch.exp(log_var / 2))(noise)


@alternative("nb6.reparameterize")
def by_forward(encoder, x, noise):
    mu, log_var = encoder.forward(x)
    return mu.double() + (0.5 * log_var.double()).exp() * noise.double()


@alternative("nb6.reparameterize")
def rows(encoder, x, noise):
    return torch.cat([m + (v / 2).exp() * e for (m, v), e in zip(map(encoder, x.split(1)), noise.split(1), strict=True)])


# ---- reverse_update ----


@alternative("nb6.reverse_update")
def as_written(x_t, t, eps_hat, noise, schedule):
    beta, alpha, bar = schedule.betas[t], schedule.alphas[t], schedule.alpha_bar[t]
    mean = 1 / alpha.sqrt() * (x_t - beta / (1 - bar).sqrt() * eps_hat)
    return mean + (t > 0) * beta.sqrt() * noise


@alternative("nb6.reverse_update")
def one_minus_alpha(x_t, t, eps_hat, noise, schedule):
    alpha, bar = schedule.alphas[t], schedule.alpha_bar[t]
    z = noise if t > 0 else torch.zeros_like(noise)
    return (x_t - (1 - alpha) / torch.sqrt(1 - bar) * eps_hat) / torch.sqrt(alpha) + torch.sqrt(1 - alpha) * z


@alternative("nb6.reverse_update")
def smaller_sigma(x_t, t, eps_hat, noise, schedule):
    beta, alpha, bar = schedule.betas[t], schedule.alphas[t], schedule.alpha_bar[t]
    mean = (x_t - beta / (1 - bar).sqrt() * eps_hat) / alpha.sqrt()
    if t == 0:
        return mean
    return mean + (beta * (1 - schedule.alpha_bar[t - 1]) / (1 - bar)).sqrt() * noise


@alternative("nb6.reverse_update")
def by_the_clean_guess(x_t, t, eps_hat, noise, schedule):
    bar = schedule.alpha_bar[t]
    before = schedule.alpha_bar[t - 1] if t else torch.ones(())
    x0 = (x_t - (1 - bar).sqrt() * eps_hat) / bar.sqrt()
    mean = before.sqrt() * schedule.betas[t] / (1 - bar) * x0 + schedule.alphas[t].sqrt() * (1 - before) / (1 - bar) * x_t
    return mean + schedule.betas[t].sqrt() * noise if t else mean


@alternative("nb6.reverse_update")
def in_python_floats(x_t, t, eps_hat, noise, schedule):
    beta, alpha, bar = (values[t].item() for values in (schedule.betas, schedule.alphas, schedule.alpha_bar))
    mean = (x_t - beta / math.sqrt(1 - bar) * eps_hat) / math.sqrt(alpha)
    return mean if t == 0 else torch.normal(mean, 0.0 * mean.abs()) + math.sqrt(beta) * noise


@alternative("nb6.reverse_update")
def in_double_precision(x_t, t, eps_hat, noise, schedule):
    beta, alpha, bar = (values[t].double() for values in (schedule.betas, schedule.alphas, schedule.alpha_bar))
    mean = (x_t.double() - beta / (1 - bar).sqrt() * eps_hat.double()) / alpha.sqrt()
    return mean + beta.sqrt() * noise.double() if t > 0 else mean


# ---- corrupt ----


@alternative("nb6.corrupt")
def by_where(x0, t, T, mask_id, u):
    return torch.where(u < (t / T)[:, None], mask_id, x0)


@alternative("nb6.corrupt")
def or_equal(x0, t, T, mask_id, u):
    return torch.where(u <= t.view(-1, 1) / T, torch.full_like(x0, mask_id), x0)


@alternative("nb6.corrupt")
def by_arithmetic(x0, t, T, mask_id, u):
    hit = (u < (t / T).unsqueeze(-1)).long()
    return hit * mask_id + (1 - hit) * x0


@alternative("nb6.corrupt")
def by_a_copy(x0, t, T, mask_id, u):
    x_t = x0.clone()
    x_t[u < (t / T)[:, None].expand_as(u)] = mask_id
    return x_t


@alternative("nb6.corrupt")
def by_loops(x0, t, T, mask_id, u):
    lines = [
        [mask_id if coin < step / T else token for token, coin in zip(row, coins, strict=True)]
        for row, step, coins in zip(x0.tolist(), t.tolist(), u.tolist(), strict=True)
    ]
    return torch.tensor(lines)


# ---- The repaired functions ----


@alternative("nb6.repaired_vae_loss")
def one_line_mended(logits, x, mu, log_var):
    kl = (0.5 * (mu.square() + log_var.exp() - log_var - 1)).sum(dim=1)
    pixels = F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (pixels.sum(dim=1) + kl).mean()


@alternative("nb6.repaired_vae_loss")
def by_bernoulli(logits, x, mu, log_var):
    log_p = distributions.Bernoulli(logits=logits).log_prob(x).sum(-1)
    kl = distributions.kl_divergence(distributions.Normal(mu, (log_var / 2).exp()), distributions.Normal(0.0, 1.0)).sum(-1)
    return -(log_p - kl).mean()


@alternative("nb6.repaired_vae_loss")
def by_softplus(logits, x, mu, log_var):
    pixels = F.softplus(logits) - x * logits
    return pixels.sum(-1).mean() + 0.5 * (mu**2 + log_var.exp() - log_var - 1).sum(-1).mean()


@alternative("nb6.repaired_elbo")
def mended_line(x, gain, log_var, noise_1, noise_2):
    std = torch.exp(0.5 * log_var)
    z1 = gain * x + std * noise_1
    z2 = GAIN_2 * z1 + math.sqrt(VAR_2) * noise_2
    log_p = log_normal(x, z1, math.log(VAR_X)) + log_normal(z1, 0.8 * z2, math.log(VAR_1))
    log_p = log_p + log_normal(z2, torch.zeros_like(z2), 0.0)
    return log_p - log_normal(z1, gain * x, 2 * std.log()) - log_normal(z2, GAIN_2 * z1, math.log(VAR_2))


@alternative("nb6.repaired_elbo")
def density_from_the_noise(x, gain, log_var, noise_1, noise_2):
    z1 = gain * x + torch.exp(0.5 * log_var) * noise_1
    z2 = GAIN_2 * z1 + VAR_2**0.5 * noise_2
    normal = distributions.Normal
    log_p = normal(z1, VAR_X**0.5).log_prob(x) + normal(0.8 * z2, VAR_1**0.5).log_prob(z1) + normal(0.0, 1.0).log_prob(z2)
    log_q = -0.5 * (2 * math.log(2 * math.pi) + log_var + math.log(VAR_2) + noise_1**2 + noise_2**2)
    return log_p - log_q


@alternative("nb6.repaired_step")
def root_in_the_last_line(x_t, t, eps_hat, noise, schedule):
    bar = schedule.alpha_bar[t]
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.ones_like(bar)
    beta = schedule.betas[t]
    guess = (x_t - (1 - bar).sqrt() * eps_hat) / bar.sqrt()
    of_guess = before.sqrt() * beta / (1 - bar)
    of_x_t = schedule.alphas[t].sqrt() * (1 - before) / (1 - bar)
    variance = beta if t > 0 else torch.zeros_like(beta)
    return of_guess * guess + of_x_t * x_t + variance.sqrt() * noise


@alternative("nb6.repaired_step")
def by_the_first_form(x_t, t, eps_hat, noise, schedule):
    beta = schedule.betas[t]
    mean = (x_t - beta / (1 - schedule.alpha_bar[t]).sqrt() * eps_hat) / (1 - beta).sqrt()
    return torch.addcmul(mean, beta.sqrt(), noise) if t > 0 else mean


@alternative("nb6.repaired_reveal")
def one_over_t(x_t, guess, t, T, mask_id, u):
    return torch.where((x_t == mask_id) & (u < 1 / t), guess, x_t)


@alternative("nb6.repaired_reveal")
def by_the_two_shares(x_t, guess, t, T, mask_id, u):
    now, earlier = t / T, (t - 1) / T
    return torch.where((x_t == mask_id) & (u <= (now - earlier) / now), guess, x_t)


@alternative("nb6.repaired_reveal")
def in_a_copy(x_t, guess, t, T, mask_id, u):
    out = x_t.clone()
    chosen = torch.logical_and(out.eq(mask_id), u.lt(1 / t))
    out[chosen] = guess[chosen]
    return out
