"""Makes a recording: the master's answers on one seed, and what each known mistake would leave behind."""

from collections.abc import Callable, Mapping

from autograding.judge.assignment import Assignment
from autograding.judge.processes import WarmParent
from autograding.judge.reference import Recorder
from autograding.judge.session import Result, Session
from autograding.judge.host import Host
from autograding.judge.student import Student

from ..course.day import CourseError, Day
from .masters import Master, script_text
from .variants import Variant, mistakes


def record(day: Day, assignment: Assignment, pool: WarmParent, seed: int | str, named: bool = True) -> dict:
    """A recording of `day` on `seed`; without its mistakes when `named` is false.

    Raises CourseError when the master does not pass its own tests.
    """
    recording = {"seed": seed, "answers": {}, "mistakes": {}}
    solved = {stem: {".py": script_text(Master(day.masters / f"{stem}.py").solved)} for stem in day.notebooks}
    pairs = {stem: {"starter": assignment.starters[stem], "texts": solved[stem]} for stem in day.notebooks}
    host = Host(pool, pairs)

    def live(stem: str, scope: str, stream_seed: int) -> Recorder:
        answers = recording["answers"].setdefault(scope, [])
        return Recorder(Student(host, stem, scope, stream_seed, graded=""), answers)

    for result in judged(assignment, solved, pool, recording, assignment.tests, live):
        if result.status != "pass":
            raise CourseError(f"The master fails {result.key} on seed {seed}:\n{result.message}")
    host.close()
    for variant in mistakes(day) if named else []:
        recording["mistakes"].setdefault(variant.task_id, []).append(_fingerprint(variant, assignment, pool, recording))
    return recording


def judged(
    assignment: Assignment,
    texts: Mapping,
    pool: WarmParent,
    recording: dict,
    tests: list[Callable],
    reference: Callable | None = None,
    draws: int = 0,
) -> list[Result]:
    """The results of some tests on one submission, mistakes named."""
    session = Session(assignment, texts, pool, recording, reference, draws)
    for test in tests:
        session.run(test)
    session.close()
    return session.results


def tests_for(assignment: Assignment, task_id: str) -> list[Callable]:
    return [test for test in assignment.tests if test.task.id == task_id]


def _fingerprint(variant: Variant, assignment: Assignment, pool: WarmParent, recording: dict) -> dict:
    results = judged(assignment, variant.texts, pool, recording, tests_for(assignment, variant.task_id))
    return {"sentence": variant.sentence, "observed": {result.key: result.observed for result in results}}
