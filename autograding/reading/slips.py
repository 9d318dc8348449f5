"""Slips of the hand that would cost the points of work that is there: each is read as it was meant, and told.

What a student meant is certain in these cases, so the work is graded; the sentence says what to repair, because the
notebook itself does not run like that.
"""

import ast
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import NamedTuple

from .binding import bound
from .notebook import (
    CONFLICT,
    Notebook,
    Statement,
    in_another_language,
    mentions,
    parse_cell,
    statements_of,
    unparsed,
)

TO_DO = "raise NotImplementedError('TODO "
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
KINDS = {"markdown": "a Markdown cell", "raw": "a raw cell"}


def read_as_meant(half: Notebook, given: Mapping[str, str]) -> list[str]:
    """Change a half to what was meant; the sentences about it. given: each exercise's code in the starter, `unparsed`."""
    said = []
    for cell in half.others:
        if CONFLICT.search(cell.source):
            said.append(f"{half.name}, cell {cell.number}: there is an unresolved merge conflict around it. Keep one side.")
    half.statements = [one for one in half.statements if not (_never(one.node) and bound(one.node) & given.keys())]
    for name, starter in given.items():
        said += [*_turned_into_text(half, name, starter), *_replaced_by_the_starter(half, name, starter)]
        said += _below_a_raise(half, name, starter)
    return said


UNREADABLE, MISSING = "unreadable", "missing"


class Absent(NamedTuple):
    """An exercise that is nowhere to be found. why: a sentence for the student. kind: UNREADABLE where it stands in what
    Python cannot read, else MISSING."""

    why: str
    kind: str = MISSING


def absent(half: Notebook, name: str, original: Notebook) -> Absent:
    """Why a half that should define `name` does not. original: the half before it was read as meant."""
    for problem in half.problems:
        if problem.mentions(name):
            why = f"{half.name}, {problem}. Until that cell is valid Python, {name} cannot be graded."
            return Absent(why, UNREADABLE)
    no_python = _no_python(half, name)
    return Absent(no_python, UNREADABLE) if no_python else Absent(_why_missing(half, name, original))


def _no_python(half: Notebook, name: str) -> str:
    """Where it stands in a cell that is not taken for Python; empty when it does not."""
    for cell in half.others:
        if mentions(cell, name):
            kind = (
                f"begins with {cell.source.split()[0]}"
                if in_another_language(cell)
                else f"is {KINDS.get(cell.kind, 'no code')}"
            )
            return (
                f"{name} stands in cell {cell.number} of {half.name}, which {kind}: turn it into a code cell that holds "
                "nothing but Python."
            )
    return ""


def _why_missing(half: Notebook, name: str, original: Notebook) -> str:
    for statement in original.statements:
        if name in bound(statement.node):
            return (
                f"{name} stands in cell {statement.cell.number} of {half.name} under a condition that never holds: "
                "move it to the left margin."
            )
        for node in ast.walk(statement.node):
            if isinstance(node, DEFINITIONS) and node.name == name:
                owner = getattr(statement.node, "name", "another block")
                return (
                    f"{name} is defined inside {owner} (cell {statement.cell.number} of {half.name}), where nothing "
                    "outside can call it: move it to the left margin, into a cell of its own."
                )
    return f"{name} is not defined in {half.name}. Restore its cell from the starter, keeping its name."


def _turned_into_text(half: Notebook, name: str, starter: str) -> Iterator[str]:
    if any(name in bound(one.node) for one in half.statements):
        return
    for cell in half.others:
        tree = parse_cell(cell) if mentions(cell, name) and not in_another_language(cell) else None
        found = statements_of(cell, tree) if isinstance(tree, ast.Module) else []
        if not any(name in bound(one.node) for one in found):
            continue
        half.statements = sorted([*half.statements, *found], key=lambda one: one.cell.number)
        half.others.remove(cell)
        if not any(unparsed(one.node) == starter for one in found):
            yield (
                f"{name} stands in cell {cell.number} of {half.name}, which is {KINDS.get(cell.kind, 'no code')}. It was "
                "graded all the same; turn it into a code cell (select it, press Esc, then Y), so that it runs."
            )
        return


def _replaced_by_the_starter(half: Notebook, name: str, starter: str) -> Iterator[str]:
    """Two definitions: of the student's own, the last one counts, and the starter's never beats one."""
    found = [one for one in half.statements if isinstance(one.node, DEFINITIONS) and one.node.name == name]
    own = [one for one in found if unparsed(one.node) != starter]
    if not own:
        return
    below = [one for one in found if one not in own and _place(one) > _place(own[-1])]
    if below and not half.history:
        yield (
            f"{name} is defined twice in {half.name}: yours in cell {own[-1].cell.number}, and below it the starter's in "
            f"cell {below[-1].cell.number}, which replaces yours when the notebook runs. Yours was graded; delete the other."
        )
    if len(own) < len(found):
        half.statements = [one for one in half.statements if one not in found or one in own]
    different = {unparsed(one.node) for one in own}
    apart = (
        len(different) > 1 and len({one.cell for one in own}) > 1
    )  # in one cell, the second is meant to replace the first
    if apart and not half.history and not any(_extends(one.node, name) for one in own):
        cells = " and ".join(str(one.cell.number) for one in own)
        yield f"{name} is defined {len(own)} times in {half.name} (cells {cells}): the last one was graded."


def _below_a_raise(half: Notebook, name: str, starter: str) -> Iterator[str]:
    """The starter's `raise` still stands above, or below, what the student wrote."""
    for index, one in enumerate(half.statements):
        if not isinstance(one.node, DEFINITIONS) or one.node.name != name or unparsed(one.node) == starter:
            continue
        if TO_DO not in unparsed(one.node):
            continue  # what follows takes longer than all the rest of reading
        given = {unparsed(node) for node in ast.walk(ast.parse(starter)) if isinstance(node, DEFINITIONS)}
        changed = deepcopy(one.node)
        for owner in [
            node for node in ast.walk(changed) if isinstance(node, DEFINITIONS[:2]) and unparsed(node) not in given
        ]:
            for raised, above, below in _raises(owner):
                where = f"{half.name}, cell {one.cell.number}, line {raised.lineno}"
                if below:
                    owner.body.remove(raised)
                    half.statements[index] = Statement(one.cell, changed)
                    yield (
                        f"{where}: the starter's `raise NotImplementedError` still stands above your code for {name}, which "
                        "therefore never runs. It was graded without that line; delete it."
                    )
                elif above and not isinstance(above[-1], (ast.Return, ast.Raise)):
                    yield f"{where}: your code for {name} ends in the starter's `raise`. Return your result there instead."


def _raises(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[ast.stmt, list[ast.stmt], list[ast.stmt]]]:
    """The starter's `raise` in a function, and the statements above and below it."""
    for at, node in enumerate(list(function.body)):
        if isinstance(node, ast.Raise) and ast.unparse(node).startswith(TO_DO):
            above = [part for part in function.body[:at] if not isinstance(part, ast.Expr)]
            yield node, above, function.body[at + 1 :]


def _never(node: ast.stmt) -> bool:
    """`if False:`, without an `else`."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Constant) and not node.test.value and not node.orelse


def _extends(node: ast.stmt, name: str) -> bool:
    """`class Encoder(Encoder)`: the second is made of the first."""
    return isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == name for base in node.bases)


def _place(one: Statement) -> tuple[int, int]:
    return one.cell.number, one.node.lineno
