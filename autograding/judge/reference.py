"""The teacher's answers: live from the master, or replayed from a recording of a live run.

Both offer what `student` offers: `reference.f(x)` and `reference.run(probe, …)`. A recording holds the answers of each
test in the order of its calls, one list for each section (`observed.Log`); inputs come from `rng` alone, so the n-th
call of a section always means the same.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ..checks.observed import current_log
from .student import Student


class Recorder:
    """A live reference that keeps its answers."""

    def __init__(self, live: Student, answers: list[list]):
        self._live, self._answers = live, answers

    def __getattr__(self, name: str) -> Callable:
        return partial(self._keep, getattr(self._live, name))

    def _keep(self, call: Callable, *args: Any, **kwargs: Any) -> Any:
        value = call(*args, **kwargs)
        section = current_log().section
        self._answers += [[] for _ in range(len(self._answers), section + 1)]
        self._answers[section].append(value)
        return value


class NotRecorded(Exception):
    """A recording lacks an answer: it was made of another version of the test."""


class Replay:
    """Recorded answers in the place of a reference; arguments are not looked at."""

    def __init__(self, answers: Sequence[Sequence]):
        self._remaining = [iter(section) for section in answers]

    def __getattr__(self, name: str) -> Callable:
        return self._next

    def _next(self, *_args: Any, **_kwargs: Any) -> Any:
        try:
            return next(self._remaining[current_log().section])
        except (IndexError, StopIteration):
            raise NotRecorded("no answer is recorded for this call") from None
