"""Figures of points in the plane, in the style of `genlab.plots`."""

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.patches import ConnectionPatch
from torch import Tensor

from genlab.diffusion import Schedule
from genlab.nb3.toy2d import eight_gaussians
from genlab.plots import BLACK, BLUE, GREEN, LINES, ORANGE, RED, YELLOW

GREY = "#777777"
SECTORS = np.array([*LINES, YELLOW])  # one colour for each eighth of the plane, seen from the origin
MMD2_BAND = 0.001  # two samples of the eight Gaussians, 2,000 points each, differ by no more in 99 of 100 cases
LIMIT = 2.8  # every panel shows [-LIMIT, LIMIT] on both axes, so that panels can be compared


def scatter_panels(panels: dict[str, Tensor], title: str = "", columns: int = 4, file: str = "") -> None:
    """Named sets of points (N, 2), one panel each; those whose name ends in "data" in grey. file: where to leave a copy."""
    rows = -(-len(panels) // columns)
    columns = min(columns, len(panels))
    width = min(12, 3.2 * columns)
    figure, axes = plt.subplots(rows, columns, figsize=(width, (width / columns + 0.25) * rows), squeeze=False)
    for ax, (name, points) in zip(axes.flat, panels.items(), strict=False):
        _points(ax, points, GREY if name.endswith("data") else BLUE)
        ax.set_title(name)
        ax.label_outer()
    for ax in axes.flat[len(panels) :]:
        ax.set_visible(False)
    figure.suptitle(title)
    if file:
        figure.savefig(file, bbox_inches="tight")
    plt.show()


def film(path: Tensor, file: str, every: int = 2) -> None:
    """The way (T+1, N, 2) of up to 1,000 points from noise to samples, as a GIF whose last picture stays for a while."""
    figure, ax = plt.subplots(figsize=(3, 3), dpi=90)
    moments = [*range(0, len(path) - 1, every), *[len(path) - 1] * 12]

    def draw(moment: int) -> None:
        ax.clear()
        _points(ax, path[moment, :1000], BLUE)
        ax.set(xticks=[], yticks=[], xlabel="", ylabel="")

    FuncAnimation(figure, draw, moments).save(file, PillowWriter(fps=12))
    plt.close(figure)


def noising_strips(strips: dict[str, list[Tensor]], labels: Sequence[str], title: str = "", key: int = 0) -> None:
    """One row per name: the same points (N, 2) at several steps, coloured by their direction in panel number `key`."""
    figure, axes = plt.subplots(len(strips), len(labels), figsize=(12, 1.75 * len(strips) + 0.5), squeeze=False)
    for row, (name, strip) in zip(axes, strips.items(), strict=True):
        for ax, points in zip(row, strip, strict=True):
            _points(ax, points, _by_direction(strip[key]))
            ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
        row[0].set_ylabel(name)
    for ax, label in zip(axes[0], labels, strict=True):
        ax.set_title(label)
    figure.suptitle(title)
    plt.show()


def draw_two_directions(strip: list[Tensor], labels: Sequence[str]) -> None:
    """The recap's picture: data become noise from left to right, and noise becomes data from right to left."""
    _, axes = plt.subplots(1, len(strip), figsize=(12, 3.7), layout="none")
    plt.subplots_adjust(left=0.02, right=0.98, bottom=0.21, top=0.72, wspace=0.25)
    for ax, points, label in zip(axes, strip, labels, strict=True):
        _points(ax, points, _by_direction(strip[0]))
        ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
        ax.set_title(label)
    for left, right in zip(axes[:-1], axes[1:], strict=True):
        for one, other, height, colour in ((left, right, 1.30, GREEN), (right, left, -0.14, RED)):
            props = {"arrowstyle": "-|>", "mutation_scale": 16, "lw": 2, "color": colour}
            ends = {"coordsA": one.transAxes, "coordsB": other.transAxes}
            one.add_artist(ConnectionPatch((0.5, height), (0.5, height), shrinkA=6, shrinkB=6, **ends, **props))
    figure = axes[0].figure
    figure.text(0.5, 0.93, "forward: add a little noise (fixed, nothing to learn)", color=GREEN, ha="center")
    figure.text(0.5, 0.03, "reverse: remove a little noise (learned)", color=RED, ha="center")
    plt.show()


def paths(path: Tensor, modes: Tensor, title: str = "") -> None:
    """The way of each point through the reverse process: path (T+1, N, 2), from noise (circles) to a sample (dots).

    The longest of them is easy to follow, the others stand behind it.
    """
    _, ax = plt.subplots(figsize=(9, 6.5))
    ax.scatter(*modes.T, s=700, color="#DDDDDD", zorder=0, label="the eight Gaussians")
    longest = int(path.diff(dim=0).norm(dim=-1).sum(dim=0).argmax())
    ax.plot(path[..., 0], path[..., 1], color=BLUE, alpha=0.35, linewidth=1)
    ax.plot(*path[:, longest].T, color=GREEN, linewidth=2, zorder=2, label="the longest way")
    ax.scatter(*path[0].T, s=36, facecolor="white", edgecolor=ORANGE, linewidth=2, zorder=3, label="start: noise")
    ax.scatter(*path[-1].T, s=30, color=BLACK, zorder=4, label="end: sample")
    ax.set(xlim=(-3.5, 3.5), ylim=(-3.5, 3.5), aspect="equal", xlabel="1st coordinate", ylabel="2nd coordinate", title=title)
    ax.figure.legend(loc="outside right upper")
    plt.show()


def noise_fields(answers: dict[str, Callable[[Tensor, Tensor], Tensor]], steps: Sequence[int], schedule: Schedule) -> None:
    """Where each answer (x_t, t) sends points: arrows against the noise that it sees, at several steps, and x_t in grey."""
    axis = torch.linspace(-LIMIT + 0.2, LIMIT - 0.2, 14)
    grid = torch.cartesian_prod(axis, axis)
    torch.manual_seed(0)
    x0 = eight_gaussians(600)
    panels = [(step, name) for step in steps for name in answers]
    _, axes = plt.subplots(1, len(panels), figsize=(12, 3.5))
    for ax, (step, name) in zip(axes, panels, strict=True):
        left = schedule.alpha_bar[step]
        _points(ax, left.sqrt() * x0 + (1 - left).sqrt() * torch.randn_like(x0), "#BBBBBB")
        with torch.no_grad():
            arrows = -(1 - left).sqrt() * answers[name](grid, torch.full((len(grid),), step))
        arrows *= (0.35 / arrows.norm(dim=1, keepdim=True)).clamp(max=1)  # long ones would hide the others
        ax.quiver(*grid.T, *arrows.T, color=BLUE, angles="xy", scale_units="xy", scale=1, width=0.008, headwidth=4)
        ax.set(title=f"{name}, t = {step}", xlabel="", ylabel="")
        ax.label_outer()
    plt.show()


def embedding_map(embedding: Tensor, title: str = "") -> None:
    """A time embedding (T, D) as a picture: steps to the right, its numbers upwards."""
    _, ax = plt.subplots(figsize=(9, 3.6))
    image = ax.imshow(embedding.T, cmap="PuOr", vmin=-1, vmax=1, aspect="auto", origin="lower", interpolation="nearest")
    ax.set(xlabel="step t", ylabel="number in the embedding", title=title)
    ax.grid(visible=False)
    plt.colorbar(image, ax=ax)
    plt.show()


def quality_and_time(num_steps: Sequence[int], mmd2: dict[str, Sequence[float]], seconds: Sequence[float]) -> None:
    """Left: MMD^2 against the number of steps, one line per name, and how far two samples of the data differ. Right: the
    time for one batch of samples."""
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
    left.set_yscale("symlog", linthresh=1e-3)  # an MMD^2 near 0 may be negative
    for name, values in mmd2.items():
        left.plot(num_steps, values, "o-", label=name)
    left.axhspan(-MMD2_BAND, MMD2_BAND, color="#DDDDDD", label="two samples of the data")
    left.set(ylabel="MMD² to the data", title="quality (lower is better)", ylim=(-1e-3, 0.3))
    left.legend()
    right.plot(num_steps, seconds, "o-", color=ORANGE)
    right.set(yscale="log", ylabel="seconds for 2,000 samples", title="run time")
    for ax in (left, right):
        ax.set(xscale="log", xlabel="number of steps")
        ax.set_xticks(num_steps, [str(n) for n in num_steps])
        ax.minorticks_off()
    plt.show()


def _by_direction(points: Tensor) -> np.ndarray:
    """A colour for each point (N, 2), by the eighth of the plane in which it lies."""
    angle = torch.atan2(points[:, 1], points[:, 0]) / (2 * torch.pi)
    return SECTORS[(angle * 8).round().long() % 8]


def _points(ax: plt.Axes, points: Tensor, colours: str | np.ndarray) -> None:
    points = points.detach().cpu()
    ax.scatter(points[:, 0], points[:, 1], s=5, alpha=0.6, linewidths=0, c=colours)
    ax.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), aspect="equal", xlabel="1st coordinate", ylabel="2nd coordinate")
