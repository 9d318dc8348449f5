"""Given pieces of the VAE notebooks: what a decoder makes of latents from the prior, on a line, or along one unit."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


@torch.no_grad()
def decode_probs(decoder: nn.Module, z: Tensor) -> Tensor:
    """Pixel probabilities (N, 1, H, W) of latents z (N, Z): the sigmoid of the decoder's logits."""
    return decoder(z).sigmoid()


def sample_prior(decoder: nn.Module, num_samples: int, latent_dim: int) -> Tensor:
    """Decodes latents drawn from the prior N(0, I): new images, (num_samples, 1, H, W), in [0, 1]."""
    weights = next(decoder.parameters())
    return decode_probs(decoder, torch.randn(num_samples, latent_dim).to(weights))


def interpolate(decoder: nn.Module, z_start: Tensor, z_end: Tensor, num_steps: int = 11) -> Tensor:
    """Decodes the points of a straight line between two latents (Z,), both ends included."""
    fractions = [k / (num_steps - 1) for k in range(num_steps)]
    return decode_probs(decoder, torch.stack([torch.lerp(z_start, z_end, fraction) for fraction in fractions]))


def traverse(decoder: nn.Module, z: Tensor, unit: int, values: Sequence[float]) -> Tensor:
    """Decodes one latent (Z,) again and again while a single unit runs through the given values."""
    line = z.repeat(len(values), 1)
    line[:, unit] = torch.tensor(values).to(z)
    return decode_probs(decoder, line)
