"""`check("nb1.sample_z")` in a notebook: the real tests, on the cells as they were run, saved or not."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from .assignment import HERE, Assignment


def check(*ids: str) -> None:
    """Grade the cells that were run in this kernel and print what the tests say.

    ids: tasks or notebooks, e.g. `check("nb1.sample_z")`. Raises nothing: a check never stops "Run All".
    """
    assignment = Assignment.load()
    try:
        chosen = assignment.selected(ids)
    except KeyError as error:
        print(error.args[0])
        return
    with tempfile.TemporaryDirectory() as scratch:
        for stem in {assignment.stem_of(id) for id in chosen}:
            (Path(scratch) / f"{stem}.ipynb").write_text(json.dumps(_cells_run()), encoding="utf-8")
        command = [sys.executable, "-m", "autograding", *ids, "--work", scratch, "--json", f"{scratch}/scores.json"]
        done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True)
        print(done.stdout or f"The check could not run:\n{done.stderr}")


def _cells_run() -> dict:
    """The inputs of this kernel in the order in which they were run, as a notebook: the last definition counts."""
    try:
        inputs = get_ipython().user_ns["In"]  # noqa: F821  (defined by IPython)
    except NameError:
        raise RuntimeError("check works inside a notebook; in a terminal use `python -m autograding`.") from None
    return {"cells": [{"cell_type": "code", "source": source} for source in inputs]}
