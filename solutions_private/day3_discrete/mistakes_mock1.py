"""Wrong answers to the first mock exam, each with the sentence a tutor would say."""

import torch
import torch.nn.functional as F

from genweek.making.variants import mistake


@mistake("mock1.prior_kl", "The prior's width is ignored: that is the KL to N(0, I).")
def standard_prior(mean, std, prior_std):
    return (0.5 * (mean**2 + std**2 - 1) - std.log()).sum(dim=1)


@mistake("mock1.prior_kl", "The logarithm is upside down: it is log(s/σ), which is large for a narrow q.")
def log_reversed(mean, std, prior_std):
    return ((std / prior_std).log() + (std**2 + mean**2) / (2 * prior_std**2) - 0.5).sum(dim=1)


@mistake("mock1.prior_kl", "Divide by the prior's variance, s², not by s.")
def divided_by_s(mean, std, prior_std):
    return ((prior_std / std).log() + (std**2 + mean**2) / (2 * prior_std) - 0.5).sum(dim=1)


@mistake("mock1.prior_kl", "std is a standard deviation here, not a log-variance: no exponential.")
def log_variance_expected(mean, std, prior_std):
    return 0.5 * ((std.exp() + mean**2) / prior_std**2 - 1 - std + 2 * torch.tensor(prior_std).log()).sum(dim=1)


@mistake("mock1.prior_kl", "Sum over the latent dimensions; you take their mean.")
def mean_of_dimensions(mean, std, prior_std):
    return ((prior_std / std).log() + (std**2 + mean**2) / (2 * prior_std**2) - 0.5).mean(dim=1)


@mistake("mock1.prior_kl", "One value per example: keep the batch axis.")
def all_summed(mean, std, prior_std):
    return ((prior_std / std).log() + (std**2 + mean**2) / (2 * prior_std**2) - 0.5).sum()


@mistake(
    "mock1.skip_forward", "That jumps from clean data: at s some of the signal is gone already, so divide by alpha_bar[s]."
)
def from_clean_data(x_s, s, t, noise, alpha_bar):
    left = alpha_bar[t][:, None]
    return left.sqrt() * x_s + (1 - left).sqrt() * noise


@mistake("mock1.skip_forward", "What is kept is a ratio of the two alpha_bar, not their difference.")
def difference(x_s, s, t, noise, alpha_bar):
    kept = (1 - alpha_bar[s] + alpha_bar[t])[:, None]
    return kept.sqrt() * x_s + (1 - kept).sqrt() * noise


@mistake("mock1.skip_forward", "Both coefficients are roots: the squares add to 1.")
def roots_missing(x_s, s, t, noise, alpha_bar):
    kept = (alpha_bar[t] / alpha_bar[s])[:, None]
    return kept * x_s + (1 - kept) * noise


@mistake("mock1.skip_forward", "The added variance is 1 - alpha_bar[t] / alpha_bar[s]: some of the noise is in x_s already.")
def too_much_noise(x_s, s, t, noise, alpha_bar):
    kept = (alpha_bar[t] / alpha_bar[s])[:, None]
    return kept.sqrt() * x_s + (1 - alpha_bar[t])[:, None].sqrt() * noise


@mistake("mock1.skip_forward", "Each example has its own s and t: you use the first for all.")
def first_pair(x_s, s, t, noise, alpha_bar):
    kept = alpha_bar[t[0]] / alpha_bar[s[0]]
    return kept.sqrt() * x_s + (1 - kept).sqrt() * noise


@mistake("mock1.fill_masks", "The most likely token is not a draw: u is not used.")
def argmax(probability, x_t, mask_id, u):
    return torch.where(x_t == mask_id, probability.argmax(dim=-1), x_t)


@mistake("mock1.fill_masks", "Visible tokens stay: only masked positions are drawn.")
def visible_too(probability, x_t, mask_id, u):
    return (probability.cumsum(dim=-1) <= u[..., None]).sum(dim=-1).clamp(max=probability.shape[-1] - 1)


@mistake("mock1.fill_masks", "The running sum goes over the tokens, the last axis, not over the positions.")
def over_positions(probability, x_t, mask_id, u):
    return torch.where(x_t == mask_id, (probability.cumsum(dim=1) <= u[..., None]).sum(dim=-1).clamp(max=4), x_t)


@mistake("mock1.fill_masks", "One token too far: count the sums that do not exceed u; the next token is the draw.")
def one_too_far(probability, x_t, mask_id, u):
    drawn = (probability.cumsum(dim=-1) <= u[..., None]).sum(dim=-1) + 1
    return torch.where(x_t == mask_id, drawn.clamp(max=probability.shape[-1] - 1), x_t)


@mistake("mock1.fill_masks", "u is compared with the running sum, not with each probability alone.")
def no_running_sum(probability, x_t, mask_id, u):
    return torch.where(x_t == mask_id, (probability > u[..., None]).long().argmax(dim=-1), x_t)


@mistake("mock1.mended_loss", "Still the mean over the pixels: the KL then weighs 64 times as much as it should.")
def still_the_mean(logits, x, mu, log_var):
    return faulty_loss(logits, x, mu, log_var)


@mistake("mock1.mended_loss", "The sigmoid is applied twice now: the loss takes logits.")
def with_a_sigmoid(logits, x, mu, log_var):
    kl = 0.5 * (log_var.exp() + mu**2 - 1 - log_var).sum(dim=1)
    return (kl + F.binary_cross_entropy_with_logits(logits.sigmoid(), x, reduction="none").sum(dim=1)).mean()


@mistake("mock1.mended_loss", "The KL is divided by 64 instead: both terms are in nats per image.")
def kl_divided(logits, x, mu, log_var):
    kl = 0.5 * (log_var.exp() + mu**2 - 1 - log_var).sum(dim=1) / 64
    return (kl + F.binary_cross_entropy_with_logits(logits, x, reduction="none").mean(dim=1)).mean()


@mistake("mock1.mended_loss", "Average over the batch; you sum over it.")
def batch_summed(logits, x, mu, log_var):
    kl = 0.5 * (log_var.exp() + mu**2 - 1 - log_var).sum()
    return kl + F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
