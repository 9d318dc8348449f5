"""Which tests can be passed without computing the answer.

Such a test *leans*: its points count once another test of its task passes, one that cannot (see `judge.scores`). A test
leans when everything that it expects could be known: it is the same on another seed, or it is what the call was given;
or when a program passes it that computes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from autograding.task import Test

import numpy as np

from autograding.checks.compare import agrees
from autograding.checks.observed import Expected, current_log
from autograding.judge.assignment import Assignment
from autograding.judge.processes import WorkerPool
from autograding.judge.session import Result, Session, key_of

from ..course.day import Day
from .masters import Master, script_text
from .record import MasterRun
from .variants import in_place_of

# What a program that has taken over its worker may reply, having seen what was asked and a reply on another seed.
REPLIES: dict[str, Callable[[tuple, Any], Any]] = {
    "the replies of another seed": lambda _sent, other: other,
    "the first argument": lambda sent, _other: sent[0] if sent else None,
    "the last argument": lambda sent, _other: sent[-1] if sent else None,
    "all arguments": lambda sent, _other: sent,
    "zeros": lambda _sent, other: _filled(other, 0),
    "ones": lambda _sent, other: _filled(other, 1),
    "None": lambda _sent, _other: None,
}
# What stands in the place of every exercise; `first` is the first tensor among the arguments.
STUBS = {
    "the first argument": "arguments[0]",
    "the last argument": "arguments[-1]",
    "all arguments": "arguments",
    "the first tensor twice": "(first, first)",
    "zeros": "first * 0",
    "ones": "first * 0 + 1",
    "noise": "torch.randn_like(first)",
    "zero": "0.0",
    "None": "None",
}
STUB = """\
# %%
def _stub(*arguments, **options):
    import torch
    arguments += tuple(options.values())
    first = next((value for value in arguments if isinstance(value, torch.Tensor)), torch.zeros(1))
    return {answer}

"""


def leaning(
    day: Day, assignment: Assignment, pool: WorkerPool, one: MasterRun, others: Sequence[MasterRun]
) -> dict[str, str]:
    """For each test of `assignment` that can be passed without computing, how. one, others: the masters on some seeds.

    A test that would let the answer of any other seed pass leans, too: its tolerance is as wide as what the seed does.
    """
    found = {}
    for other in others:
        for here, there in zip(one.results, other.results, strict=True):
            if all_known(here.log.expected, there.log.expected, here.log.sent):
                found[here.key] = "what it expects does not depend on the seed"
    for name, results in empty_programs(day, assignment, pool, one, others[0]):
        for result in results:
            if result.status == "pass":
                found.setdefault(result.key, f"{name} pass it")
    return found


def empty_programs(
    day: Day, assignment: Assignment, pool: WorkerPool, one: MasterRun, other: MasterRun
) -> Iterator[tuple[str, list[Result]]]:
    """Programs that compute nothing, graded on the questions of `one`."""
    for name, reply in REPLIES.items():
        session = _Puppet(assignment, {}, pool, one.recording)
        session.reply, session.replies = reply, other.replies
        yield f"{name}, sent in reply,", [session.run(test) for test in assignment.tests]
    for name, answer in STUBS.items():
        texts = {}
        for stem in day.notebooks:
            master = Master(day.masters / f"{stem}.py")
            text = forwarded(script_text(master.solved), master.exercises)
            texts[stem] = {".py": STUB.format(answer=answer) + text}
        session = Session(assignment, texts, pool, one.recording)
        session.host.limit = 2.0
        results = [session.run(test) for test in assignment.tests]
        session.host.close()
        yield f"functions that return {name}", results


def forwarded(solved: str, ids: Iterable[str], with_self: bool = False) -> str:
    """The solved script with a call of `_stub` for each exercise. with_self: of a method, `self` is an argument."""
    for id in ids:
        exercise = id.partition(".")[2]
        own = "self, " * ("." in exercise)
        call = f"_stub({own * with_self}*arguments, **options)"
        solved = in_place_of(solved, exercise, f"def stub({own}*arguments, **options):\n    return {call}")
    return solved


class _Puppet(Session):
    """A session in which another hand answers in the student's place."""

    reply: Callable[[tuple, Any], Any]
    replies: Mapping[str, list[list]]

    def _fixtures(self, test: Test) -> dict[str, Any]:
        replies = self.replies.get(key_of(test.task.id, test.__name__), [])
        return super()._fixtures(test) | {"student": _Hand(self.reply, replies)}


class _Hand:
    def __init__(self, reply: Callable[[tuple, Any], Any], replies: list[list]):
        self._reply, self._replies = reply, [iter(section) for section in replies]

    def __getattr__(self, name: str) -> Callable:
        return self._answer

    def run(self, _probe: Callable, *sent: Any, **options: Any) -> Any:
        return self._answer(*sent, **options)

    def _answer(self, *sent: Any, **options: Any) -> Any:
        section = current_log().section
        other = next(self._replies[section], None) if section < len(self._replies) else None
        return self._reply((*sent, *options.values()), other)


def all_known(here: list, there: list, sent: list) -> bool:
    """Could every expectation of a test be known? Of attempts, those of one."""

    def known(one: Expected | list, other: Expected | list) -> bool:
        if isinstance(one, list) or isinstance(other, list):
            assert isinstance(one, list) and isinstance(other, list), "a test compares the same things on every seed"
            return any(all_known(attempt, same, sent) for attempt, same in zip(one, other, strict=True))
        return _known(one.value, other.value, sent, one.rtol, one.atol)

    return all(map(known, here, there))


def _known(one: Any, other: Any, sent: list, rtol: float, atol: float) -> bool:
    """Is each part the same on another seed, or an argument of a call?"""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_known(one[key], other[key], sent, rtol, atol) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(
            _known(value, same, sent, rtol, atol) for value, same in zip(one, other, strict=True)
        )
    return agrees(other, one, rtol, atol) or any(_same(one, value) for value in sent)


def _same(one: Any, other: Any) -> bool:
    return isinstance(other, np.ndarray) and np.shape(one) == other.shape and bool(np.array_equal(one, other))


def _filled(value: Any, number: int) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(_filled(one, number) for one in value)
    if isinstance(value, dict):
        return {key: _filled(one, number) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return np.full_like(value, number)
    return type(value)(number) if isinstance(value, (bool, int, float)) else value
