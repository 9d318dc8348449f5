"""Wrong answers to the second mock exam, each with the sentence a tutor would say."""

import math

import torch

from genweek.making.variants import mistake


@mistake("mock2.gaussian_nll", "The constant log 2π is missing.")
def no_constant(x, mean, log_var):
    return 0.5 * (log_var + (x - mean) ** 2 / log_var.exp()).flatten(1).sum(dim=1)


@mistake(
    "mock2.gaussian_nll", "The variance is exp(log_var): you divide by the log-variance's half, the standard deviation."
)
def divided_by_std(x, mean, log_var):
    return 0.5 * (math.log(2 * math.pi) + log_var + (x - mean) ** 2 / (0.5 * log_var).exp()).flatten(1).sum(dim=1)


@mistake("mock2.gaussian_nll", "The sign: a negative log-likelihood is minus the log-density.")
def log_density(x, mean, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (x - mean) ** 2 / log_var.exp()).flatten(1).sum(dim=1)


@mistake("mock2.gaussian_nll", "The log-variance belongs in the sum, too: it is what keeps the variance from growing.")
def no_log_variance(x, mean, log_var):
    return 0.5 * (math.log(2 * math.pi) + (x - mean) ** 2 / log_var.exp()).flatten(1).sum(dim=1)


@mistake("mock2.gaussian_nll", "Sum over the pixels; you take their mean.")
def mean_of_pixels(x, mean, log_var):
    return 0.5 * (math.log(2 * math.pi) + log_var + (x - mean) ** 2 / log_var.exp()).flatten(1).mean(dim=1)


@mistake("mock2.gaussian_nll", "One value per image: keep the batch axis.")
def one_number(x, mean, log_var):
    return 0.5 * (math.log(2 * math.pi) + log_var + (x - mean) ** 2 / log_var.exp()).sum()


@mistake("mock2.first_noisy_step", "That is the last step that is not below the ratio: the first noisy one comes after it.")
def one_before(alpha_bar, ratio):
    return int((alpha_bar / (1 - alpha_bar) >= ratio).sum()) - 1


@mistake("mock2.first_noisy_step", "The ratio is alpha_bar / (1 - alpha_bar); you compare alpha_bar itself.")
def without_the_noise(alpha_bar, ratio):
    return int((alpha_bar >= ratio).sum())


@mistake("mock2.first_noisy_step", "Signal over noise: you have noise over signal.")
def upside_down(alpha_bar, ratio):
    return int(((1 - alpha_bar) / alpha_bar >= ratio).sum())


@mistake("mock2.first_noisy_step", "Where no step is below the ratio the answer is T: argmax of nothing says 0.")
def argmax_of_nothing(alpha_bar, ratio):
    return int((alpha_bar / (1 - alpha_bar) < ratio).int().argmax())


@mistake("mock2.first_noisy_step", "The ratio is one of variances: alpha_bar and 1 - alpha_bar, without roots.")
def of_amplitudes(alpha_bar, ratio):
    return int(((alpha_bar / (1 - alpha_bar)).sqrt() >= ratio).sum())


@mistake("mock2.masked_accuracy", "Visible tokens are counted, too: they are no guesses.")
def all_positions(logits, x0, x_t, mask_id):
    return (logits.argmax(dim=-1) == x0).float().mean()


@mistake("mock2.masked_accuracy", "That is the number of right guesses; asked is their share of the masked tokens.")
def a_count(logits, x0, x_t, mask_id):
    return ((logits.argmax(dim=-1) == x0) & (x_t == mask_id)).sum().float()


@mistake("mock2.masked_accuracy", "Divide by the number of masked tokens, not by the number of all.")
def share_of_all(logits, x0, x_t, mask_id):
    return ((logits.argmax(dim=-1) == x0) & (x_t == mask_id)).float().mean()


@mistake("mock2.masked_accuracy", "Average over all masked tokens at once: rows with few masks count too much otherwise.")
def mean_of_rows(logits, x0, x_t, mask_id):
    masked = x_t == mask_id
    right = ((logits.argmax(dim=-1) == x0) & masked).sum(dim=1)
    return (right / masked.sum(dim=1).clamp_min(1)).mean()


@mistake("mock2.masked_accuracy", "The most likely token is along the last axis.")
def wrong_axis(logits, x0, x_t, mask_id):
    best = logits.argmax(dim=1)
    return (best[:, :1].expand_as(x0) == x0)[x_t == mask_id].float().mean()


@mistake("mock2.mended_bound", "log p(z2), the prior, is still missing.")
def still_missing(x, noise_1, noise_2, weight):
    return faulty_bound(x, noise_1, noise_2, weight)


@mistake("mock2.mended_bound", "The prior is added to log p; you subtract it.")
def prior_subtracted(x, noise_1, noise_2, weight):
    z2 = 0.6 * (weight * x + math.sqrt(0.5) * noise_1) + 0.8 * noise_2
    return faulty_bound(x, noise_1, noise_2, weight) - log_normal(z2, torch.zeros_like(z2), 1.0)


@mistake("mock2.mended_bound", "The prior belongs to z2: N(0, 1) is not the law of z1 once z2 is given.")
def prior_of_z1(x, noise_1, noise_2, weight):
    z1 = weight * x + math.sqrt(0.5) * noise_1
    return faulty_bound(x, noise_1, noise_2, weight) + log_normal(z1, torch.zeros_like(z1), 1.0)


@mistake("mock2.mended_bound", "log_normal wants a variance here: the prior's is 1, and log 1 = 0 is not it.")
def log_variance_of_the_prior(x, noise_1, noise_2, weight):
    z2 = 0.6 * (weight * x + math.sqrt(0.5) * noise_1) + 0.8 * noise_2
    return faulty_bound(x, noise_1, noise_2, weight) + log_normal(z2, torch.zeros_like(z2), 1e-6)


@mistake("mock2.mended_bound", "One value per example: keep the batch axis.")
def averaged(x, noise_1, noise_2, weight):
    z2 = 0.6 * (weight * x + math.sqrt(0.5) * noise_1) + 0.8 * noise_2
    return (faulty_bound(x, noise_1, noise_2, weight) + log_normal(z2, torch.zeros_like(z2), 1.0)).mean()
