"""The grader of this course. Start reading at `judge/session.py`; ARCHITECTURE.md in the template tells the whole story."""

from typing import TYPE_CHECKING

from .task import Lazy, task

if TYPE_CHECKING:
    from .checks.compare import assert_same, assert_same_either, assert_shape
    from .judge.live import check
    from .starting.command import start

torch = Lazy("torch")

__all__ = ["assert_same", "assert_same_either", "assert_shape", "check", "start", "task", "torch"]


def __getattr__(name: str):
    """`assert_same` needs numpy and `check` a notebook: loaded when asked for, so that reports start at once."""
    if name.startswith("assert_"):
        from .checks import compare

        return getattr(compare, name)
    if name == "check":
        from .judge.live import check

        return check
    if name == "start":
        from .starting.command import start

        return start
    raise AttributeError(f"module 'autograding' has no attribute {name!r}")
