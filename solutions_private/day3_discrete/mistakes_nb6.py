"""Wrong answers to NB6, each with the sentence a tutor would say."""

import math

import torch
import torch.nn.functional as F

from genweek.making.variants import mistake

# ---- gaussian_kl ----


@mistake("nb6.gaussian_kl", "p and q are exchanged: the KL is not symmetric. q is where the samples come from.")
def exchanged(mu_q, log_var_q, mu_p, log_var_p):
    ratio = (log_var_p - log_var_q).exp()
    distance = (mu_q - mu_p).square() / log_var_q.exp()
    return 0.5 * (ratio + distance - 1 + log_var_q - log_var_p).sum(dim=1)


@mistake("nb6.gaussian_kl", "The ½ in front of the sum is missing.")
def without_half(mu_q, log_var_q, mu_p, log_var_p):
    ratio = (log_var_q - log_var_p).exp()
    distance = (mu_q - mu_p).square() / log_var_p.exp()
    return (ratio + distance - 1 - log_var_q + log_var_p).sum(dim=1)


@mistake("nb6.gaussian_kl", "That is the KL to N(0, I), as in Notebook 1: mu_p and log_var_p are not used.")
def to_the_standard_normal(mu_q, log_var_q, mu_p, log_var_p):
    return 0.5 * (mu_q.square() + log_var_q.exp() - 1 - log_var_q).sum(dim=1)


@mistake("nb6.gaussian_kl", "Divide by the variance of p, not by its standard deviation.")
def divided_by_the_std(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q.exp() + (mu_q - mu_p) ** 2) / (0.5 * log_var_p).exp()
    return 0.5 * (log_var_p - log_var_q + inside - 1).sum(dim=1)


@mistake("nb6.gaussian_kl", "The squared difference of the means is divided by the variance of p, too.")
def difference_not_divided(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q - log_var_p).exp() + (mu_q - mu_p) ** 2
    return 0.5 * (log_var_p - log_var_q + inside - 1).sum(dim=1)


@mistake("nb6.gaussian_kl", "The logarithm of the ratio has the wrong sign: it is log_var_p - log_var_q.")
def log_ratio_reversed(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q.exp() + (mu_q - mu_p) ** 2) / log_var_p.exp()
    return 0.5 * (log_var_q - log_var_p + inside - 1).sum(dim=1)


@mistake("nb6.gaussian_kl", "The logs are halved twice: the formula has log-variances, and the ½ stands in front of all.")
def logs_halved_twice(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q.exp() + (mu_q - mu_p) ** 2) / log_var_p.exp()
    return 0.5 * (0.5 * (log_var_p - log_var_q) + inside - 1).sum(dim=1)


@mistake("nb6.gaussian_kl", "The -1 belongs to every dimension: it stands inside the sum.")
def one_subtracted_once(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q.exp() + (mu_q - mu_p) ** 2) / log_var_p.exp()
    return 0.5 * ((log_var_p - log_var_q + inside).sum(dim=1) - 1)


@mistake("nb6.gaussian_kl", "Sum over the latent dimensions; you take their mean.")
def mean_over_dimensions(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q.exp() + (mu_q - mu_p) ** 2) / log_var_p.exp()
    return 0.5 * (log_var_p - log_var_q + inside - 1).mean(dim=1)


@mistake("nb6.gaussian_kl", "Divide by the variance of p; you multiply by it.")
def multiplied(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q.exp() + (mu_q - mu_p) ** 2) * log_var_p.exp()
    return 0.5 * (log_var_p - log_var_q + inside - 1).sum(dim=1)


@mistake("nb6.gaussian_kl", "The difference of the means is squared.")
def not_squared(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q.exp() + (mu_q - mu_p)) / log_var_p.exp()
    return 0.5 * (log_var_p - log_var_q + inside - 1).sum(dim=1)


