"""What one test measured, in order, right or wrong: a mistake is named by agreement with all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypedDict


@dataclass(frozen=True)
class Expected:
    """What a comparison expects, and how closely. It stays with the judge; a build asks whether it could be known."""

    value: Any
    rtol: float
    atol: float


class Observed(TypedDict, total=False):
    """What one comparison saw, and how closely it looked; or, alone, the kind of the error that came in its place."""

    got: Any
    rtol: float
    atol: float
    attempt: int
    error: str


@dataclass
class Log:
    """What one test measured, in order, and what was called last.

    expected: of each comparison; where one of several attempts suffices, the lists of all attempts.
    sent: the arguments of all calls. came_back: what the student's code answered, in order.
    section: counts the attempts of the test (see `assert_same_either`). An attempt that breaks off must not shift the
    recorded answers of the next one, nor leave it its stubs.
    quoting: may a message hold text that the student's code made? Not where that code meets tests which nobody has seen:
    it could send them home.
    """

    seen: list[Observed] = field(default_factory=list)
    expected: list[Expected | list] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)
    came_back: list[Any] = field(default_factory=list)
    called: str = ""
    section: int = 0
    quoting: bool = True


_log: ContextVar[Log] = ContextVar("log")


@contextmanager
def observing(quoting: bool = True) -> Iterator[Log]:
    log = Log(quoting=quoting)
    token = _log.set(log)
    try:
        yield log
    finally:
        _log.reset(token)


def current_log() -> Log:
    return _log.get(None) or Log()
