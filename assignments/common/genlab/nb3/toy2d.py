"""Points in the plane: three data sets to learn, and figures of merit that say how well samples match them."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

MODE_RADIUS = math.sqrt(2)  # every coordinate has variance 1
MODE_STD = 0.1
_angles = torch.arange(8) * (2 * math.pi / 8)
MODES = MODE_RADIUS * torch.stack([_angles.cos(), _angles.sin()], dim=1)  # (8, 2)


def eight_gaussians(num_points: int) -> Tensor:
    """Eight narrow round Gaussians on a circle: (N, 2)."""
    return MODES[torch.randint(8, (num_points,))] + MODE_STD * torch.randn(num_points, 2)


def swiss_roll(num_points: int) -> Tensor:
    """A spiral with a little noise: (N, 2)."""
    angle = 1.5 * math.pi * (1 + 2 * torch.rand(num_points))
    spiral = angle[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)
    return (spiral - torch.tensor([2.0, -0.1])) / 6.7 + 0.04 * torch.randn(num_points, 2)


def two_moons(num_points: int) -> Tensor:
    """Two half circles that reach into each other: (N, 2)."""
    angle, lower = math.pi * torch.rand(num_points), torch.rand(num_points) < 0.5
    upper_moon = torch.stack([angle.cos(), angle.sin()], dim=1)
    lower_moon = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], dim=1)
    points = torch.where(lower[:, None], lower_moon, upper_moon)
    return (points - torch.tensor([0.5, 0.25])) / torch.tensor([0.87, 0.5]) + 0.07 * torch.randn(num_points, 2)


DATASETS: dict[str, Callable[[int], Tensor]] = {
    "8 Gaussians": eight_gaussians,
    "swiss roll": swiss_roll,
    "moons": two_moons,
}


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
