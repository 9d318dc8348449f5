"""The floor of a benchmark: the same tests on the same functions in one process, with no isolation at all.

The inputs are made, the student's functions are called directly, and the answers are compared. Nothing is parsed,
sliced, copied or limited, nothing is named or written, and a loop that never ends would end the run.
The checks of the peers' assignment are this very module, so that they do the same work.
"""

import inspect
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograding.judge.assignment import Assignment
from autograding.checks.compare import Mismatch
from autograding.checks.observed import observing
from autograding.judge.faults import StudentFault
from autograding.judge.reference import Replay
from autograding.judge.rng import Stream
from autograding.judge.session import key_of

torch.set_num_threads(1)


class Direct:
    """In the place of the fixture `student`: calls functions where they are, and counts the CPU seconds inside them."""

    def __init__(self, names: dict[str, Any]):
        self._names, self.seconds = names, 0.0

    def __getattr__(self, name: str) -> Callable:
        return partial(self._call, self._names[name])

    def run(self, probe: Callable, *args: Any, **kwargs: Any) -> Any:
        return self._call(partial(probe, Names(self._names)), *args, **kwargs)

    def _call(self, function: Callable, *args: Any, **kwargs: Any) -> Any:
        args = tuple(torch.from_numpy(value) if isinstance(value, np.ndarray) else value for value in args)
        start = time.process_time()
        try:
            value = function(*args, **kwargs)
        except Exception as error:
            raise StudentFault("error", str(error)) from error
        finally:
            self.seconds += time.process_time() - start
        return _numpy(value)


class Names:
    """What a probe receives: names to read and to set."""

    def __init__(self, names: dict[str, Any]):
        vars(self)["_names"] = names

    def __getattr__(self, name: str) -> Any:
        return self._names[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self._names[name] = value


def _numpy(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    return tuple(map(_numpy, value)) if isinstance(value, (list, tuple)) else value


def check(test: Callable, assignment: Assignment, names: dict[str, Any]) -> tuple[bool, float]:
    """Whether one test passes on the functions in `names`, and the CPU seconds spent inside them."""
    scope, kept = key_of(test.task.id, test.__name__), dict(names)
    rng, answers = Stream(assignment.recording["seed"], scope), assignment.recording["answers"].get(scope, [])
    offered = {"student": Direct(names), "reference": Replay(answers), "rng": rng}
    try:
        with observing():
            test(**{name: offered[name] for name in inspect.signature(test).parameters})
        return True, offered["student"].seconds
    except (Mismatch, StudentFault):
        return False, offered["student"].seconds
    finally:
        names.update(kept)  # a probe may have put given parts in the place of some


def passes(folder: str, name: str, names: dict[str, Any]) -> bool:
    """For a cell of the peers' assignment."""
    assignment = _assignment(folder)
    return check(next(test for test in assignment.tests if test.__name__ == name), assignment, names)[0]


@cache
def _assignment(folder: str) -> Assignment:
    return Assignment.load(Path(folder) / "autograding")


def serve(connection, folder: str) -> None:
    """Grade what arrives, definitions as sources, and answer with (tests passed, CPU seconds, of these in calls)."""
    assignment = _assignment(folder)
    while (sources := connection.recv()) is not None:
        connection.send(_grade(sources, assignment))


def _grade(sources: Sequence[str], assignment: Assignment) -> tuple[int, float, float]:
    start, names = time.process_time(), {"__name__": "submission"}
    for source in sources:
        exec(source, names)
    outcomes = [check(test, assignment, names) for test in assignment.tests]
    inside = sum(seconds for _, seconds in outcomes)
    return sum(passed for passed, _ in outcomes), time.process_time() - start, inside
