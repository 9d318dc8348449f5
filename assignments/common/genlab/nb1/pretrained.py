"""The small trained VAE that the recap looks at, before one is written."""

import torch
from torch import Tensor, nn

from genlab.checkpoints import load_weights

from .latents import decode_probs


class PretrainedVAE:
    """A small trained VAE with Z = 2, to look at before one is written (weights: scripts/make_weights.py)."""

    def __init__(self) -> None:
        weights = load_weights("nb1.vae2d")
        self.encoder = nn.Sequential(nn.Flatten(), *_layers(weights, "encoder"))
        self.decoder = nn.Sequential(*_layers(weights, "decoder"), nn.Unflatten(1, (1, 28, 28)))

    @torch.no_grad()
    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation, each (B, 2), of q(z|x) for images (B, 1, 28, 28)."""
        mean, log_std = self.encoder(images).chunk(2, dim=1)
        return mean, torch.exp(log_std)

    def decode(self, z: Tensor) -> Tensor:
        """Pixel probabilities (N, 1, 28, 28) of latents z (N, 2)."""
        return decode_probs(self.decoder, z)


def _layers(weights: dict[str, Tensor], part: str) -> list[nn.Module]:
    """The three linear layers of one half of the pre-trained model, with ReLUs between them."""
    layers = []
    for k in range(3):
        weight, bias = weights[f"{part}.{k}.weight"], weights[f"{part}.{k}.bias"]
        linear = nn.utils.skip_init(nn.Linear, weight.shape[1], weight.shape[0])
        linear.load_state_dict({"weight": weight, "bias": bias})
        layers += [linear, nn.ReLU()]
    return layers[:-1]
