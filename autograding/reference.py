"""The teacher's answers: live from the master, or replayed from a recording of a live run.

Both offer what `student` offers: `reference.f(x)` and `reference.run(probe, …)`. A recording holds the answers of each
test in the order of its calls; inputs come from `rng` alone, so the n-th call of a test always means the same.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from .student import Student


class Recorder:
    """A live reference that keeps its answers."""

    def __init__(self, live: Student, answers: list):
        self._live, self._answers = live, answers

    def __getattr__(self, name: str) -> Callable:
        return partial(self._keep, getattr(self._live, name))

    def _keep(self, call: Callable, *args: Any, **kwargs: Any) -> Any:
        value = call(*args, **kwargs)
        self._answers.append(value)
        return value


class Replay:
    """Recorded answers in the place of a reference; arguments are not looked at."""

    def __init__(self, answers: list):
        self._remaining = iter(answers)

    def __getattr__(self, name: str) -> Callable:
        return self._next

    def _next(self, *_args: Any, **_kwargs: Any) -> Any:
        return next(self._remaining)
