"""The first rungs of the recap: densities and their KL, and a toy whose true posterior can be drawn."""

import matplotlib.pyplot as plt
import torch
from matplotlib.colors import PowerNorm
from torch import Tensor
from torch.distributions import Normal

from genlab.plots import BLACK, BLUE, ORANGE

GRID = torch.linspace(-8, 8, 1601, dtype=torch.float64)


def draw_kls() -> None:
    """A strip of pairs of densities, each with its KL(q || p) by the definition: a sum over a fine grid."""
    middle, one_off, two_off = (_bump(at) for at in (0, 1, 2))
    left, both = _bump(-2, 0.7), (_bump(-2, 0.7) + _bump(2, 0.7)) / 2
    pairs = ((middle, middle), (one_off, middle), (two_off, middle), (left, both), (both, left))
    _, axes = plt.subplots(1, len(pairs), figsize=(12, 2.6), sharey=True)
    for ax, (q, p) in zip(axes, pairs, strict=True):
        kl = (q * (q.log() - p.log())).sum() * (GRID[1] - GRID[0])
        ax.plot(GRID, p, color=ORANGE, linestyle="--", lw=3, label="$p$")
        ax.plot(GRID, q, color=BLUE, label="$q$")
        ax.set(xlim=(-5, 5), yticks=[], xlabel="$z$", title=f"{kl:.2f} nats")
    axes[0].legend(loc="upper left")
    plt.show()


def _bump(at: float, width: float = 1.0) -> Tensor:
    return Normal(at, width).log_prob(GRID).exp()


class ProductToy:
    """A story with two latent numbers: z ~ N(0, I), and x is their product, give or take 0.3."""

    def __init__(self, x: float = 1.0):
        axis = torch.linspace(-4, 4, 201)
        self.z1, self.z2 = torch.meshgrid(axis, axis, indexing="xy")
        self.log_area = 2 * (axis[1] - axis[0]).log()  # of one cell of the grid
        prior = _log_bell(self.z1, 0.0, 1.0) + _log_bell(self.z2, 0.0, 1.0)
        self.log_joint = prior + _log_bell(torch.tensor(x), self.z1 * self.z2, 0.3)
        self.log_p_x = (self.log_joint + self.log_area).flatten().logsumexp(0)
        self.log_posterior = self.log_joint - self.log_p_x

    def mean_under(self, log_q: Tensor, values: Tensor) -> Tensor:
        return ((log_q + self.log_area).exp() * values).sum()

    def best_gaussian(self) -> Tensor:
        """The log-density, on the grid, of the diagonal Gaussian with the highest bound."""
        numbers = torch.tensor([1.0, 1.0, -1.0, -1.0], requires_grad=True)
        search = torch.optim.LBFGS([numbers], max_iter=100, line_search_fn="strong_wolfe")

        def log_q() -> Tensor:
            at_1, at_2, *spreads = numbers
            return sum(_log_bell(z, at, s.exp()) for z, at, s in zip((self.z1, self.z2), (at_1, at_2), spreads, strict=True))

        def gap() -> Tensor:
            search.zero_grad()
            log_density = log_q()
            value = self.mean_under(log_density, log_density - self.log_posterior)
            value.backward()
            return value

        search.step(gap)
        return log_q().detach()


def draw_posterior() -> None:
    """The true posterior of the toy at x = 1 beside the best diagonal Gaussian, and the three figures of the bound."""
    toy = ProductToy()
    log_q = toy.best_gaussian()
    _, axes = plt.subplots(1, 2, figsize=(9, 4.4), sharey=True)
    names = "true posterior $p(z\\,|\\,x = 1)$", "best diagonal Gaussian $q(z\\,|\\,x = 1)$"
    for ax, name, log_density in zip(axes, names, (toy.log_posterior, log_q), strict=True):
        levels = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.8, 1.6]
        ax.contourf(toy.z1, toy.z2, log_density.exp(), levels, cmap="Blues", norm=PowerNorm(0.4, 0, 1), extend="max")
        ax.contour(toy.z1, toy.z2, toy.log_posterior.exp(), levels=[0.02], colors=BLACK, linewidths=1)
        ax.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xlabel="$z_1$", title=name)
    axes[0].set(ylabel="$z_2$")
    plt.show()
    elbo = toy.mean_under(log_q, toy.log_joint - log_q)
    gap = toy.mean_under(log_q, log_q - toy.log_posterior)
    print(f"log p(x) = {toy.log_p_x:.3f} nats;  ELBO + KL = {elbo:.3f} + {gap:.3f} = {elbo + gap:.3f} nats")


def _log_bell(z: Tensor, at: Tensor | float, spread: Tensor | float) -> Tensor:
    return Normal(at, spread).log_prob(z)
