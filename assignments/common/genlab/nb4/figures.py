"""Figures of the image notebook: the U-Net as a diagram, samples by label, and what guidance costs."""

import csv
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch
from torch import Tensor

from genlab.plots import BLACK, BLUE, GREEN, ORANGE, RED, _show

GUIDANCE = Path(__file__).parent / "guidance.csv"  # what scripts/experiments.py nb4.guidance has measured


def draw_samples(panels: dict[str, Tensor]) -> None:
    """Grids (N, 1, H, W) in [-1, 1] side by side; image k shows digit k % 10, so a column is a digit."""
    rows = max(len(images) for images in panels.values()) // 10
    width = 12 / len(panels)
    figure, axes = plt.subplots(1, len(panels), figsize=(12, width * rows / 10 + 0.9), squeeze=False)
    for ax, (name, images) in zip(axes[0], panels.items(), strict=True):
        _show(ax, images, 10, (-1, 1))
        cell = images.shape[-1] + 1
        ax.set_xticks([cell * (digit + 0.5) for digit in range(10)], range(10))
        ax.tick_params(length=0)
        ax.set(title=name, xlabel="label")
    plt.show()


def draw_unet() -> None:
    """The data flow of the U-Net, with shapes."""
    _, ax = plt.subplots(figsize=(12, 4.6))
    ax.set(xlim=(0, 12), ylim=(0, 4.6))
    ax.axis("off")

    def box(x: float, y: float, text: str, colour: str, width: float = 1.5) -> None:
        ax.add_patch(FancyBboxPatch((x, y), width, 0.8, boxstyle="round,pad=0.04", fc="white", ec=colour, lw=2.5))
        ax.text(x + width / 2, y + 0.4, text, ha="center", va="center")

    def arrow(*points: tuple[float, float], colour: str = BLACK) -> None:
        ax.plot(*zip(*points[:-1], strict=True), color=colour, lw=1.8)
        props = {"arrowstyle": "->", "lw": 1.8, "color": colour, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", points[-1], points[-2], arrowprops=props)

    def note(x: float, y: float, text: str, colour: str = BLACK) -> None:
        ax.text(x, y, text, ha="center", va="center", color=colour)

    top, bottom = 3.2, 1.0
    for x, text, colour, width in (
        (0.1, "$x_t$", BLACK, 0.7),
        (1.3, "conv_in", BLUE, 1.1),
        (2.9, "down_block", BLUE, 1.4),
        (7.0, "concatenate", RED, 1.4),
        (8.9, "up_block", BLUE, 1.2),
        (10.6, "head", BLUE, 0.8),
    ):
        box(x, top, text, colour, width)
    for x, text in ((3.9, "mid_block1"), (5.8, "mid_block2")):
        box(x, bottom, text, ORANGE, 1.5)
    level = top + 0.4
    for start, end in ((0.85, 1.25), (2.45, 2.85), (8.45, 8.85), (10.15, 10.55), (11.45, 11.75)):
        arrow((start, level), (end, level))
    note(11.87, level, r"$\hat\varepsilon$")
    arrow((4.35, level), (6.95, level), colour=RED)
    note(5.65, level + 0.28, "skip connection", RED)
    arrow((3.5, top - 0.05), (3.5, bottom + 0.4), (3.85, bottom + 0.4))
    note(2.65, 2.4, "downsample")
    arrow((5.45, bottom + 0.4), (5.75, bottom + 0.4))
    arrow((7.35, bottom + 0.4), (7.7, bottom + 0.4), (7.7, top - 0.05))
    note(8.45, 2.4, "upsample")
    note(3.6, top + 1.1, "(B, C, 14, 14)", BLUE)
    note(5.6, bottom + 1.1, "(B, 2C, 7, 7)", ORANGE)
    note(7.7, top + 1.1, "(B, 3C, 14, 14)", RED)
    note(9.5, top + 1.1, "(B, C, 14, 14)", BLUE)
    note(11.1, top + 1.1, "(B, 1, 14, 14)", BLUE)
    box(0.1, 0.05, "time t, label y", GREEN, 1.7)
    arrow((1.85, 0.45), (2.4, 0.45), colour=GREEN)
    ax.text(2.5, 0.45, "embedding (B, 64): every block is told", ha="left", va="center", color=GREEN)
    plt.show()


def draw_guidance(strength: float, obeyed: float, distance: float) -> None:
    """Obedience and Fréchet distance over the strength of guidance: our runs, and one of yours as a star."""
    with GUIDANCE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    _, axes = plt.subplots(1, 2, figsize=(11, 3.8))
    for ax, column, own, name in zip(
        axes, ("obeyed", "frechet"), (obeyed, distance), ("obedience", "Fréchet distance"), strict=True
    ):
        for seed in sorted({row["seed"] for row in rows}):
            points = sorted((float(row["strength"]), float(row[column])) for row in rows if row["seed"] == seed)
            label = "ours, from three noises" if seed == rows[0]["seed"] else None
            ax.plot(*zip(*points, strict=True), "o-", color=BLUE, label=label)
        ax.plot(strength, own, "*", color=RED, ms=16, label="yours")
        ax.set(xlabel="strength w", title=name)
        ax.legend()
    axes[1].set_ylim(bottom=0)
    plt.show()
