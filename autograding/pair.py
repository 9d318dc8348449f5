"""Which half of a pair is graded: the notebook or its `.py`, exercise by exercise.

A student may edit either, with or without jupytext. The half that differs from the starter counts; where both differ
and disagree, the notebook counts and the report says so.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from .notebook import Notebook, NotebookError, Problem, parse
from .slicing import Program, bound

NOTEBOOK, SCRIPT = 0, 1


@dataclass
class Submission:
    """A student's pair, resolved.

    missing: why, for each exercise that is nowhere to be found. untouched: exercises as they were handed out.
    codes: the checkpoints that the notebook opens, with the code for each.
    """

    program: Program
    missing: dict[str, str] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def resolve(stem: str, starter: Mapping[str, str], texts: Mapping[str, str]) -> Submission:
    """Read and join the halves of one notebook.

    starter: for each exercise (a top-level function or class), its source in the starter.
    texts: the halves that exist, by suffix (`.ipynb`, `.py`).
    """
    warnings, halves = [], []
    for suffix in (".ipynb", ".py"):
        notebook = Notebook(stem + suffix)
        try:
            if suffix in texts:
                notebook = parse(stem + suffix, texts[suffix])
        except NotebookError as error:
            warnings.append(str(error))
        warnings += [f"{notebook.name}: {problem}" for problem in notebook.problems]
        halves.append(notebook)
    if not texts:
        warnings.append(f"{stem}.ipynb is missing, and so is {stem}.py: `git checkout {stem}.ipynb` brings it back.")

    found = [{name: _canonical(half, name) for name in starter} for half in halves]
    given = {name: _canonical_source(source) for name, source in starter.items()}
    homes, missing = {}, {}
    for name in starter:
        in_notebook, in_script = found[NOTEBOOK][name], found[SCRIPT][name]
        edited = [version not in (None, given[name]) for version in (in_notebook, in_script)]
        homes[name] = SCRIPT if (edited[SCRIPT] and not edited[NOTEBOOK]) or in_notebook is None else NOTEBOOK
        if all(edited) and in_notebook != in_script:
            warnings.append(f"{name} differs between {stem}.ipynb and {stem}.py: the notebook was graded.")
        if found[homes[name]][name] is None:
            missing[name] = _why_missing(name, halves)
    untouched = {name for name in starter if found[homes[name]][name] in (None, given[name])}
    return Submission(Program(halves, homes), missing, untouched, _codes(halves), warnings)


def _codes(halves: list[Notebook]) -> dict[str, str]:
    """The calls `checkpoint("nb1.B", code="…")` with a code."""
    calls = [node for half in halves for statement in half.statements for node in ast.walk(statement.node)
             if isinstance(node, ast.Call) and ast.unparse(node.func) == "checkpoint"]  # fmt: skip
    found = {}
    for call in calls:
        values = [*call.args[:2], *(word.value for word in call.keywords if word.arg in ("id", "code"))]
        texts = [value.value for value in values if isinstance(value, ast.Constant)]
        if len(texts) == 2 and all(isinstance(text, str) and text for text in texts):
            found[texts[0]] = texts[1]
    return found


def _canonical(half: Notebook, name: str) -> str | None:
    """The code that defines `name`, without comments and layout; None when nothing does."""
    nodes = [statement.node for statement in half.statements if name in bound(statement.node)]
    return "\n".join(ast.unparse(node) for node in nodes) or None


def _canonical_source(source: str) -> str:
    return ast.unparse(ast.parse(source))


def _why_missing(name: str, halves: list[Notebook]) -> str:
    def broken(half: Notebook) -> list[Problem]:
        return [problem for problem in half.problems if problem.mentions(name)]

    for half in halves:
        for problem in broken(half):
            return f"{half.name}, {problem}. Until that cell is valid Python, {name} cannot be graded."
    return f"{name} is not defined in {halves[NOTEBOOK].name}. Restore its cell from the starter, keeping its name."
