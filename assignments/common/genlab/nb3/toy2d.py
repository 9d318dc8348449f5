"""Points in the plane: three data sets to learn, and figures of merit that say how well samples match them."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

MODE_RADIUS = math.sqrt(2)  # every coordinate has variance 1
MODE_STD = 0.1
_angles = torch.arange(8) * (2 * math.pi / 8)
MODES = MODE_RADIUS * torch.stack([_angles.cos(), _angles.sin()], dim=1)  # (8, 2)

_OUTLINE = torch.tensor(  # the corners of the dinosaur: head, back of the neck, plates, tail, hind leg, fore leg, throat
    [
        *[(11.9, 9.6), (11.3, 10.5), (10.3, 10.9), (9.3, 10.4), (8.8, 9.2), (8.5, 7.9), (8.0, 6.9)],
        *[(7.5, 8.2), (6.7, 6.8), (5.9, 8.5), (5.1, 6.8), (4.2, 8.1), (3.6, 6.2), (2.6, 7.0), (2.3, 5.0)],
        *[(1.0, 3.9), (-0.4, 3.6), (-1.6, 4.2), (-2.5, 5.4), (-2.3, 3.5), (-1.2, 2.2), (0.4, 1.7), (2.0, 1.9)],
        *[(2.2, 0.9), (2.1, -0.6), (3.9, -0.6), (4.0, 0.6), (4.4, 1.6), (5.6, 1.2)],
        *[(6.8, 1.5), (6.8, 0.6), (6.7, -0.6), (8.5, -0.6), (8.5, 0.8), (8.7, 2.2)],
        *[(9.6, 3.6), (10.3, 5.4), (10.6, 7.0), (10.7, 8.3), (11.5, 8.5), (12.0, 8.9)],
    ]
)


def eight_gaussians(num_points: int) -> Tensor:
    """Eight narrow round Gaussians on a circle: (N, 2)."""
    return MODES[torch.randint(8, (num_points,))] + MODE_STD * torch.randn(num_points, 2)


def swiss_roll(num_points: int) -> Tensor:
    """A spiral with a little noise: (N, 2)."""
    angle = 1.5 * math.pi * (1 + 2 * torch.rand(num_points))
    spiral = angle[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)
    return (spiral - torch.tensor([2.0, -0.1])) / 6.7 + 0.04 * torch.randn(num_points, 2)


def dinosaur(num_points: int) -> Tensor:
    """The outline of a dinosaur, with an eye and a little noise: (N, 2)."""
    corner = torch.multinomial((_OUTLINE.roll(-1, 0) - _OUTLINE).norm(dim=1), num_points, replacement=True)
    along = torch.rand(num_points, 1)
    outline = (1 - along) * _OUTLINE[corner] + along * _OUTLINE.roll(-1, 0)[corner]
    eye = torch.tensor([10.4, 9.6]) + 0.12 * torch.randn(num_points, 2)
    points = torch.where(torch.rand(num_points, 1) < 0.03, eye, outline)
    return (points - torch.tensor([5.4, 4.8])) / 3.79 + 0.02 * torch.randn(num_points, 2)


DATASETS: dict[str, Callable[[int], Tensor]] = {
    "8 Gaussians": eight_gaussians,
    "swiss roll": swiss_roll,
    "dinosaur": dinosaur,
}


def best_guess(x_t: Tensor, alpha_bar: Tensor, data: Tensor) -> Tensor:
    """The average of the data points (M, 2), each weighted by how well it explains the noisy points x_t (N, 2): (N, 2)."""
    misfit = torch.cdist(x_t, alpha_bar.sqrt() * data).square() / (2 * (1 - alpha_bar))
    return (-misfit).softmax(dim=1) @ data


def mmd2(x: Tensor, y: Tensor, bandwidth: float = 0.3) -> float:
    """Squared maximum mean discrepancy of two samples (N, D) and (M, D): 0 in expectation when they agree.

    The unbiased estimate with the kernel exp(-|a-b|^2 / (2 bandwidth^2)), so small values may be negative.
    Source: Gretton et al. 2012, a kernel two-sample test.
    """
    total = 0.0
    for one, other, factor in ((x, x, 1), (y, y, 1), (x, y, -2)):
        kernel = torch.exp(torch.cdist(one, other).square() / (-2 * bandwidth**2))
        if one is other:
            kernel.fill_diagonal_(0)
        total += factor * (kernel.sum() / (len(one) * (len(other) - (one is other)))).item()
    return total


def within_three_sigma(points: Tensor) -> float:
    """Share of points (N, 2) within 3 standard deviations of one of the eight Gaussians (0.989 for the data)."""
    return (torch.cdist(points, MODES.to(points)).amin(dim=1) < 3 * MODE_STD).float().mean().item()


def cluster_std(points: Tensor) -> float:
    """The standard deviation of a cluster, in each direction, from the points (N, 2) within 5 sigma (0.100 for the data)."""
    distance = torch.cdist(points, MODES.to(points)).amin(dim=1)
    return distance[distance < 5 * MODE_STD].square().mean().div(2).sqrt().item()


def modes_found(points: Tensor) -> int:
    """How many of the eight Gaussians have at least a quarter of their share of the points (N, 2) within 3 sigma."""
    near = (torch.cdist(points, MODES.to(points)) < 3 * MODE_STD).sum(dim=0)
    return int((near >= len(points) / 32).sum())


def in_numbers(points: Tensor, data: Tensor) -> str:
    """What is said of samples (N, 2) of the eight Gaussians in one line."""
    return f"MMD² {mmd2(points, data):.4f}, within 3 sigma {within_three_sigma(points):.3f}"
