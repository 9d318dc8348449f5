"""The slice of a program that some names need: their definitions and, transitively, what those use.

A notebook trains, plots and scribbles between its definitions. Grading one function must run none of that, so only the
top-level statements that bind a name in use are executed (see `binding`).

A name may be bound again and again. A statement reads it at once, and finds the last binding before itself. A function
reads it when it is called: that may be at the end, or by a statement that has the function called at once. Two things
are told from the student's own code, because a student checks a function where it stands, and never thinks of them:
what the starter binds below the function, and what its lesson binds while it trains and plots.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .binding import ALWAYS_DEFINES, DEFINITIONS, bound, calls_itself, changed, digest, is_star_import, used, used_when
from .notebook import Notebook, Statement


@dataclass(frozen=True)
class HandedOut:
    """The digests of a starter's own statements.

    given: those that define what all may use. lesson: those that train, plot and check; they run in the notebook only.
    names: what those of the lesson bind.
    """

    given: frozenset[str] = frozenset()
    lesson: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, facts: Mapping[str, Iterable[str]]) -> "HandedOut":
        return cls(*(frozenset(facts.get(kind, ())) for kind in ("given", "lesson", "names")))


@dataclass(frozen=True)
class Reading:
    """A name that is to be found.

    half: whose code reads it. before: the statement that reads it at once, None where a function does when called.
    since: the last statement that stood when the function was checked.
    """

    name: str
    half: int
    before: int | None = None
    since: int | None = None


class Program:
    """The two halves of a pair, read as one program.

    `homes` says from which half (an index into `halves`) each exercise is taken; every other name is looked up in the
    half whose code uses it, and then in the other one.
    """

    def __init__(self, halves: list[Notebook], homes: Mapping[str, int], handed_out: HandedOut | None = None):
        self.halves, self.homes, self.handed_out = halves, homes, handed_out or HandedOut()
        self.left_out: dict[str, int] = {}  # names that only training binds, and the cell that does
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
        waiting = [Reading(name, half) for name in names]
        while waiting:
            reading = waiting.pop()
            if reading.name in given or reading in seen:
                continue
            seen.add(reading)
            home = self._home(reading)
            own = home == reading.half
            for index in self._defining(reading.name, home, *(reading.before, reading.since) if own else (None, None)):
                chosen.add((home, index))
                node = self._statement(home, index).node
                at_once, later = used_when(node)
                times = {None, reading.before} | ({index} if calls_itself(node) else set())
                since = index if reading.since is None or not own else max(index, reading.since)
                waiting += [Reading(other, home, index, index) for other in at_once]
                waiting += [Reading(other, home, when, since) for other in later for when in times]
        places = sorted(chosen, key=lambda place: (self._statement(*place).cell.number, *place))
        return [self._statement(*place) for place in places]

    def _home(self, reading: Reading) -> int:
        home = self.homes.get(reading.name, reading.half)
        if reading.name in self._binders[home]:
            return home
        return next((at for at, table in enumerate(self._binders) if reading.name in table), home)

    def _statement(self, half: int, index: int) -> Statement:
        return self.halves[half].statements[index]

    def _defining(self, name: str, half: int, before: int | None, since: int | None) -> Iterator[int]:
        """From the last statement (of those `before` one) that binds `name` back to one that surely does, and all that
        alter it. Where none comes before, the last one of all: cells may have been run in another order."""
        binders = self._meant(name, half, since)
        yield from self._altering(name, half, since, binders)
        earlier = [index for index in binders if before is None or index < before]
        for index in reversed(earlier or binders):
            yield index
            if isinstance(self._statement(half, index).node, ALWAYS_DEFINES):
                return

    def _meant(self, name: str, half: int, since: int | None) -> list[int]:
        """The statements that bind a name, without those of the starter that the student cannot have meant."""
        binders = self._binders[half].get(name, [])
        if len(binders) > 1:
            own = [index for index in binders if not self._of_the_lesson(name, half, index)] or binders
            above = [i for i in own if since is None or i <= since or not self._is_given(half, i)]
            binders = above or own
        elif binders and self._is_lesson(half, binders[0]) and self._trains(half, binders[0]):
            self.left_out[name] = self._statement(half, binders[0]).cell.number
            return []
        return binders

    def _altering(self, name: str, half: int, since: int | None, binders: list[int]) -> list[int]:
        """The statements that alter what a name is bound to. Those that were handed out alter the lesson's own things
        and the exercises, not what the student binds to the same name."""
        changers = self._changers[half].get(name, [])
        if any(self._of_the_lesson(name, half, index) or self._is_given(half, index) for index in binders):
            return changers
        own = [index for index in changers if not self._of_the_lesson(name, half, index)]
        return [i for i in own if name in self.homes or since is None or i <= since or not self._is_given(half, i)]

    def _is_given(self, half: int, index: int) -> bool:
        return digest(self._statement(half, index).node) in self.handed_out.given

    def _is_lesson(self, half: int, index: int) -> bool:
        return digest(self._statement(half, index).node) in self.handed_out.lesson

    def _of_the_lesson(self, name: str, half: int, index: int) -> bool:
        """Does the lesson bind the name there, as handed out or with more epochs?"""
        if self._is_lesson(half, index):
            return True
        edited = name in self.handed_out.names and not isinstance(self._statement(half, index).node, DEFINITIONS)
        return edited and self._trains(half, index)

    def _trains(self, half: int, index: int) -> bool:
        """Does a statement use an exercise, itself or through what it calls?"""
        waiting, seen = [index], set()
        while waiting:
            for name in used(self._statement(half, waiting.pop()).node) - seen:
                if name in self.homes:
                    return True
                seen.add(name)
                waiting += self._binders[half].get(name, [])[-1:]
        return False


def _unconditional(notebook: Notebook) -> Iterator[int]:
    """`from __future__ import …` changes how everything is compiled; `from m import *` may bind anything."""
    for index, statement in enumerate(notebook.statements):
        if is_star_import(statement.node) or getattr(statement.node, "module", "") == "__future__":
            yield index
