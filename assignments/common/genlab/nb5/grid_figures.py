"""Figures of 4x4 sudokus."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from torch import Tensor

from genlab.plots import BLACK, BLUE, RED

from .grid import clashes


def sudoku_stages(rows: Mapping[str, Sequence[Tensor]], columns: Sequence[str]) -> None:
    """Grids (16,) on their way to a solution, one row for each name. The first column holds the clues: bold and black.

    Filled digits are blue. Digits that clash are red, bold and struck by a cross in the corner of their cell.
    """
    figure, axes = plt.subplots(len(rows), len(columns), figsize=(1.75 * len(columns), 1.95 * len(rows)), squeeze=False)
    for panels, (name, stages) in zip(axes, rows.items(), strict=True):
        for ax, tokens in zip(panels, stages, strict=True):
            _grid(ax)
            _digits(ax, tokens, given=stages[0] < 4)
        panels[0].set_ylabel(name)
    for ax, column in zip(axes[0], columns, strict=True):
        ax.set_title(column)
    plt.show()


def doubts(tokens: Tensor, nats: Tensor, first: int, title: str = "") -> None:
    """A puzzle (16,), and in its empty cells how unsure the model is (16,) [nats]; a frame around cell `first`."""
    _, ax = plt.subplots(figsize=(4.6, 4.8))
    _grid(ax)
    _digits(ax, tokens, given=tokens < 4)
    for place in (tokens == 4).nonzero().flatten().tolist():
        ax.text(place % 4 + 0.5, place // 4 + 0.52, f"{nats[place]:.2f}", ha="center", va="center", color=BLUE, fontsize=13)
    ax.add_patch(plt.Rectangle((first % 4 + 0.06, first // 4 + 0.06), 0.88, 0.88, fill=False, edgecolor=RED, linewidth=3))
    ax.set_title(title)
    plt.show()


def _grid(ax: plt.Axes) -> None:
    ax.set(xlim=(-0.03, 4.03), ylim=(4.03, -0.03), xticks=[], yticks=[], aspect="equal")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    for line in range(5):
        width = 2.2 if line % 2 == 0 else 0.6
        ax.plot([line, line], [0, 4], color=BLACK, linewidth=width)
        ax.plot([0, 4], [line, line], color=BLACK, linewidth=width)


def _digits(ax: plt.Axes, tokens: Tensor, given: Tensor) -> None:
    wrong = clashes(tokens)
    for place, token in enumerate(tokens.tolist()):
        if token == 4:
            continue
        row, column = divmod(place, 4)
        colour = RED if wrong[place] else BLACK if given[place] else BLUE
        weight = "bold" if wrong[place] or given[place] else "normal"
        ax.text(column + 0.5, row + 0.53, str(token + 1), ha="center", va="center", color=colour, weight=weight, fontsize=16)
        if wrong[place]:
            ax.text(column + 0.83, row + 0.2, "×", ha="center", va="center", color=RED, fontsize=11)
