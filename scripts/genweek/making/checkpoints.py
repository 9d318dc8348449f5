"""What a checkpoint leaves in a notebook: all that the cells below it need, whether or not a cell above it was ever run.

That is the program above it, solved, without what trains, checks and draws: every definition, and of the cells that run
in the notebook alone those statements from which a cell below takes a name.
"""

import ast
import re
from collections.abc import Iterator

import nbformat

from autograding.reading.binding import bound, used
from autograding.reading.notebook import Notebook, Statement, parse
from autograding.reading.slicing import Program

from .masters import Master

CALL = re.compile(r'^checkpoint\("([\w.]+)", code=""(?:, (\w+)=.+)?\)$', re.M)  # its id, and the model that it promises


def sections(master: Master) -> dict[str, dict[str, str]]:
    """For each checkpoint of a notebook, the solved source of every exercise before it, by top-level name."""
    found, solved = {}, {}
    for cell in master.solved.cells:
        if cell.cell_type == "code" and "exercise" in cell.metadata.get("tags", []):
            solved |= {node.name: cell.source for node in ast.parse(cell.source).body if hasattr(node, "name")}
        elif cell.cell_type == "code":
            found |= {id: dict(solved) for id, _ in CALL.findall(cell.source)}
    return found


def bundles(master: Master) -> dict[str, dict]:
    """For each checkpoint its `exercises` (see `sections`), and its `program`: the sources that it runs, in their order."""
    exercises = sections(master)
    return {
        id: {"exercises": exercises[id], "program": list(_program(master, at, promised))}
        for at, id, promised in checkpoints(master)
    }


def checkpoints(master: Master) -> Iterator[tuple[int, str, str]]:
    """The place of each checkpoint's cell, its id, and the name of the trained model that it promises, or none."""
    for at, cell in enumerate(master.solved.cells):
        if cell.cell_type == "code":
            yield from ((at, id, promised) for id, promised in CALL.findall(cell.source))


def _program(master: Master, at: int, promised: str) -> Iterator[str]:
    """The sources of the cells above `at`: of those of the lesson, the statements that serve a cell below."""
    cells = master.solved.cells
    needed = _read_first(_statements(cells[at + 1 :])) - {promised}
    slice = Program([_notebook(cells[:at])], {}).slice(needed, given={promised})
    for number, cell in enumerate(cells[:at], 1):
        if cell.cell_type == "code" and "active-ipynb" not in cell.metadata.get("tags", []):
            yield cell.source
        elif serving := [ast.unparse(one.node) for one in slice if one.cell.number == number]:
            yield "\n".join(serving)


def _read_first(statements: list[Statement]) -> set[str]:
    """The names that statements read before one of them has bound them."""
    needed, there = set(), set()
    for node in (part for statement in statements for part in _in_order(statement.node)):
        needed |= used(node) - there
        there |= bound(node)
    return needed


def _in_order(node: ast.stmt) -> Iterator[ast.stmt]:
    """A statement, a loop and a `with` in the order in which their parts read and bind."""
    if isinstance(node, ast.For):
        yield ast.Expr(node.iter)
        yield ast.Assign([node.target], ast.Constant(None), lineno=0)
    elif isinstance(node, ast.With):
        for item in node.items:
            yield ast.Expr(item.context_expr)
            yield from [ast.Assign([item.optional_vars], ast.Constant(None), lineno=0)] if item.optional_vars else []
    else:
        yield node
        return
    for inner in node.body:
        yield from _in_order(inner)


def _statements(cells: list) -> list[Statement]:
    return _notebook(cells).statements


def _notebook(cells: list) -> Notebook:
    """These cells as the reader has them, numbered from 1."""
    return parse("master.ipynb", nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
