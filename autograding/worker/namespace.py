"""A program's names, loaded one slice at a time. Lives in the worker.

A probe receives the student's `Namespace` as its first argument: reading `ns.kl_divergence` loads the slice of the
program that `kl_divergence` needs; setting `ns.kl_divergence = …` puts a given part in the place of the student's.
"""

import __future__

import ast
import builtins
import linecache
import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import CodeType, ModuleType
from typing import Any

from ..reading.binding import bound, is_star_import, used
from ..reading.notebook import Statement
from ..reading.pair import Submission
from ..reading.slips import MISSING


class Missing(Exception):
    """The submission does not define what was asked for; the message is a sentence for the student. kind: see `Absent`."""

    def __init__(self, why: str, kind: str = MISSING):
        super().__init__(why)
        self.kind = kind


class Namespace:
    def __init__(
        self,
        submission: Submission,
        hung: tuple[str, ...] = (),
        unlocked: Mapping[str, str] | None = None,
        name: str = "__main__",
    ):
        """hung: exercises (`f` or `Class.method`) that never returned before; here they raise at once.

        unlocked: the source of exercises that come from a checkpoint.
        """
        module = sys.modules[name] = ModuleType(name)  # registered, because dataclasses and `inspect` look it up
        vars(self).update(
            _submission=submission, _names=vars(module), _given={}, _hung=hung, _unlocked=unlocked or {}, _opened=set()
        )
        # What each statement that was executed has bound, and for each name where the last of these stands.
        vars(self).update(_made={}, _places={})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._load(name)
        if name not in self._names:
            raise Missing(f"{name} is not defined in the notebook.")
        return self._names[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self._given[name] = self._names[name] = value

    def _load(self, name: str) -> None:
        """Execute the slice of a name, no statement twice. One that binds anew what a later one has bound already (for
        another slice) serves the statements of this slice; afterwards the later binding counts again."""
        if name in self._given:
            return
        if name in self._unlocked:
            self._load_unlocked(name)
            return
        if name in self._submission.missing:
            raise Missing(*self._submission.missing[name])
        statements = self._submission.program.slice([name], given=self._given)
        if all(id(statement) in self._made for statement in statements):
            return
        newest: dict[str, Any] = {}
        try:
            for statement in statements:
                place, names = (statement.cell.number, statement.node.lineno), bound(statement.node)
                overtaken = {name for name in names & self._names.keys() if self._places.get(name, place) > place}
                newest = {name: self._names[name] for name in overtaken} | newest
                if id(statement) in self._made:
                    made = self._made[id(statement)]
                    self._names.update({name: made[name] for name in overtaken & made.keys()})
                    continue
                self._made[id(statement)] = {}  # should it raise, it is not tried again
                self._define(statement)
                self._made[id(statement)] = {name: self._names[name] for name in names & self._names.keys()}
                self._places.update(dict.fromkeys(names - overtaken, place))
        finally:
            self._names.update(newest | self._given)

    def _define(self, statement: Statement) -> None:
        made = bound(statement.node)
        for other in made & self._unlocked.keys():
            self._load_unlocked(other)
        if not made & self._unlocked.keys():
            self._execute(statement)
        for other in made:
            self._replace_hung(other)
        self._names.update(self._given)

    def _execute(self, statement: Statement) -> None:
        name, source = _file_of(statement), statement.cell.source
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)  # for tracebacks, `inspect`
        try:
            exec(_compiled(statement, "annotations" in self._names), self._names)
        except ImportError:
            if not is_star_import(statement.node):  # nobody asked for that one by name
                raise

    def _load_unlocked(self, name: str) -> None:
        """The checkpoint's version of an exercise, and what it uses of the notebook."""
        if name not in self._opened:
            self._opened.add(name)
            for node in ast.parse(self._unlocked[name]).body:
                for other in used(node) - {name} - vars(builtins).keys():
                    self._load(other)
            exec(self._unlocked[name], self._names)

    def _replace_hung(self, made: str) -> None:
        for exercise in self._hung:
            owner, _, method = exercise.partition(".")
            if owner == made and method:
                setattr(self._names[owner], method, _never_returned(exercise))
            elif owner == made:
                self._names[owner] = _never_returned(exercise)


def _file_of(statement: Statement) -> str:
    return f"cell {statement.cell.number}"


@cache  # every test gets a namespace of its own, made of the same statements
def _compiled(statement: Statement, postponed: bool) -> CodeType:
    flags = __future__.annotations.compiler_flag if postponed else 0
    return compile(ast.Module([statement.node], []), _file_of(statement), "exec", flags=flags, dont_inherit=True)


def _never_returned(exercise: str) -> Callable:
    def stand_in(*_args, **_kwargs):
        raise RuntimeError(f"this uses {exercise}, which did not return within its time limit: repair that one first")

    return stand_in
