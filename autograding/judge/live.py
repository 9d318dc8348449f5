"""`check("nb1.sample_z")` in a notebook: the real tests, on the cells as they were run, saved or not.

A check never raises: it must not stop "Run All", and whatever is wrong is a sentence.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..reading.notebook import Cell, Problem, parse_cell
from ..reports import card as cards
from ..reports.reading import read_assignment, read_scores
from ..reports.receivers import terminal
from ..reports.scorecard import ScoreCard
from ..updating.command import old_text_in

HERE = Path(__file__).resolve().parent.parent
OUTSIDE = "check works inside a notebook; in a terminal use `python -m autograding`."
INTERRUPTED = "The check was interrupted, and nothing was judged. Run this cell again."
BROKEN = (
    "The check itself broke ({}). That is not your fault. Restart the kernel and run the notebook again; if this comes "
    "back, run `python -m autograding` in a terminal and show your instructor what it says."
)
NOT_INSTALLED = (
    "{} is not installed in this notebook's kernel, so nothing could be judged. Run `python -m pip install -r "
    "requirements.txt` in a terminal, then Kernel > Restart."
)
FROM_CHECKPOINT = (
    "{0}: this notebook now works with the checkpoint's version, which earns no points. To go on with yours, run your own "
    "cell again. What is judged here is your own cell."
)

RAN: list[str] = []  # what a checkpoint ran of the cells that were handed out, besides the exercises


def check(*ids: str) -> None:
    """Grade the cells that were run in this kernel and show what the tests say.

    ids: tasks or notebooks, e.g. `check("nb1.sample_z")`. Raises nothing.
    """
    try:
        names = get_ipython().user_ns  # pyright: ignore[reportUndefinedVariable]  (IPython's own)
    except NameError:
        print(OUTSIDE)
        return
    try:
        _check(ids, names)
    except KeyboardInterrupt:
        _say(INTERRUPTED)
    except ModuleNotFoundError as error:
        _say(NOT_INSTALLED.format(error.name))
    except Exception as error:
        _say(BROKEN.format(f"{type(error).__name__}: {error}"))


def _check(ids: Sequence[str], names: Mapping[str, Any]) -> None:
    from .assignment import Assignment  # not before now: it needs numpy, which may not be installed yet

    assignment = Assignment.load()
    try:
        chosen = assignment.selected(ids)
    except KeyError as error:
        return _say(error.args[0])
    ready = [id for id in chosen if id.split(".")[1] in names]
    absent = ", ".join(dict.fromkeys(id.split(".")[1] for id in chosen if id not in ready))
    if not ready:
        return _say(f"{absent}: not defined yet. Run the cell that defines it, then this one again.")
    exercises = {id.split(".")[1] for id in ready}
    notes = [f"Not run yet in this kernel, and not judged: {absent}."] * bool(absent and ids)
    with tempfile.TemporaryDirectory() as scratch:
        for stem in {assignment.stem_of(id) for id in ready}:
            (Path(scratch) / f"{stem}.ipynb").write_text(json.dumps(_as_notebook(names["In"], RAN)), encoding="utf-8")
        scores = Path(scratch) / "scores.json"
        command = [sys.executable, "-m", "autograding", *ready, "--live", scratch, "--json", str(scores), "--quiet"]
        environment = os.environ | {"PYTHONUTF8": "1"}
        done = subprocess.run(command, cwd=HERE.parent, capture_output=True, encoding="utf-8", env=environment)
        if not scores.exists():
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            return _say(BROKEN.format(last))
        card = read_scores(scores, read_assignment(HERE / "assignment.json")).only(ready)
    others = {name for starter in assignment.starters.values() for name in starter} - exercises
    if borrowed := sorted(name for name in exercises if _from_checkpoint(names[name])):
        notes.append(FROM_CHECKPOINT.format(", ".join(borrowed)))
    notes += old_text_in(HERE.parent)
    _show(_about(card, exercises, others), notes)


def _about(card: ScoreCard, exercises: set[str], others: set[str]) -> ScoreCard:
    """Without the warnings that concern other exercises alone."""

    def mentions(text: str, names: Iterable[str]) -> bool:
        return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)

    kept = [text for text in card.warnings if mentions(text, exercises) or not mentions(text, others)]
    return replace(card, warnings=tuple(kept))


def _from_checkpoint(value: Any) -> bool:
    """Was this function or class made by `genlab.checkpoints.checkpoint`?"""
    parts = [value, *vars(value).values()] if isinstance(value, type) else [value]
    codes = [getattr(part, "__code__", None) for part in parts]
    return any(code is not None and code.co_filename.startswith("checkpoint ") for code in codes)


def _show(card: ScoreCard, notes: list[str]) -> None:
    plain = "\n\n".join([*notes, terminal.render(card)])
    _display(cards.render(card, notes), plain)


def _say(text: str) -> None:
    _display(cards.sentence(text), text)


def _display(html: str, plain: str) -> None:
    from IPython.display import display

    display({"text/html": html, "text/plain": plain}, raw=True)


def _as_notebook(inputs: Sequence[str], before: Sequence[str] = ()) -> dict:
    """The inputs of a kernel in the order in which they were run: the last definition counts. What never compiled never
    ran, and is left empty; the numbers are those that Jupyter shows. What a checkpoint ran comes `before` them all."""
    cells = [Cell(number, source) for number, source in enumerate(inputs[1:], 1)]
    ran = [cell.source if not isinstance(parse_cell(cell), Problem) else "" for cell in cells]
    ran[:1] = ["\n".join([*before, *ran[:1]])]
    made = [{"cell_type": "code", "source": source} for source in ran]
    return {"cells": made, "metadata": {"history": True}}
