"""Short sequences at several steps, drawn as characters."""

from collections.abc import Collection, Sequence

import matplotlib.pyplot as plt

from genlab.plots import GREEN

GREY = "#555555"


def strings(rows: Sequence[Sequence[str]], columns: Sequence[str], valid: Collection[str] = (), title: str = "") -> None:
    """One sequence a row, its steps from left to right; strings in `valid` are green and boxed."""
    _, ax = plt.subplots(figsize=(1.9 * len(columns) + 0.5, 0.5 * len(rows) + 1.0))
    for height, texts in enumerate(rows):
        for column, text in enumerate(texts):
            done = text in valid
            box = {"facecolor": "#E3F3EC", "edgecolor": GREEN, "boxstyle": "round,pad=0.2"} if done else None
            ax.text(column, height, text, family="monospace", fontsize=15, ha="center", va="center", bbox=box,
                    color=GREEN if done else GREY)  # fmt: skip
    ax.set(xlim=(-0.6, len(columns) - 0.4), ylim=(len(rows) - 0.4, -0.6), yticks=[])
    ax.set_title(title, pad=14)
    ax.set_xticks(range(len(columns)), columns)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    plt.show()
