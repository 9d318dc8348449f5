"""A student may bind any name that the lesson binds elsewhere: their function finds their own.

Who writes `from math import log` in an exercise's cell cannot know that a cell further down binds `log` to the log of a
training. What is executed for the exercise must hold the student's binding, and the lesson's never after it.
"""

import ast
from copy import deepcopy

from autograding.reading.binding import bound
from autograding.reading.notebook import parse
from autograding.reading.pair import resolve

from ..making.masters import Master, notebook_text
from .proof import Proof


def own_names_beat_the_lessons(proof: Proof) -> list[str]:
    problems, count = [], 0
    for master in proof.masters:
        names = names_bound(master) - master.starter_sources.keys()
        for exercise in master.starter_sources:
            count += len(names)
            problems += [
                f"{master.stem}: {exercise} finds the lesson's {name}, not the one that is bound in its own cell"
                for name in overruled(master, exercise, sorted(names))
            ]
    proof.summary = f"{count} pairs of an exercise and a name"
    return problems


def names_bound(master: Master) -> set[str]:
    statements = parse(f"{master.stem}.ipynb", notebook_text(master.starter)).statements
    return set().union(*(bound(statement.node) for statement in statements))


def overruled(master: Master, exercise: str, names: list[str]) -> list[str]:
    """The names that the exercise, where its cell binds them all and reads them all, would find bound to other things."""
    own = {name: f"{name} = 'my {name}'" for name in names}
    notebook = deepcopy(master.starter)
    cell = next(cell for cell in notebook.cells if cell.source == master.starter_sources[exercise])
    cell.source = "\n".join([*own.values(), f"def {exercise}():", f"    return {', '.join(names)}"])
    halves = {".ipynb": notebook_text(notebook)}  # the `.py` holds nothing of what trains and plots
    program = resolve(master.stem, master.starter_sources, halves, master.handed_out).program
    last = {name: ast.unparse(one.node) for one in program.slice([exercise]) for name in bound(one.node)}
    return [name for name in names if last.get(name) != own[name]]
