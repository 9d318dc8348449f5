"""The tiny assignment as a student hands it in."""

import json

import tiny_assignment

STEM = "nb1_tiny"


def solved(scale: str = "def scale(x):\n    return FACTOR * x") -> str:
    """The `.py` of the tiny assignment, right but for `scale`."""
    return tiny_assignment.MASTER.replace("def scale(x):\n    return FACTOR * x", scale)


def notebook(*cells: str, **facts) -> str:
    """An `.ipynb` of code cells."""
    made = [
        {"cell_type": "code", "id": str(n), "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for n, source in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | facts)


def cells_of(script: str) -> list[str]:
    """The cells of a percent script."""
    return [cell.strip() for cell in script.split("# %%\n") if cell.strip()]
