"""Makes a recording: the master's answers on one seed, and what each known mistake would leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograding.judge.assignment import Assignment
from autograding.judge.host import Host
from autograding.judge.processes import WorkerPool
from autograding.judge.recording import KnownMistake, Recording
from autograding.judge.reference import Recorder
from autograding.judge.session import Result, Session, key_of
from autograding.judge.student import Student
from autograding.task import Test

from ..course.day import CourseError, Day
from .masters import Master, script_text
from .variants import Variant, mistakes


@dataclass
class MasterRun:
    """The tests of an assignment on its masters, on one seed: the answers, and everything that was said on the way.

    replies: for each test, what the master answered in the student's place, as `recording["answers"]` has it.
    """

    recording: Recording
    results: list[Result] = field(default_factory=list)
    replies: dict[str, list[list]] = field(default_factory=dict)


class _MasterSession(Session):
    """Keeps what the master answers in the student's place."""

    replies: dict[str, list[list]]

    def _fixtures(self, test: Test) -> dict[str, Any]:
        fixtures = super()._fixtures(test)
        if "student" in fixtures:
            kept = self.replies.setdefault(key_of(test.task.id, test.__name__), [])
            fixtures["student"] = Recorder(fixtures["student"], kept)
        return fixtures


def run_master(day: Day, assignment: Assignment, pool: WorkerPool, seed: int | str) -> MasterRun:
    """Put the masters before the questions of `seed`. Raises CourseError when one does not pass its own tests."""
    run = MasterRun(Recording(seed=seed, answers={}, mistakes={}))
    solved = {stem: {".py": script_text(Master(day.masters / f"{stem}.py").solved)} for stem in day.notebooks}
    pairs = {stem: {"starter": assignment.starters[stem], "texts": solved[stem]} for stem in day.notebooks}
    host = Host(pool, pairs)

    def live(stem: str, scope: str, stream_seed: int) -> Recorder:
        answers = run.recording["answers"].setdefault(scope, [])
        return Recorder(Student(host, stem, scope, stream_seed, graded=""), answers)

    session = _MasterSession(assignment, solved, pool, run.recording, live)
    session.replies = run.replies
    run.results = [session.run(test) for test in assignment.tests]
    session.close()
    host.close()
    for result in run.results:
        if result.status != "pass":
            raise CourseError(f"The master fails {result.key} on seed {seed}:\n{result.message}")
    return run


def record(day: Day, assignment: Assignment, pool: WorkerPool, seed: int | str, named: bool = True) -> Recording:
    """A recording of `day` on `seed`; without its mistakes when `named` is false. Raises CourseError."""
    recording = run_master(day, assignment, pool, seed).recording
    if named:
        add_mistakes(day, assignment, pool, recording)
    return recording


def add_mistakes(day: Day, assignment: Assignment, pool: WorkerPool, recording: Recording) -> None:
    """Record what each known mistake leaves behind."""
    for variant in mistakes(day):
        recording["mistakes"].setdefault(variant.task_id, []).append(_fingerprint(variant, assignment, pool, recording))


def judged(
    assignment: Assignment,
    texts: Mapping,
    pool: WorkerPool,
    recording: Recording,
    tests: list[Test],
    draws: int = 0,
) -> list[Result]:
    """The results of some tests on one submission, mistakes named."""
    session = Session(assignment, texts, pool, recording, draws=draws)
    for test in tests:
        session.run(test)
    session.close()
    return session.results


def tests_for(assignment: Assignment, task_id: str) -> list[Test]:
    return [test for test in assignment.tests if test.task.id == task_id]


def _fingerprint(variant: Variant, assignment: Assignment, pool: WorkerPool, recording: Recording) -> KnownMistake:
    results = judged(assignment, variant.texts, pool, recording, tests_for(assignment, variant.task_id))
    return {"sentence": variant.sentence or "", "observed": {result.key: result.observed for result in results}}