@mistake("nb6.gaussian_kl", "One value per example: sum over the latent axis only, and keep the batch axis.")
def summed_over_everything(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q.exp() + (mu_q - mu_p) ** 2) / log_var_p.exp()
    return 0.5 * (log_var_p - log_var_q + inside - 1).sum()


@mistake("nb6.gaussian_kl", "One value per example: sum over the latent axis, which is the last one, not over the batch.")
def summed_over_the_batch(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q.exp() + (mu_q - mu_p) ** 2) / log_var_p.exp()
    return 0.5 * (log_var_p - log_var_q + inside - 1).sum(dim=0)


@mistake(
    "nb6.gaussian_kl", "The arguments are log-variances, not variances: take the exponential where a variance is meant."
)
def variances_expected(mu_q, log_var_q, mu_p, log_var_p):
    inside = (log_var_q + (mu_q - mu_p) ** 2) / log_var_p
    return 0.5 * (log_var_p.abs().log() - log_var_q.abs().log() + inside - 1).sum(dim=1)


# ---- reparameterize ----


@mistake("nb6.reparameterize", "The noise is scaled by the standard deviation, exp(½ log_var), not by the variance.")
def variance_for_std(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu + log_var.exp() * noise


@mistake("nb6.reparameterize", "log_var is a logarithm: the noise is scaled by exp(½ log_var).")
def no_exponential(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu + log_var * noise


@mistake("nb6.reparameterize", "The ½ belongs inside the exponential: the root of exp(a) is exp(a/2).")
def half_outside(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu + 0.5 * log_var.exp() * noise


@mistake("nb6.reparameterize", "Use the noise that is passed in; you draw your own.")
def own_noise(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu + (0.5 * log_var).exp() * torch.randn_like(mu)


@mistake("nb6.reparameterize", "That is the mean alone: the noise is missing.")
def mean_only(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu


@mistake("nb6.reparameterize", "The encoder returns the mean first and the log-variance second.")
def outputs_exchanged(encoder, x, noise):
    log_var, mu = encoder(x)
    return mu + (0.5 * log_var).exp() * noise


@mistake("nb6.reparameterize", "Shift by the mean and scale the noise; you do it the other way round.")
def noise_on_the_mean(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu * noise + (0.5 * log_var).exp()


@mistake("nb6.reparameterize", "Every example has its own noise: you use the first row for all.")
def one_row_of_noise(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu + (0.5 * log_var).exp() * noise[:1]


@mistake("nb6.reparameterize", "Every latent number has its own noise: you use the first column for all.")
def one_column_of_noise(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu + (0.5 * log_var).exp() * noise[:, :1]


@mistake("nb6.reparameterize", "Add the scaled noise to the mean; you subtract it.")
def subtracted(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu - (0.5 * log_var).exp() * noise


@mistake("nb6.reparameterize", "No gradient reaches the encoder: leave out no_grad, detach and .data.")
def detached(encoder, x, noise):
    with torch.no_grad():
        mu, log_var = encoder(x)
    return mu + (0.5 * log_var).exp() * noise


@mistake("nb6.reparameterize", "Return z alone, one tensor (B, Z).")
def with_the_parameters(encoder, x, noise):
    mu, log_var = encoder(x)
    return mu + (0.5 * log_var).exp() * noise, mu, log_var


# ---- reverse_update ----


@mistake("nb6.reverse_update", "Under the root of the factor of the predicted noise stands 1 - alpha_bar, with the bar.")
def alpha_for_alpha_bar(x_t, t, eps_hat, noise, schedule):
    beta, alpha = schedule.betas[t], schedule.alphas[t]
    mean = (x_t - beta / (1 - alpha).sqrt() * eps_hat) / alpha.sqrt()
    return mean + beta.sqrt() * noise if t > 0 else mean


@mistake("nb6.reverse_update", "In front stands the root of alpha of this one step, without a bar.")
def alpha_bar_in_front(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t], schedule.alpha_bar[t]
    mean = (x_t - beta / (1 - bar).sqrt() * eps_hat) / bar.sqrt()
    return mean + beta.sqrt() * noise if t > 0 else mean


@mistake("nb6.reverse_update", "The noise is scaled by the standard deviation: the root of the variance.")
def variance_for_std_in_the_step(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t], schedule.alpha_bar[t]
    mean = (x_t - beta / (1 - bar).sqrt() * eps_hat) / schedule.alphas[t].sqrt()
    return mean + beta * noise if t > 0 else mean


@mistake("nb6.reverse_update", "No noise is added at t = 0: nothing comes after it that could clean the sample again.")
def noise_at_the_end(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t], schedule.alpha_bar[t]
    mean = (x_t - beta / (1 - bar).sqrt() * eps_hat) / schedule.alphas[t].sqrt()
    return mean + beta.sqrt() * noise


@mistake("nb6.reverse_update", "The noise of the step is missing: that is only the mean.")
def no_noise(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t], schedule.alpha_bar[t]
    return (x_t - beta / (1 - bar).sqrt() * eps_hat) / schedule.alphas[t].sqrt()


@mistake("nb6.reverse_update", "The predicted noise is subtracted: the step removes it.")
def noise_added(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t], schedule.alpha_bar[t]
    mean = (x_t + beta / (1 - bar).sqrt() * eps_hat) / schedule.alphas[t].sqrt()
    return mean + beta.sqrt() * noise if t > 0 else mean


@mistake("nb6.reverse_update", "The shrinking of this step is not undone: divide by the root of alpha.")
def shrinking_not_undone(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t], schedule.alpha_bar[t]
    mean = x_t - beta / (1 - bar).sqrt() * eps_hat
    return mean + beta.sqrt() * noise if t > 0 else mean


@mistake("nb6.reverse_update", "Step t has entry t of the arrays, which start at 0; index -1 is their last entry.")
def entry_before(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t - 1], schedule.alpha_bar[t - 1]
    mean = (x_t - beta / (1 - bar).sqrt() * eps_hat) / schedule.alphas[t - 1].sqrt()
    return mean + beta.sqrt() * noise if t > 0 else mean


@mistake("nb6.reverse_update", "The predicted noise and the noise of the step are exchanged.")
def noises_exchanged(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t], schedule.alpha_bar[t]
    mean = (x_t - beta / (1 - bar).sqrt() * noise) / schedule.alphas[t].sqrt()
    return mean + beta.sqrt() * eps_hat if t > 0 else mean


@mistake("nb6.reverse_update", "That jumps to the guess of x0 at once; asked is one step.")
def jumps_to_the_start(x_t, t, eps_hat, noise, schedule):
    bar = schedule.alpha_bar[t]
    return (x_t - (1 - bar).sqrt() * eps_hat) / bar.sqrt()


@mistake(
    "nb6.reverse_update", "The factor of the predicted noise is beta over the root of 1 - alpha_bar; its root is missing."
)
def root_missing(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t], schedule.alpha_bar[t]
    mean = (x_t - beta / (1 - bar) * eps_hat) / schedule.alphas[t].sqrt()
    return mean + beta.sqrt() * noise if t > 0 else mean


@mistake("nb6.reverse_update", "The noise is added to the mean; you divide it by the root of alpha, too.")
def noise_divided(x_t, t, eps_hat, noise, schedule):
    beta, bar = schedule.betas[t], schedule.alpha_bar[t]
    added = beta.sqrt() * noise if t > 0 else 0
    return (x_t - beta / (1 - bar).sqrt() * eps_hat + added) / schedule.alphas[t].sqrt()


# ---- corrupt ----


@mistake("nb6.corrupt", "A token is masked where its coin falls below t/T; you keep those and mask the others.")
def inverted(x0, t, T, mask_id, u):
    return torch.where(u > (t / T)[:, None], mask_id, x0)


@mistake("nb6.corrupt", "Use the coins that are passed in; you throw your own.")
def own_coins(x0, t, T, mask_id, u):
    return torch.where(torch.rand(x0.shape) < (t / T)[:, None], mask_id, x0)


@mistake("nb6.corrupt", "Every sequence has its own t: you use the first for all.")
def first_t(x0, t, T, mask_id, u):
    return torch.where(u < t[0] / T, mask_id, x0)


@mistake("nb6.corrupt", "Every token throws its own coin: you use one per sequence.")
def one_coin_per_sequence(x0, t, T, mask_id, u):
    return torch.where(u[:, :1] < (t / T)[:, None], mask_id, x0)


@mistake("nb6.corrupt", "MASK is mask_id, not one more than the largest token of this batch.")
def largest_token_plus_one(x0, t, T, mask_id, u):
    return torch.where(u < (t / T)[:, None], int(x0.max()) + 1, x0)


@mistake("nb6.corrupt", "The probability at step t is t/T: t = 0 is clean, t = T all MASK. Yours is one step behind.")
def one_step_behind(x0, t, T, mask_id, u):
    return torch.where(u < ((t - 1) / T)[:, None], mask_id, x0)


@mistake("nb6.corrupt", "Integer division: t // T is 0 for every t below T.")
def integer_division(x0, t, T, mask_id, u):
    return torch.where(u < (t // T)[:, None], mask_id, x0)


@mistake("nb6.corrupt", "The probability of MASK grows with t: it is t/T, not 1 - t/T.")
def falls_with_t(x0, t, T, mask_id, u):
    return torch.where(u < 1 - (t / T)[:, None], mask_id, x0)


@mistake("nb6.corrupt", "Divide by T: with t = 0..T there are T steps, not T - 1.")
def one_step_less(x0, t, T, mask_id, u):
    return torch.where(u < (t / (T - 1))[:, None], mask_id, x0)


@mistake("nb6.corrupt", "MASK is mask_id, not 0: 0 is an ordinary token.")
def zero_for_mask(x0, t, T, mask_id, u):
    return torch.where(u < (t / T)[:, None], 0, x0)


@mistake("nb6.corrupt", "Token ids are integers: return int64, not a floating-point tensor.")
def as_float(x0, t, T, mask_id, u):
    return torch.where(u < (t / T)[:, None], float(mask_id), x0.float())


@mistake("nb6.corrupt", "Return the corrupted tokens alone, one tensor (B, L).")
def with_the_mask(x0, t, T, mask_id, u):
    masked = u < (t / T)[:, None]
    return torch.where(masked, mask_id, x0), masked


# ---- The wrong lines ----


@mistake(
    "nb6.vae_bug_line", "Line 3 is the KL term of one latent number, as in Notebook 1. Put mu = 0, log_var = 0 in: it is 0."
)
def vae_line_3():
    return 3


@mistake(
    "nb6.vae_bug_line",
    "Line 4 sums over the latent numbers of each example, which is right. Is the KL the term that is stuck?",
)
def vae_line_4():
    return 4


@mistake("nb6.vae_bug_line", "Line 6 sums the pixels of each image: nats per image, right. Look at what it sums.")
def vae_line_6():
    return 6


@mistake("nb6.vae_bug_line", "Line 7 averages over the batch: right. Which of its two terms cannot get small?")
def vae_line_7():
    return 7


@mistake("nb6.vae_bug_line", "Lines 1 and 2 only say what comes in. Note that they say logits.")
def vae_line_1():
    return 1


@mistake("nb6.vae_bug_line", "Lines 1 and 2 only say what comes in. Note that they say logits.")
def vae_line_2():
    return 2


@mistake("nb6.elbo_bug_line", "Lines 1 and 2 only say what comes in. Note which of it is a logarithm.")
def elbo_line_1():
    return 1


@mistake("nb6.elbo_bug_line", "Lines 1 and 2 only say what comes in. Note which of it is a logarithm.")
def elbo_line_2():
    return 2


@mistake("nb6.elbo_bug_line", "Line 3 makes a standard deviation of a log-variance: right. Follow where it goes.")
def elbo_line_3():
    return 3


@mistake("nb6.elbo_bug_line", "Line 4 draws z1 from q(z1|x): mean plus standard deviation times noise. Right.")
def elbo_line_4():
    return 4


@mistake("nb6.elbo_bug_line", "Line 5 draws z2 from q(z2|z1), at the z1 that was drawn: right.")
def elbo_line_5():
    return 5


@mistake("nb6.elbo_bug_line", "Line 6 is log p(x|z1), with the variance of x given z1: right.")
def elbo_line_6():
    return 6


@mistake("nb6.elbo_bug_line", "Line 7 is log p(z1|z2): mean 0.8 z2, variance VAR_1. Right.")
def elbo_line_7():
    return 7


@mistake("nb6.elbo_bug_line", "Line 8 is the prior of z2, N(0, 1), whose log-variance is 0: right.")
def elbo_line_8():
    return 8


@mistake("nb6.elbo_bug_line", "Line 10 is log q(z2|z1), with a log-variance: right. Compare it with its neighbour.")
def elbo_line_10():
    return 10


@mistake("nb6.elbo_bug_line", "Line 11 has the right sign: the ELBO is log p minus log q.")
def elbo_line_11():
    return 11


@mistake(
    "nb6.step_bug_line", "Lines 3 and 4 look up alpha_bar of this step and of the one before, which is 1 at t = 0: right."
)
def step_line_4():
    return 4


@mistake(
    "nb6.step_bug_line", "Lines 3 and 4 look up alpha_bar of this step and of the one before, which is 1 at t = 0: right."
)
def step_line_3():
    return 3


@mistake("nb6.step_bug_line", "Lines 1 and 2 only say what comes in, and which variance is meant: right.")
def step_line_1():
    return 1


@mistake("nb6.step_bug_line", "Lines 1 and 2 only say what comes in, and which variance is meant: right.")
def step_line_2():
    return 2


@mistake("nb6.step_bug_line", "Line 5 looks up the beta of this step: right.")
def step_line_5():
    return 5


@mistake("nb6.step_bug_line", "Line 6 solves x_t for x0 with the predicted noise: right.")
def step_line_6():
    return 6


@mistake(
    "nb6.step_bug_line",
    "Line 7 is the first factor of the formula: right. A wrong mean would move the clusters; are they moved?",
)
def step_line_7():
    return 7


@mistake(
    "nb6.step_bug_line",
    "Line 8 is the second factor of the formula: right. A wrong mean would move the clusters; are they moved?",
)
def step_line_8():
    return 8


@mistake("nb6.step_bug_line", "Line 9 is the variance, and it is right. What does a draw need?")
def step_line_9():
    return 9


@mistake("nb6.reveal_bug_line", "Line 3 finds the masked tokens: right.")
def reveal_line_3():
    return 3


@mistake("nb6.reveal_bug_line", "Lines 1 and 2 only say what comes in: right.")
def reveal_line_1():
    return 1


@mistake("nb6.reveal_bug_line", "Lines 1 and 2 only say what comes in: right.")
def reveal_line_2():
    return 2


@mistake("nb6.reveal_bug_line", "Lines 6 and 7 only say what comes in and what goes out: right.")
def reveal_line_6():
    return 6


@mistake("nb6.reveal_bug_line", "Lines 6 and 7 only say what comes in and what goes out: right.")
def reveal_line_7():
    return 7


@mistake("nb6.reveal_bug_line", "Line 13 returns the strings when the step t = 1 is done: right.")
def reveal_line_13():
    return 13


@mistake("nb6.reveal_bug_line", "Line 5 puts the guess where it is revealed and keeps the rest: right. What decides where?")
def reveal_line_5():
    return 5


@mistake("nb6.reveal_bug_line", "Line 8 starts from MASK everywhere: right.")
def reveal_line_8():
    return 8


@mistake("nb6.reveal_bug_line", "Line 9 visits t = T, ..., 1: right.")
def reveal_line_9():
    return 9


@mistake("nb6.reveal_bug_line", "Line 10 asks the exact model at every step: right, so no guess is a bad one by itself.")
def reveal_line_10():
    return 10


@mistake(
    "nb6.reveal_bug_line", "Line 11 draws a guess for every token at every step: right. How many of them are used at once?"
)
def reveal_line_11():
    return 11


@mistake("nb6.reveal_bug_line", "Line 12 throws new coins in every step: right.")
def reveal_line_12():
    return 12


# ---- repaired_vae_loss ----


@mistake("nb6.repaired_vae_loss", "The sigmoid is still applied twice: once by you, once inside the loss with logits.")
def sigmoid_twice(logits, x, mu, log_var):
    kl = 0.5 * (mu.square() + log_var.exp() - log_var - 1).sum(dim=1)
    return (F.binary_cross_entropy_with_logits(logits.sigmoid(), x, reduction="none").sum(dim=1) + kl).mean()


@mistake(
    "nb6.repaired_vae_loss",
    "Without the sigmoid the loss must be told that it gets logits: binary_cross_entropy wants probabilities.",
)
def probabilities_expected(logits, x, mu, log_var):
    kl = 0.5 * (mu.square() + log_var.exp() - log_var - 1).sum(dim=1)
    return (F.binary_cross_entropy(logits.clamp(1e-4, 1 - 1e-4), x, reduction="none").sum(dim=1) + kl).mean()


@mistake("nb6.repaired_vae_loss", "The pixels are averaged: sum them, or the KL weighs 64 times as much.")
def mean_over_pixels(logits, x, mu, log_var):
    kl = 0.5 * (mu.square() + log_var.exp() - log_var - 1).sum(dim=1)
    return (F.binary_cross_entropy_with_logits(logits, x, reduction="none").mean(dim=1) + kl).mean()


@mistake("nb6.repaired_vae_loss", "The KL is added: with a minus, a large KL would be rewarded.")
def kl_subtracted(logits, x, mu, log_var):
    kl = 0.5 * (mu.square() + log_var.exp() - log_var - 1).sum(dim=1)
    return (F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1) - kl).mean()


@mistake("nb6.repaired_vae_loss", "The KL is missing now: that is an autoencoder's loss.")
def no_kl(logits, x, mu, log_var):
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1).mean()


@mistake("nb6.repaired_vae_loss", "Average over the batch; you sum over it.")
def summed(logits, x, mu, log_var):
    kl = 0.5 * (mu.square() + log_var.exp() - log_var - 1).sum(dim=1)
    return (F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1) + kl).sum()


@mistake("nb6.repaired_vae_loss", "One number for the batch: take the mean at the end.")
def per_example(logits, x, mu, log_var):
    kl = 0.5 * (mu.square() + log_var.exp() - log_var - 1).sum(dim=1)
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1) + kl


# ---- repaired_elbo ----


@mistake("nb6.repaired_elbo", "log q(z1|x) still gets a standard deviation where log_normal wants a log-variance.")
def std_for_log_variance(x, gain, log_var, noise_1, noise_2):
    return broken_elbo(x, gain, log_var, noise_1, noise_2)


@mistake("nb6.repaired_elbo", "log q(z1|x) gets a variance where log_normal wants a log-variance.")
def variance_for_log_variance(x, gain, log_var, noise_1, noise_2):
    std = torch.exp(0.5 * log_var)
    wrong, right = (log_normal(std * noise_1, torch.zeros_like(x), value) for value in (std.square(), log_var))
    z1 = gain * x + std * noise_1
    z2 = GAIN_2 * z1 + math.sqrt(VAR_2) * noise_2
    log_p = log_normal(x, z1, math.log(VAR_X)) + log_normal(z1, 0.8 * z2, math.log(VAR_1)) + log_normal(z2, 0 * z2, 0.0)
    return log_p - wrong - log_normal(z2, GAIN_2 * z1, math.log(VAR_2))


@mistake(
    "nb6.repaired_elbo", "The variance of the draw and of log q(z1|x) must be the same: you changed the draw in line 4, too."
)
def draw_changed(x, gain, log_var, noise_1, noise_2):
    z1 = gain * x + torch.exp(log_var) * noise_1
    z2 = GAIN_2 * z1 + math.sqrt(VAR_2) * noise_2
    log_p = log_normal(x, z1, math.log(VAR_X)) + log_normal(z1, 0.8 * z2, math.log(VAR_1)) + log_normal(z2, 0 * z2, 0.0)
    return log_p - log_normal(z1, gain * x, log_var) - log_normal(z2, GAIN_2 * z1, math.log(VAR_2))


@mistake("nb6.repaired_elbo", "log q is subtracted: the ELBO is log p minus log q.")
def log_q_added(x, gain, log_var, noise_1, noise_2):
    z1 = gain * x + torch.exp(0.5 * log_var) * noise_1
    z2 = GAIN_2 * z1 + math.sqrt(VAR_2) * noise_2
    log_p = log_normal(x, z1, math.log(VAR_X)) + log_normal(z1, 0.8 * z2, math.log(VAR_1)) + log_normal(z2, 0 * z2, 0.0)
    return log_p + log_normal(z1, gain * x, log_var) + log_normal(z2, GAIN_2 * z1, math.log(VAR_2))


@mistake("nb6.repaired_elbo", "log p(z2), the prior, is missing now.")
def prior_missing(x, gain, log_var, noise_1, noise_2):
    z1 = gain * x + torch.exp(0.5 * log_var) * noise_1
    z2 = GAIN_2 * z1 + math.sqrt(VAR_2) * noise_2
    log_p = log_normal(x, z1, math.log(VAR_X)) + log_normal(z1, 0.8 * z2, math.log(VAR_1))
    return log_p - log_normal(z1, gain * x, log_var) - log_normal(z2, GAIN_2 * z1, math.log(VAR_2))


@mistake("nb6.repaired_elbo", "One value per example: keep the batch axis.")
def mean_of_the_batch(x, gain, log_var, noise_1, noise_2):
    z1 = gain * x + torch.exp(0.5 * log_var) * noise_1
    z2 = GAIN_2 * z1 + math.sqrt(VAR_2) * noise_2
    log_p = log_normal(x, z1, math.log(VAR_X)) + log_normal(z1, 0.8 * z2, math.log(VAR_1)) + log_normal(z2, 0 * z2, 0.0)
    return (log_p - log_normal(z1, gain * x, log_var) - log_normal(z2, GAIN_2 * z1, math.log(VAR_2))).mean()


@mistake(
    "nb6.repaired_elbo",
    "That is log p(x) itself, which the ELBO equals only at the true posterior: use q(z1|x) as it is given.",
)
def the_evidence(x, gain, log_var, noise_1, noise_2):
    return log_normal(x, torch.zeros_like(x), math.log(1.38))


# ---- repaired_step ----


@mistake("nb6.repaired_step", "The noise is still scaled by the variance: a draw needs the standard deviation.")
def still_the_variance(x_t, t, eps_hat, noise, schedule):
    return broken_step(x_t, t, eps_hat, noise, schedule)


@mistake("nb6.repaired_step", "The noise is gone altogether: all samples end in the middle of their cluster.")
def noise_removed(x_t, t, eps_hat, noise, schedule):
    return broken_step(x_t, t, eps_hat, torch.zeros_like(x_t), schedule)


@mistake("nb6.repaired_step", "The root is right, but nothing is added at t = 0.")
def noise_at_zero(x_t, t, eps_hat, noise, schedule):
    return broken_step(x_t, t, eps_hat, torch.zeros_like(x_t), schedule) + schedule.betas[t].sqrt() * noise


@mistake("nb6.repaired_step", "Its variance is beta_t here; you use the smaller one, of q(x_{t-1} | x_t, x0).")
def smaller_variance(x_t, t, eps_hat, noise, schedule):
    bar = schedule.alpha_bar[t]
    before = bar / schedule.alphas[t]
    std = (schedule.betas[t] * (1 - before) / (1 - bar)).clamp_min(0).sqrt() if t > 0 else 0
    return broken_step(x_t, t, eps_hat, torch.zeros_like(x_t), schedule) + std * noise


@mistake("nb6.repaired_step", "Noise 1 is scaled by 1: multiply it by the standard deviation of the step.")
def unscaled_noise(x_t, t, eps_hat, noise, schedule):
    return broken_step(x_t, t, eps_hat, torch.zeros_like(x_t), schedule) + (noise if t > 0 else 0)


@mistake("nb6.repaired_step", "The two factors of the mean are exchanged now.")
def factors_exchanged(x_t, t, eps_hat, noise, schedule):
    bar = schedule.alpha_bar[t]
    before = schedule.alpha_bar[t - 1] if t > 0 else torch.ones_like(bar)
    beta = schedule.betas[t]
    guess = (x_t - (1 - bar).sqrt() * eps_hat) / bar.sqrt()
    of_guess = before.sqrt() * beta / (1 - bar)
    of_x_t = schedule.alphas[t].sqrt() * (1 - before) / (1 - bar)
    return of_guess * x_t + of_x_t * guess + (beta.sqrt() * noise if t > 0 else 0)


# ---- repaired_reveal ----


@mistake(
    "nb6.repaired_reveal", "Still t/T: that is the share that is masked at step t, not the share revealed in this step."
)
def still_the_share(x_t, guess, t, T, mask_id, u):
    return torch.where((x_t == mask_id) & (u < t / T), guess, x_t)


@mistake(
    "nb6.repaired_reveal",
    "1/T is the chance of a token to be revealed at step t seen from the start; this one is still masked at t.",
)
def one_over_all(x_t, guess, t, T, mask_id, u):
    return torch.where((x_t == mask_id) & (u < 1 / T), guess, x_t)


@mistake(
    "nb6.repaired_reveal",
    "1 - t/T reveals nothing at t = T and little before: of those masked at t, which share is not at t - 1?",
)
def one_minus_the_share(x_t, guess, t, T, mask_id, u):
    return torch.where((x_t == mask_id) & (u < 1 - t / T), guess, x_t)


@mistake("nb6.repaired_reveal", "(t - 1)/t is the chance to stay masked; you reveal with it.")
def stay_probability(x_t, guess, t, T, mask_id, u):
    return torch.where((x_t == mask_id) & (u < (t - 1) / t), guess, x_t)


@mistake("nb6.repaired_reveal", "Only masked tokens may change: visible ones are replaced by a guess.")
def visible_replaced(x_t, guess, t, T, mask_id, u):
    return torch.where(u < 1 / t, guess, x_t)


@mistake("nb6.repaired_reveal", "Everything is revealed at once: that is one step for all T.")
def everything(x_t, guess, t, T, mask_id, u):
    return torch.where(x_t == mask_id, guess, x_t)


@mistake("nb6.repaired_reveal", "Use the coins that are passed in; you throw your own.")
def own_coins_again(x_t, guess, t, T, mask_id, u):
    return torch.where((x_t == mask_id) & (torch.rand(u.shape) < 1 / t), guess, x_t)
