"""`check("nb1.sample_z")` in a notebook: the real tests, on the cells as they were run, saved or not."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..reading.notebook import Cell, Problem, parse_cell
from .assignment import HERE, Assignment


def check(*ids: str) -> None:
    """Grade the cells that were run in this kernel and print what the tests say.

    ids: tasks or notebooks, e.g. `check("nb1.sample_z")`. Raises nothing: a check never stops "Run All".
    """
    assignment = Assignment.load()
    try:
        chosen = assignment.selected(ids)
        names = get_ipython().user_ns
    except KeyError as error:
        print(error.args[0])
        return
    except NameError:
        print("check works inside a notebook; in a terminal use `python -m autograding`.")
        return
    exercises = {id.split(".")[1] for id in chosen} if ids else set()
    if absent := sorted(exercises - names.keys()):
        print(f"{', '.join(absent)}: not defined yet. Run the cell that defines it, then this one again.")
        return
    with tempfile.TemporaryDirectory() as scratch:
        for stem in {assignment.stem_of(id) for id in chosen}:
            (Path(scratch) / f"{stem}.ipynb").write_text(json.dumps(_as_notebook(names["In"])), encoding="utf-8")
        command = [sys.executable, "-m", "autograding", *ids, "--work", scratch, "--json", f"{scratch}/scores.json"]
        done = subprocess.run(
            command, cwd=HERE.parent, capture_output=True, encoding="utf-8", env=os.environ | {"PYTHONUTF8": "1"}
        )
        print(done.stdout or f"The check could not run:\n{done.stderr}")


def _as_notebook(inputs: Sequence[str]) -> dict:
    """The inputs of a kernel in the order in which they were run: the last definition counts. What never compiled never
    ran, and is left empty; the numbers are those that Jupyter shows."""
    cells = [Cell(number, source) for number, source in enumerate(inputs[1:], 1)]
    ran = [cell.source if not isinstance(parse_cell(cell), Problem) else "" for cell in cells]
    return {"cells": [{"cell_type": "code", "source": source} for source in ran]}
