"""What a test is worth: `@task("nb1.kl_divergence", points=4)` above an ordinary pytest test."""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, Protocol, TypeVar, cast

Function = TypeVar("Function", bound=Callable)
Status = Literal["pass", "fail", "error", "todo", "timeout"]  # of a test


@dataclass(frozen=True)
class Task:
    """leans: can the test be passed without computing the answer? Of a lab it is measured, and stands in its starter."""

    id: str
    points: int
    leans: bool = False

    @property
    def exercise(self) -> str:
        """`f` or `Class.method`: the id without its notebook."""
        return self.id.partition(".")[2]


class Test(Protocol):
    """A pytest function under `@task`. Its docstring is what a student reads; its arguments are the fixtures it asks for."""

    __test__ = False  # pytest: this is no class of tests
    __name__: str
    task: Task

    def __call__(self, *fixtures: Any, **more: Any) -> None: ...


def task(id: str, points: int, leans: bool = False) -> Callable[[Function], Function]:
    """Declare the exercise that a test judges and its points (0 for an ungraded extension).

    leans: of a test that is handed out to nobody, for `scores` (see there); verify.py says which ones lean.
    """

    def mark(test: Function) -> Function:
        cast(Test, test).task = Task(id, points, leans)
        return test

    return mark


def title_of(test: Test) -> str:
    """The sentence that a student reads: the test's docstring."""
    return inspect.cleandoc(test.__doc__ or test.__name__.removeprefix("test_").replace("_", " ")).replace("\n", " ")


def tests_of(module: ModuleType) -> list[Test]:
    """The tests of a module, in the order in which they are written."""
    return [value for value in vars(module).values() if hasattr(value, "task") and value.__module__ == module.__name__]


class Lazy:
    """A module that is imported when it is first used, so that judging never waits for torch.

    Test files say `from autograding import torch` and use it in probes only; those run in the worker.
    """

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, attribute: str):
        if attribute.startswith("_"):  # pytest looks for such names in whatever a test file holds
            raise AttributeError(attribute)
        return getattr(importlib.import_module(self._name), attribute)
