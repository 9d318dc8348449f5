"""One style for the figures of the week: colour-blind-safe colours (Okabe and Ito), sizes that a projector can show."""

from collections.abc import Sequence
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from torch import Tensor

from .training import History

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = COLOURS = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
LINES = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, BLACK)  # yellow is too faint for a line on white

plt.rcParams.update(
    {
        "font.size": 12,
        "axes.titlesize": 13,
        "axes.labelsize": 12,
        "legend.fontsize": 11,
        "figure.dpi": 100,
        "figure.constrained_layout.use": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.3,
        "lines.linewidth": 2,
        "legend.frameon": False,
        "axes.prop_cycle": plt.cycler(color=LINES),
    }
)


def tile(images: Tensor, columns: int) -> np.ndarray:
    """One array (rows*(H+1)+1, columns*(W+1)+1) that shows images (N, 1, H, W) with thin lines between them."""
    pixels = images.detach().cpu().double().numpy()[:, 0]
    num, height, width = pixels.shape
    rows = -(-num // columns)
    canvas = np.full((rows * (height + 1) + 1, columns * (width + 1) + 1), np.nan)
    for k, image in enumerate(pixels):
        top, left = k // columns * (height + 1) + 1, k % columns * (width + 1) + 1
        canvas[top : top + height, left : left + width] = image
    return canvas


def _show(ax: plt.Axes, images: Tensor, columns: int, value_range: tuple[float, float]) -> None:
    colours = plt.get_cmap("gray_r").with_extremes(bad="#BBD5E8")  # the lines between the images
    ax.imshow(tile(images, columns), cmap=colours, vmin=value_range[0], vmax=value_range[1], interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def image_grid(
    images: Tensor, columns: int = 10, title: str = "", value_range: tuple[float, float] = (0, 1), width: float = 8.0
) -> None:
    """Images (N, 1, H, W), left to right, then down."""
    image_panels({title: images}, columns, value_range=value_range, width=width)


def image_panels(
    panels: dict[str, Tensor],
    columns: int = 5,
    title: str = "",
    value_range: tuple[float, float] = (0, 1),
    width: float = 12.0,
) -> None:
    """Several grids side by side, each under its name."""
    rows = -(-max(len(images) for images in panels.values()) // columns)
    height = width / len(panels) * rows / columns + 0.45 + 0.35 * bool(title)
    figure, axes = plt.subplots(1, len(panels), figsize=(width, height), squeeze=False)
    for ax, (name, images) in zip(axes[0], panels.items(), strict=True):
        _show(ax, images, columns, value_range)
        ax.set_title(name)
    figure.suptitle(title)
    plt.show()


def image_rows(
    rows: dict[str, Tensor],
    title: str = "",
    value_range: tuple[float, float] = (0, 1),
    width: float = 10.0,
    ticks: Sequence[str] = (),
    xlabel: str = "",
) -> None:
    """Strips of images below each other, each beside its name; ticks name the columns."""
    columns = max(len(images) for images in rows.values())
    size = (width, width * 0.86 / columns * len(rows) + 0.4 + 0.35 * bool(ticks) + 0.3 * bool(xlabel))
    figure, axes = plt.subplots(len(rows), 1, figsize=size, squeeze=False, layout="constrained")
    figure.get_layout_engine().set(h_pad=0.01, hspace=0.0)
    for ax, (name, images) in zip(axes[:, 0], rows.items(), strict=True):
        _show(ax, images, columns, value_range)
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
    cell = images.shape[-1] + 1
    ax.set_xticks([cell * (k + 0.5) for k in range(len(ticks))], ticks)
    ax.tick_params(length=0)
    ax.set_xlabel(xlabel)
    figure.suptitle(title, fontsize=13)
    plt.show()


def lines(
    x: Tensor,
    ys: dict[str, Tensor],
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    ylim: tuple[float, float] | None = None,
) -> None:
    """One named line per entry of ys over the same x."""
    _, ax = plt.subplots(figsize=(8, 4))
    for name, y in ys.items():
        ax.plot(x, y.detach().cpu(), label=name)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, ylim=ylim)
    ax.legend()
    plt.show()


def curves(
    history: History,
    names: dict[str, str],
    title: str = "",
    ylabel: str = "nats",
    targets: dict[str, float] | None = None,
    ylim: tuple[float, float] | None = None,
) -> None:
    """Logged curves over the training steps: names maps a curve to its label, targets are level lines by label."""
    _, ax = plt.subplots(figsize=(8, 4.2))
    for name, label in names.items():
        ax.plot(*history.curves.get(name, ([], [])), label=label)
    for (label, value), style in zip((targets or {}).items(), cycle(["--", ":"]), strict=False):
        ax.axhline(value, color=BLACK, linestyle=style, linewidth=1.5, label=label)
    ax.set(title=title, xlabel="training step", ylabel=ylabel, ylim=ylim)
    ax.legend()
    plt.show()


def histograms(samples: dict[str, Tensor], title: str = "", xlabel: str = "", num_bins: int = 80) -> None:
    """The outlines of histograms of named samples (N,), on common bins, each with area 1."""
    _, ax = plt.subplots(figsize=(8, 3.6))
    values = {name: sample.detach().cpu().numpy() for name, sample in samples.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(values.values())), num_bins)
    for name, sample in values.items():
        ax.hist(sample, edges, density=True, histtype="step", linewidth=2, label=name)
    ax.set(title=title, xlabel=xlabel, ylabel="density")
    ax.legend()
    plt.show()


def bars(values: Sequence[float], title: str = "", xlabel: str = "", ylabel: str = "") -> None:
    """One bar per value, numbered from 0."""
    _, ax = plt.subplots(figsize=(8, 3.4))
    ax.bar(range(len(values)), values, color=BLUE)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, xticks=range(len(values)))
    ax.grid(axis="x", visible=False)
    plt.show()
