"""The slice of a program that some names need: their definitions and, transitively, what those use.

A notebook trains, plots and scribbles between its definitions. Grading one function must run none of that, so only the
top-level statements that bind a name in use are executed. What a function uses is its free global names, as
`symtable` sees them: a local `x` never pulls in a training loop that happens to bind a global `x`.

A name may be bound again and again. A statement reads it at once, and finds the last binding before itself. A function
reads it when it is called: that may be at the end, or by a statement that has the function called at once.
"""

import ast
import symtable
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from .notebook import Notebook, Statement, unparsed

ALWAYS_DEFINES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
    ast.With,
)
COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}  # as symtable names their scopes


@cache
def bound(node: ast.stmt) -> set[str]:
    """The global names that a top-level statement binds."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    symbols = symtable.symtable(unparsed(node), "statement", "exec").get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}


@cache
def used(node: ast.stmt) -> set[str]:
    """The global names that a top-level statement reads, now or when a function that it defines is called."""
    at_once, later = used_when(node)
    return at_once | later


@cache
def used_when(node: ast.stmt) -> tuple[set[str], set[str]]:
    """The global names that a top-level statement reads at once, and those that its functions read when called."""
    at_once, later = set(), set()
    top = symtable.symtable(unparsed(node), "statement", "exec")
    scopes = [(top, at_once)]
    while scopes:
        scope, names = scopes.pop()
        names.update(
            symbol.get_name()
            for symbol in scope.get_symbols()
            if symbol.is_referenced() and (scope is top or symbol.is_global())
        )
        for inner in scope.get_children():
            waits = inner.get_type() == "function" and inner.get_name() not in COMPREHENSIONS
            scopes.append((inner, later if waits else names))
    return at_once, later


@cache
def changed(node: ast.stmt) -> set[str]:
    """The names of objects that a statement alters without binding them: `Encoder.forward = …`, `setattr(Encoder, …)`,
    `table[0] = …`."""
    call = getattr(node, "value", None)
    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "setattr" and call.args:
        altered = [call.args[0]]
    else:
        targets = getattr(node, "targets", None) or [getattr(node, "target", None) or ast.Pass()]
        altered = [
            part.value
            for target in targets
            for part in ast.walk(target)
            if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store)
        ]
    return {_root(part).id for part in altered if isinstance(_root(part), ast.Name)}


def _root(node: ast.expr) -> ast.expr:
    """`a` of `a.b[0].c`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node


class Program:
    """The two halves of a pair, read as one program.

    `homes` says from which half (an index into `halves`) each exercise is taken; every other name is looked up in the
    half whose code uses it, and then in the other one.
    """

    def __init__(self, halves: list[Notebook], homes: Mapping[str, int]):
        self.halves, self.homes = halves, homes
        self._unconditional = {(at, index) for at, half in enumerate(halves) for index in _unconditional(half)}
        self._binders: list[dict[str, list[int]]] = []
        self._changers: list[dict[str, list[int]]] = []
        for half in halves:
            binders, changers = {}, {}
            for index, statement in enumerate(half.statements):
                for names, table in ((bound(statement.node), binders), (changed(statement.node), changers)):
                    for name in names:
                        table.setdefault(name, []).append(index)
            self._binders.append(binders)
            self._changers.append(changers)

    def slice(self, names: Iterable[str], half: int = 0, given: Iterable[str] = ()) -> list[Statement]:
        """The statements that `names` need, in the order of the notebook; of `given` names, none."""
        chosen, seen, given = set(self._unconditional), set(), set(given)
        waiting = [(name, half, None) for name in names]  # a name, the half that uses it, and before which statement
        while waiting:
            name, user, before = waiting.pop()
            home = self.homes.get(name, user)
            if name not in self._binders[home]:
                home = next((at for at, table in enumerate(self._binders) if name in table), home)
            before = before if home == user else None
            if name in given or (name, home, before) in seen:
                continue
            seen.add((name, home, before))
            for index in self._defining(name, home, before):
                chosen.add((home, index))
                at_once, later = used_when(self.halves[home].statements[index].node)
                waiting += [(other, home, index) for other in at_once]
                waiting += [(other, home, when) for other in later for when in {None, before}]
        places = sorted(chosen, key=lambda place: (self._statement(place).cell.number, *place))
        return [self._statement(place) for place in places]

    def _statement(self, place: tuple[int, int]) -> Statement:
        half, index = place
        return self.halves[half].statements[index]

    def _defining(self, name: str, half: int, before: int | None) -> Iterator[int]:
        """From the last statement (of those `before` one) that binds `name` back to one that surely does, and all that
        alter it. Where none comes before, the last one of all: cells may have been run in another order."""
        yield from self._changers[half].get(name, [])
        binders = self._binders[half].get(name, [])
        earlier = [index for index in binders if before is None or index < before]
        for index in reversed(earlier or binders):
            yield index
            if isinstance(self.halves[half].statements[index].node, ALWAYS_DEFINES):
                return


def _unconditional(notebook: Notebook) -> Iterator[int]:
    """`from __future__ import …` changes how everything is compiled; `from m import *` may bind anything."""
    for index, statement in enumerate(notebook.statements):
        if is_star_import(statement.node) or getattr(statement.node, "module", "") == "__future__":
            yield index


def is_star_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
