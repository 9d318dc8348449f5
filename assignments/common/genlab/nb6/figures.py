"""The figure of bug 3, in the style of `genlab.plots`."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from torch import Tensor

from ..plots import BLUE

LIMIT = 2.2


def beside(panels: Mapping[str, Tensor]) -> None:
    """Named sets of points (N, 2), one panel each, on the same axes."""
    _, axes = plt.subplots(1, len(panels), figsize=(9, 4.4))
    for ax, (name, points) in zip(axes, panels.items(), strict=True):
        ax.scatter(*points.T, s=6, alpha=0.5, linewidths=0, color="#555555" if name == "data" else BLUE)
        ax.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), aspect="equal", xlabel="$x_1$", ylabel="$x_2$", title=name)
    plt.show()
