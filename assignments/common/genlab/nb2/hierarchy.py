"""Given pieces of the hierarchical VAE: a helper for KLs, a toy whose likelihood is known, and three measurements."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from genlab.data import Batches


class PixelDecoder(nn.Sequential):
    """Latents z (N, Z) to the logits (N, 1, 28, 28) of p(x|z): one coin per pixel."""

    def __init__(self, latent_dim: int, hidden_dim: int):
        widths = (latent_dim, hidden_dim, hidden_dim, 28 * 28)
        layers = [layer for pair in zip(widths, widths[1:]) for layer in (nn.ReLU(), nn.Linear(*pair))]  # noqa: B905
        super().__init__(*layers[1:], nn.Unflatten(1, (1, 28, 28)))

    def log_prob(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x|z) of binary images x (N, 1, 28, 28): (N,), in nats."""
        return Independent(Bernoulli(logits=self(z)), 3).log_prob(x)


def gaussian_kl(q: Normal, p: Normal) -> Tensor:
    """KL(q || p) of Gaussians, one value for each latent: in the shape of their parameters, in nats."""
    return kl_divergence(q, p)


class LinearGaussian:
    """A hierarchy simple enough to be solved: z2 ~ N(0, 1), z1 = coupling·z2 + noise, x = z1 + noise.

    It is generative and inference model at once. With chain=True, q(z2|z1) q(z1|x) is the exact posterior. With
    chain=False, it is the best q(z1|x) q(z2|x) there is. Numbers are (B, 1) each; noise_1 and noise_x are variances.
    """

    def __init__(self, coupling: float = 0.9, noise_1: float = 0.2, noise_x: float = 0.5, chain: bool = True):
        self.coupling, self.noise_1, self.noise_x, self.chain = coupling, noise_1, noise_x, chain
        self.total_1 = coupling**2 + noise_1  # the variance of z1

    def log_p_x(self, x: Tensor) -> Tensor:
        """The exact log-likelihood: (B,)."""
        return Normal(0.0, math.sqrt(self.total_1 + self.noise_x)).log_prob(x).sum(dim=-1)

    def z1_given_z2(self, z2: Tensor) -> tuple[Tensor, Tensor]:
        return self.coupling * z2, torch.full_like(z2, math.log(self.noise_1))

    def log_p_x_given_z1(self, x: Tensor, z1: Tensor) -> Tensor:
        return Normal(z1, math.sqrt(self.noise_x)).log_prob(x).sum(dim=-1)

    def __call__(self, x: Tensor) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        """q(z1|x), and q(z2|.) at the mean of z1."""
        mu1 = x * self.total_1 / (self.total_1 + self.noise_x)
        variance = self.total_1 * self.noise_x / (self.total_1 + self.noise_x)
        if not self.chain:  # mean field: the mean of the posterior, and the inverse of its precisions
            variance = 1 / (1 / self.noise_1 + 1 / self.noise_x)
        return (mu1, torch.full_like(x, math.log(variance))), self.z2_given(x, mu1)

    def z2_given(self, x: Tensor, z1: Tensor) -> tuple[Tensor, Tensor]:
        """q(z2|z1) where chain, else q(z2|x)."""
        source = z1 if self.chain else x * self.total_1 / (self.total_1 + self.noise_x)
        variance = self.noise_1 / self.total_1  # of z2 once z1 is known
        return source * self.coupling / self.total_1, torch.full_like(x, math.log(variance))


def train_classifier(images: Tensor, labels: Tensor, epochs: int = 10) -> nn.Module:
    """A small network that names the digit on images (N, 1, 28, 28); about 91 % of test digits are named rightly."""
    torch.manual_seed(0)
    sizes = images[0].numel(), 128, 10
    model = nn.Sequential(nn.Flatten(), nn.Linear(*sizes[:2]), nn.ReLU(), nn.Linear(*sizes[1:])).to(images.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(epochs):
        for x, y in Batches(images, labels, batch_size=50):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    return model


@torch.no_grad()
def class_agreement(classifier: nn.Module, rows: Tensor) -> float:
    """Of the images in a row (R, N, 1, 28, 28), the share that belongs to the row's commonest class; mean over rows."""
    named = classifier(rows.flatten(0, 1)).argmax(dim=1).view(rows.shape[:2])
    return (named == named.mode(dim=1, keepdim=True).values).float().mean().item()


def used_units(means: Tensor, threshold: float = 0.01) -> list[int]:
    """The columns of posterior means (N, Z) that have a variance over the data above the threshold: their numbers."""
    return torch.std(means, dim=0).gt(math.sqrt(threshold)).nonzero().flatten().tolist()


@torch.no_grad()
def rows_of_one_z2(generative: nn.Module, rows: int, columns: int) -> Tensor:
    """New images (rows, columns, 1, 28, 28): z2 is drawn once for each row, z1 anew for each image."""
    z2 = torch.randn(rows, generative.z2_dim, device=next(generative.parameters()).device)
    return generative.sample(rows * columns, z2.repeat_interleave(columns, dim=0)).unflatten(0, (rows, columns))
