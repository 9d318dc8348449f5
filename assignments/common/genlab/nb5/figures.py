"""Figures of strings and of the numbers that judge them, in the style of `genlab.plots`."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from torch import Tensor

from genlab.plots import BLACK, BLUE, GREEN, LINES, ORANGE, RED

from .quality import Quality

GREY = "#555555"
LETTERS = {"family": "monospace", "fontsize": 15, "ha": "center", "va": "center"}


def probability_tables(rows: Mapping[str, Sequence[Tensor]], columns: Sequence[str], names: str) -> None:
    """Heat maps of tables (K, K+1): from which token (down) to which (across), one row of panels for each corruption."""
    figure, axes = plt.subplots(len(rows), len(columns), figsize=(11, 3.4 * len(rows)))
    for panels, (name, tables) in zip(axes, rows.items(), strict=True):
        for ax, table, column in zip(panels, tables, columns, strict=True):
            _heat(ax, table, list(names[:-1]), list(names), "{:.4g}")
            ax.set(title=f"{name}, {column}", xlabel="becomes", ylabel="token")
    plt.show()


def guesses(probability: Tensor, text: str, alphabet: str, title: str = "") -> None:
    """What a model believes at each position (L, K) of a text; the visible characters stand below."""
    _, ax = plt.subplots(figsize=(7.5, 4.6))
    _heat(ax, probability.T, list(alphabet), list(text), "{:.3g}", smallest=0.005)
    ax.set(title=title, xlabel="the text that the model sees", ylabel="token")
    plt.show()


def strips(rows: Mapping[str, Sequence[str]], columns: Sequence[str], original: str, title: str = "") -> None:
    """Texts at several steps, one row for each name; what differs from the original is orange, bold and underlined."""
    _, ax = plt.subplots(figsize=(12, 0.62 * len(rows) + 1.0))
    for height, (name, texts) in enumerate(rows.items()):
        ax.text(-0.62, height, name, ha="right", va="center")
        for column, text in enumerate(texts):
            _letters(ax, column, height, text, [a != b for a, b in zip(text, original, strict=True)])
    _blank(ax, columns, len(rows), title)
    plt.show()


def chains(panels: Mapping[str, Sequence[Sequence[str]]], columns: Sequence[str], valid: Sequence[str]) -> None:
    """Several chains for each name: rows are chains, columns are steps; strings in `valid` are green and boxed."""
    figure, axes = plt.subplots(1, len(panels), figsize=(7 * len(panels), 4.8))
    for ax, (name, rows) in zip(axes, panels.items(), strict=True):
        for height, texts in enumerate(rows):
            for column, text in enumerate(texts):
                done = text in valid
                box = {"facecolor": "#E3F3EC", "edgecolor": GREEN, "boxstyle": "round,pad=0.15"} if done else None
                ax.text(column, height, text, color=GREEN if done else GREY, bbox=box, **LETTERS | {"fontsize": 13})
        _blank(ax, columns, len(rows), name)
    plt.show()


def bound_and_validity(
    steps: Sequence[int], bounds: Mapping[str, Sequence[float]], shares: Mapping[str, Sequence[float]], entropy: float
) -> None:
    """Left: the bound [nats] against the number of steps T. Right: the share of valid strings."""
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
    for ax, lines in ((left, bounds), (right, shares)):
        for (name, values), marker in zip(lines.items(), "osd", strict=False):
            ax.plot(steps[: len(values)], values, marker=marker, label=name, fillstyle="none" if marker == "s" else "full")
        ax.set(xscale="log", xlabel="number of steps T")
        ax.set_xticks(steps, [str(n) for n in steps])
        ax.minorticks_off()
    left.axhline(entropy, color=BLACK, linestyle="--", label=f"entropy, {entropy:.3f}")
    left.set(ylabel="bound [nats per string]", title="what the steps cost in nats")
    right.axhline(1, color=BLACK, linestyle="--")
    right.set(ylabel="share of valid strings", title="and in wrong strings", ylim=(0, 1.05))
    left.legend()
    right.legend(loc="lower right")
    plt.show()


def quality_bars(results: Mapping[str, Quality], num_strings: int, entropy: float) -> None:
    """Validity, the number of different strings and their entropy, one bar for each way of sampling."""
    _, axes = plt.subplots(1, 3, figsize=(12, 0.55 * len(results) + 1.5), sharey=True)
    best = (1.0, num_strings, entropy)
    titles = ("share of valid strings", f"different strings, of {num_strings}", "entropy [nats]")
    for ax, title, full, values in zip(axes, titles, best, zip(*results.values(), strict=True), strict=True):
        ax.barh(list(results), values, color=BLUE)
        for place, value in enumerate(values):
            ax.text(1.04 * full, place, f"{value:.3g}", va="center")
        ax.axvline(full, color=BLACK, linestyle="--", linewidth=1.5)
        ax.set(title=title, xlim=(0, 1.25 * full))
        ax.grid(axis="y", visible=False)
    axes[0].invert_yaxis()
    plt.show()


def shares(lines: Mapping[str, Sequence[float]], labels: Sequence[str], title: str = "") -> None:
    """How often each of a few solutions came, one bar for each name; dashed: all equally often."""
    _, ax = plt.subplots(figsize=(10, 3.8))
    width = 0.8 / len(lines)
    for number, ((name, values), colour) in enumerate(zip(lines.items(), LINES, strict=False)):
        places = np.arange(len(labels)) + (number - (len(lines) - 1) / 2) * width
        ax.bar(places, values, width, label=name, color=colour, hatch="//" * number, edgecolor="white")
    ax.axhline(1 / len(labels), color=BLACK, linestyle="--", label=f"each equally often: 1/{len(labels)}")
    ax.set(ylabel="share of the fillings", title=title)
    ax.set_xticks(range(len(labels)), labels, family="monospace")
    ax.grid(axis="x", visible=False)
    ax.figure.legend(loc="outside right upper")
    plt.show()


def orders(nats: Sequence[float], marks: Mapping[str, float]) -> None:
    """A histogram of what the orders cost [nats], with some of them marked."""
    _, ax = plt.subplots(figsize=(10, 4))
    ax.hist(nats, 50, color="#A8C8E0")
    for (name, value), colour, style in zip(
        marks.items(), (BLACK, RED, GREEN, ORANGE), ("--", "-", "-.", ":"), strict=False
    ):
        ax.axvline(value, color=colour, linestyle=style, label=f"{name}: {value:.4f}")
    ax.set(xlabel="nats per string, revealed in one order", ylabel="number of orders", title="one network, 720 readers")
    ax.figure.legend(loc="outside right upper")
    plt.show()


def _heat(ax: plt.Axes, table: Tensor, down: list[str], across: list[str], form: str, smallest: float = 0.0) -> None:
    """A table of probabilities in shades of blue, with each number above `smallest` in its cell."""
    ax.imshow(table, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(np.asarray(table)):
        if value > smallest:
            colour = "white" if value > 0.6 else BLACK
            ax.text(column, row, form.format(value), ha="center", va="center", color=colour, fontsize=10.5)
    ax.set_xticks(range(len(across)), across, family="monospace", fontsize=14)
    ax.set_yticks(range(len(down)), down, family="monospace", fontsize=12)
    ax.grid(visible=False)


def _letters(ax: plt.Axes, x: float, y: float, text: str, changed: Sequence[bool]) -> None:
    for place, (letter, marked) in enumerate(zip(text, changed, strict=True)):
        left = x + 0.125 * (place - (len(text) - 1) / 2)
        ax.text(left, y, letter, color=RED if marked else GREY, weight="bold" if marked else "normal", **LETTERS)
        if marked:
            ax.plot([left - 0.045, left + 0.045], [y + 0.36] * 2, color=RED, linewidth=1.5)


def _blank(ax: plt.Axes, columns: Sequence[str], num_rows: int, title: str) -> None:
    ax.set(xlim=(-0.6, len(columns) - 0.4), ylim=(num_rows - 0.4, -0.6), yticks=[], title=title)
    ax.set_xticks(range(len(columns)), columns)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
