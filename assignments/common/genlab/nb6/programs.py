"""The programs around the four functions of Notebook 6 that have a bug: each runs one and shows its symptom."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..data import binarise, load_digits8
from ..diffusion import Schedule, cosine_schedule

NUM_LATENT = 8
ANGLES = torch.arange(8) * (math.pi / 4)
CENTRES = math.sqrt(2) * torch.stack([ANGLES.cos(), ANGLES.sin()], dim=1)  # (8, 2), as in Notebook 3
STD = 0.1


def train_small_vae(loss_of: Callable, steps: int = 600) -> None:
    """Train a VAE on binarised 8x8 digits with a loss(logits, x, mu, log_var), print its terms, and draw samples."""
    from .. import plots

    x = binarise(load_digits8()[0]).flatten(1)  # (N, 64)
    encoder = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 2 * NUM_LATENT))
    decoder = nn.Sequential(nn.Linear(NUM_LATENT, 128), nn.ReLU(), nn.Linear(128, 64))
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=3e-3)
    for step in range(1, steps + 1):
        batch = x[torch.randint(len(x), (128,))]
        mu, log_var = encoder(batch).chunk(2, dim=1)
        logits = decoder(torch.distributions.Normal(mu, log_var.exp().sqrt()).rsample())
        loss = loss_of(logits, batch, mu, log_var)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 150 == 0:
            latent = torch.distributions.Normal(mu, log_var.exp().sqrt())
            kl = torch.distributions.kl_divergence(latent, torch.distributions.Normal(0.0, 1.0)).sum(dim=1).mean()
            print(f"step {step}: loss {loss.item():5.1f} nats, of which KL {kl.item():5.2f}")
    with torch.no_grad():
        samples = decoder(torch.randn(10, NUM_LATENT)).sigmoid()
    plots.image_rows({"data": x[:10].view(-1, 1, 8, 8), "samples": samples.view(-1, 1, 8, 8)}, title="8x8 digits")


def compare_with_the_truth(elbo_of: Callable, num: int = 100_000) -> None:
    """Print the mean of an elbo(x, gain, log_var, noise_1, noise_2) at the true posterior, beside log p(x)."""
    x, noise_1, noise_2 = torch.randn(num) * math.sqrt(1.38), torch.randn(num), torch.randn(num)
    gain = torch.tensor(0.89 / 1.38)
    log_var = torch.tensor(0.89 * (1 - 0.89 / 1.38)).log()
    truth = torch.distributions.Normal(0.0, math.sqrt(1.38)).log_prob(x)
    bound = elbo_of(x, gain, log_var, noise_1, noise_2)
    print(f"log p(x) {truth.mean():.3f} nats, ELBO {bound.mean():.3f} nats (mean of {num:,} examples)")
    print(f"largest difference of a single example: {(bound - truth).abs().max():.3f} nats")


def sample_eight_gaussians(step: Callable, num: int = 2000, num_steps: int = 100) -> None:
    """Sample with a step(x_t, t, eps_hat, noise, schedule) and the exact denoiser; print and draw what comes out."""
    from .figures import beside

    schedule = cosine_schedule(num_steps)
    x = torch.randn(num, 2)
    for t in reversed(range(num_steps)):
        x = step(x, t, exact_noise(x, t, schedule), torch.randn_like(x), schedule)
    data = CENTRES[torch.randint(8, (num,))] + STD * torch.randn(num, 2)
    for name, points in (("data", data), ("samples", x)):
        distances = torch.cdist(points, CENTRES)
        spread = (points - CENTRES[distances.argmin(dim=1)]).std()
        inside = (distances.amin(dim=1) < 3 * STD).float().mean()
        print(f"{name}: within 3 sigma {inside:.3f}, spread within a cluster {spread:.3f}")
    beside({"data": data, "samples": x})


def exact_noise(x_t: Tensor, t: int, schedule: Schedule) -> Tensor:
    """E[noise | x_t] (B, 2) for the eight Gaussians: the best that any network could learn."""
    left = schedule.alpha_bar[t]
    variance = left * STD**2 + 1 - left
    difference = x_t[:, None] - left.sqrt() * CENTRES  # (B, 8, 2)
    weights = (-difference.square().sum(dim=-1) / (2 * variance)).softmax(dim=1)
    return (1 - left).sqrt() / variance * (weights[..., None] * difference).sum(dim=1)


def judge_strings(tokens: Tensor, language) -> None:
    """Print how many strings (N, L) are valid, how many hold a mask, and the first eight."""
    print(f"valid: {language.valid(tokens).float().mean():.1%}")
    print(f"tokens that are still masked: {(tokens == language.MASK).float().mean():.1%}")
    print("   ".join(language.texts(tokens[:8])))
