"""Runs the tests of one assignment on one submission. This is the judge; start reading here.

A test is an ordinary pytest function. `Session.run` gives it its inputs (`rng`), the teacher's answers (`reference`)
and a proxy (`student`) to a worker process that holds the student's code, and turns what happens into a `Result`.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..checks.compare import Mismatch, describe
from ..checks.observed import Log, Observed, observing
from ..task import Status, Task, Test, title_of
from ..wire import WireError
from .assignment import Assignment
from .faults import StudentFault
from .host import Host
from .mistakes import sentence_for
from .processes import WorkerError, WorkerPool
from .recording import Recording
from .reference import NotRecorded, Replay
from .rng import Stream
from .student import Student

MOST_REASON = 300  # characters


@dataclass
class Result:
    """The outcome of one test. absent: see `StudentFault`."""

    name: str
    task: Task
    title: str
    status: Status = "pass"
    message: str = ""
    mistake: str | None = None
    absent: str = ""
    log: Log = field(default_factory=Log)

    @property
    def observed(self) -> list[Observed]:
        return self.log.seen

    @property
    def key(self) -> str:
        return key_of(self.task.id, self.name)


def _why_broken(error: Exception, log: Log) -> str:
    """A test is proved on right and on wrong answers. Where it breaks after something came back, that is of an odd kind;
    before that, or for want of a recorded answer, the fault is ours."""
    reason = f"{type(error).__name__}: {error}"[:MOST_REASON]
    if log.came_back and not isinstance(error, NotRecorded):
        reason = reason if log.quoting else type(error).__name__
        kinds = ", ".join(dict.fromkeys(map(describe, log.came_back)))[:MOST_REASON]
        return (
            f"{log.called} brought back {kinds}: nothing that can be measured here ({reason}). "
            "Is it of the kind that the docstring asks for?"
        )
    return f"This test itself broke ({reason}). That is not your fault: tell your instructor."


def key_of(task_id: str, test_name: str) -> str:
    """Names a test in recordings and streams: two notebooks may each have a `test_the_loss_is_a_scalar`."""
    return f"{task_id}:{test_name}"


class Session:
    """One submission in front of the judge."""

    def __init__(
        self,
        assignment: Assignment,
        texts: Mapping[str, Mapping[str, str]],
        pool: WorkerPool,
        recording: Recording,
        reference: Callable[..., Any] | None = None,
        draws: int = 0,
    ):
        """texts: for each notebook's stem, the halves that exist (`.ipynb`, `.py`).

        recording: `seed`, `answers` and `mistakes` of a live run. reference: where there is no recording yet, makes the
        live reference of a test from (stem, scope, seed). draws: shifts the seed of the student's own random numbers.
        """
        self.assignment, self.recording, self._reference, self._draws = assignment, recording, reference, draws
        starters = assignment.starters
        given = assignment.handed_out
        pairs = {
            stem: {"starter": starters[stem], "texts": texts.get(stem, {}), "handed_out": given.get(stem, {})}
            for stem in starters
        }
        exam, self.unseen = assignment.kind == "exam", assignment.unseen is not None
        self.host = Host(pool, pairs, locked=assignment.locked, hints=not exam, unseen=self.unseen)
        self.results: list[Result] = []
        self.warnings: list[str] = []
        self.lost = ""  # why a worker could not be started, should that have happened: no fault of the student's
        self._hung: dict[str, str] = {}  # tasks that never returned, and what was said of the first time

    def ask_anew(self, recording: Recording) -> None:
        """Put the same submission before the questions of another seed; what it answered so far is forgotten."""
        self.recording, self.results = recording, []
        self.host.renew()

    def run(self, test: Test) -> Result:
        """Run one test. Never raises for anything that a student's code does."""
        result = Result(test.__name__, test.task, title_of(test))
        self.results.append(result)
        if result.task.id in self._hung:
            result.status, result.message = "timeout", self._hung[result.task.id]
            result.log.seen.append({"error": "timeout"})
            return result
        infinite = np.errstate(all="ignore")  # as a wrong answer may be: the tests decide
        with observing(quoting=not self.unseen) as result.log, infinite:
            try:
                test(**self._fixtures(test))
            except Mismatch as mismatch:
                result.status, result.message = "fail", str(mismatch)
            except StudentFault as fault:
                result.status, result.message, result.absent = fault.status, str(fault), fault.absent
            except WorkerError as error:
                result.status, result.message = "error", str(error)
                self.lost = str(error)
            except Exception as error:
                result.status, result.message = "error", _why_broken(error, result.log)
                result.log.seen.append({"error": "unmeasurable"})
        if result.status == "timeout":
            self._hung[result.task.id] = result.message
        return result

    def close(self) -> None:
        """Name the mistakes, gather the warnings and end the worker."""
        wrong = {result.task.id for result in self.results if result.status != "pass"}
        for task_id in {result.task.id for result in self.results}:
            of_task = [result for result in self.results if result.task.id == task_id]
            if any(result.status != "pass" for result in of_task):
                observed = {result.key: result.observed for result in of_task}
                known = self.recording["mistakes"].get(task_id, [])
                sentence = sentence_for(observed, known, parts_are_wrong=bool(wrong - {task_id}))
                for result in of_task:
                    result.mistake = sentence if result.status != "pass" else None
        for stem in dict.fromkeys(self.assignment.stem_of(result.task.id) for result in self.results):
            try:
                self.warnings += self.host.open(stem)
            except (StudentFault, WorkerError, WireError, KeyError, TypeError) as error:
                self.warnings.append(f"{stem} could not be read: {error}")
        self.host.close()

    def _fixtures(self, test: Test) -> dict[str, Any]:
        stem, scope = self.assignment.stem_of(test.task.id), key_of(test.task.id, test.__name__)
        rng = Stream(self.recording["seed"], scope)
        if self._reference is not None:
            reference = self._reference(stem, scope, rng.seed)
        else:
            reference = Replay(self.recording["answers"].get(scope, []))
        hung = tuple(id.partition(".")[2] for id in self._hung if self.assignment.stem_of(id) == stem)
        student = Student(self.host, stem, scope, rng.seed + self._draws, test.task.exercise, hung)
        offered = {"student": student, "reference": reference, "rng": rng}
        return {name: offered[name] for name in inspect.signature(test).parameters}
