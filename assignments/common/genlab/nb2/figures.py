"""Figures of the hierarchical notebook: the graphs of both factorisations, the price of each layer, and the four cells."""

import csv
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.patches import Circle

from genlab.plots import BLACK, BLUE, GREEN, ORANGE


def layer_bars(values: dict[str, tuple[float, float]], title: str = "", ylabel: str = "KL [nats]") -> None:
    """For each named model two bars, layer 1 and layer 2, with their numbers on top."""
    _, ax = plt.subplots(figsize=(8, 3.8))
    for layer, colour in ((0, BLUE), (1, ORANGE)):
        places = [k + 0.4 * layer - 0.2 for k in range(len(values))]
        bars = ax.bar(places, [pair[layer] for pair in values.values()], 0.38, color=colour, label=f"layer {layer + 1}")
        ax.bar_label(bars, fmt="%.1f")
    ax.set(title=title, ylabel=ylabel, xticks=range(len(values)), xticklabels=list(values))
    ax.margins(y=0.25)
    ax.grid(axis="x", visible=False)
    ax.legend(ncols=2, loc="upper right")
    plt.show()


def four_cells(arrow: str, warm_up: int, kl2: float, agreement: float, minus_elbo: float) -> None:
    """One run of yours among ours of all four cells (scripts/experiments.py nb2.four_cells), and what each cell says."""
    with (Path(__file__).parent / "four_cells.csv").open(encoding="utf-8", newline="") as file:
        runs = [
            {name: text if name == "arrow" else float(text) for name, text in run.items()} for run in csv.DictReader(file)
        ]
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 5), width_ratios=(3, 2))
    cells = [(direction, epochs) for direction in ("q(z2|x)", "q(z2|z1)") for epochs in (0, 15)]
    for place, (direction, epochs) in enumerate(cells):
        cell = [run for run in runs if (run["arrow"], run["warm_up"]) == (direction, epochs)]
        style = {
            "color": ORANGE if epochs else BLUE,
            "marker": "s" if direction == "q(z2|x)" else "^",
            "s": 60,
            "alpha": 0.8,
        }
        label = f"{direction}, {'warm-up' if epochs else 'no warm-up'} ({len(cell)} runs)"
        left.scatter([run["kl2"] for run in cell], [run["agreement"] for run in cell], label=label, **style)
        right.scatter([run["minus_elbo"] for run in cell], [place] * len(cell), **style)
    star = {"marker": "*", "s": 420, "edgecolor": BLACK, "linewidth": 1.5, "zorder": 3, "color": ORANGE if warm_up else BLUE}
    left.scatter(kl2, agreement, label="your run", **star)
    if (arrow, warm_up) in cells:
        right.scatter(minus_elbo, cells.index((arrow, warm_up)), **star)
    left.set(xlabel="KL of layer 2 [nats]", ylabel="class agreement at fixed $z_2$", title="what layer 2 carries")
    left.legend(loc="lower right", fontsize=10)
    names = [f"{direction}\n{'warm-up' if epochs else 'no warm-up'}" for direction, epochs in cells]
    right.set(xlabel="−ELBO on test images [nats]", yticks=range(4), yticklabels=names, title="the bound", ylim=(3.6, -0.6))
    plt.show()


def draw_hierarchy() -> None:
    """Three graphs: how images are made, and two ways to infer the causes from an image."""
    x, z1, z2 = places = (0, 0), (0, 1), (0, 2)
    panels = (
        ("generative model", ORANGE, ((z2, z1), (z1, x)), r"$p(x\,|\,z_1)\; p(z_1\,|\,z_2)\; p(z_2)$"),
        ("inference: each layer from the image", BLUE, ((x, z1), (x, z2)), r"$q(z_1\,|\,x)\; q(z_2\,|\,x)$"),
        ("inference: a chain", GREEN, ((x, z1), (z1, z2)), r"$q(z_1\,|\,x)\; q(z_2\,|\,z_1)$"),
    )
    _, axes = plt.subplots(1, 3, figsize=(11, 4.4))
    for ax, (title, colour, arrows, formula) in zip(axes, panels, strict=True):
        for place, name in zip(places, ("$x$", "$z_1$", "$z_2$"), strict=True):
            ax.add_patch(Circle(place, 0.27, fc="#DDDDDD" if place == x else "white", ec=BLACK, lw=2))
            ax.text(*place, name, ha="center", va="center", fontsize=16)
        for start, end in arrows:
            bend = "arc3,rad=0.6" if (start, end) == (x, z2) else "arc3"  # past z1
            style = {"arrowstyle": "-|>", "lw": 2.5, "color": colour, "connectionstyle": bend, "mutation_scale": 20}
            ax.annotate("", end, start, arrowprops=style | {"shrinkA": 26, "shrinkB": 26})
        ax.set(xlim=(-1.2, 1.2), ylim=(-0.8, 2.4), aspect="equal", title=title)
        ax.text(0, -0.62, formula, ha="center", fontsize=14, color=colour)
        ax.axis("off")
    plt.show()
