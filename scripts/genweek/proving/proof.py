"""What all proofs of one assignment share: its build, its masters, and how a submission is judged.

A proof is a function of a `Proof` that returns the sentences that say what does not hold; see the modules beside this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograding.judge.assignment import Assignment
from autograding.judge.processes import WorkerPool
from autograding.judge.recording import Recording
from autograding.judge.session import Result

from ..course.day import Day
from ..making.building import PUBLIC_SEED, build
from ..making.masters import Master
from ..making.record import judged, record, tests_for
from ..making.variants import Variant


@dataclass
class Proof:
    """One day under proof. summary: what the proof that ran last counted, for the line that is printed.

    of_the_week: points that the week's answers earn on this paper, once they are counted.
    """

    day: Day
    pool: WorkerPool
    scratch: Path
    only: str = ""  # a notebook's prefix, to check its variants alone
    summary: str = ""
    of_the_week: int | None = None
    judged_mistakes: list[tuple[Variant, list[Result]]] | None = None  # see `naming`

    @cached_property
    def repo(self) -> Path:
        return build(self.day, self.scratch / "one")

    @cached_property
    def assignment(self) -> Assignment:
        """As it is graded in the end, the unseen tests of an exam included."""
        return Assignment.load(self.repo / "autograding").of_record(self.day.unseen)

    @cached_property
    def recording(self) -> Recording:
        """The answers on the public seed: those that are handed out, where all tests are."""
        if self.day.unseen is None:
            return self.assignment.recording
        return record(self.day, self.assignment, self.pool, PUBLIC_SEED)

    @cached_property
    def masters(self) -> list[Master]:
        return [Master(self.day.masters / f"{stem}.py") for stem in self.day.notebooks]

    def chosen(self, variants: Iterable[Variant]) -> list[Variant]:
        return [variant for variant in variants if variant.task_id.startswith(self.only)]

    def results(self, texts: Mapping) -> list[Result]:
        """All tests on one submission, with the public answers."""
        return judged(self.assignment, texts, self.pool, self.recording, self.assignment.tests)

    def of_task(self, variant: Variant, draws: int = 0) -> list[Result]:
        """The tests of its task on one variant. draws: shifts the seed of its own random numbers."""
        tests = tests_for(self.assignment, variant.task_id)
        return judged(self.assignment, variant.texts, self.pool, self.recording, tests, draws=draws)


def lost(results: Iterable[Result], who: str) -> list[str]:
    """A sentence for each test that somebody right does not pass."""
    return [f"{who} loses {result.key}: {result.message}" for result in results if result.status != "pass"]
