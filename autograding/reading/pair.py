"""Which half of a pair is graded: the notebook or its `.py`, exercise by exercise.

A student may edit either, with or without jupytext. The half that differs from the starter counts; where both differ
and disagree, the notebook counts and the report says so. A half that lost an exercise, or cannot be read, differs too:
it is never passed over for an untouched starter in the other half.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .notebook import EARLIER, Notebook, NotebookError, parse, unparsed
from .slicing import Program, bound, changed, used

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

    starter: for each exercise (a top-level function or class), the source of its cell in the starter.
    texts: the halves that exist, by suffix (`.ipynb`, `.py`).
    """
    halves, unreadable = _read(stem, texts)
    warnings = [*unreadable.values(), *(f"{half.name}: {problem}" for half in halves for problem in half.problems)]
    present = [half for half in halves if half.name in unreadable or half.name.removeprefix(stem) in texts]
    homes, missing, untouched = {}, {}, set()
    for name, source in starter.items():
        given = _canonical(parse("the starter's cell", source), name)
        versions = {half.name: _canonical(half, name) for half in halves}
        edited = [version not in (None, given) for version in versions.values()]
        homes[name] = NOTEBOOK if edited[NOTEBOOK] or not edited[SCRIPT] else SCRIPT
        lost = [half for half in present if versions[half.name] is None]
        if all(edited) and len(set(versions.values())) == 2:
            warnings.append(f"{name} differs between {stem}.ipynb and {stem}.py: the notebook was graded.")
        if not any(edited):
            untouched.add(name)
            if lost:
                missing[name] = unreadable.get(lost[0].name) or _why_missing(name, lost[0])
    return Submission(Program(halves, homes), missing, untouched, _codes(halves), warnings)


def read_ahead(paths: Iterable[Path]) -> None:
    """Read notebooks as they were handed out: most cells of a submission are theirs, and all about them is cached."""
    for path in paths:
        for statement in parse(path.name, path.read_text(encoding="utf-8")).statements:
            for names_of in (bound, changed, used):
                names_of(statement.node)


def _read(stem: str, texts: Mapping[str, str]) -> tuple[list[Notebook], dict[str, str]]:
    """Both halves, empty where there is none; and for each half that should be there and cannot be read, why."""
    halves, unreadable = [], {}
    for name in (f"{stem}.ipynb", f"{stem}.py"):
        halves.append(Notebook(name))
        try:
            if name.removeprefix(stem) in texts:
                halves[-1] = parse(name, texts[name.removeprefix(stem)])
        except NotebookError as error:
            unreadable[name] = str(error)
    if not texts:
        unreadable[f"{stem}.ipynb"] = f"{stem}.ipynb is missing. {EARLIER.format(f'{stem}.ipynb')}"
    return halves, unreadable


def _codes(halves: list[Notebook]) -> dict[str, str]:
    """The calls `checkpoint("nb1.B", code="…")` with a code."""
    nodes = [statement.node for half in halves for statement in half.statements]
    calls = [
        call
        for node in nodes
        if "checkpoint" in unparsed(node)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "checkpoint"
    ]
    found = {}
    for call in calls:
        values = [*call.args[:2], *(word.value for word in call.keywords if word.arg in ("id", "code"))]
        texts = [value.value for value in values if isinstance(value, ast.Constant)]
        if len(texts) == 2 and all(isinstance(text, str) and text for text in texts):
            found[texts[0]] = texts[1]
    return found


def _canonical(half: Notebook, name: str) -> str | None:
    """The code that defines and alters `name`, without comments and layout; None when nothing defines it."""
    nodes = [statement.node for statement in half.statements]
    if not any(name in bound(node) for node in nodes):
        return None
    return "\n".join(unparsed(node) for node in nodes if name in bound(node) | changed(node))


def _why_missing(name: str, half: Notebook) -> str:
    for problem in half.problems:
        if problem.mentions(name):
            return f"{half.name}, {problem}. Until that cell is valid Python, {name} cannot be graded."
    return f"{name} is not defined in {half.name}. Restore its cell from the starter, keeping its name."
