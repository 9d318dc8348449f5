"""How a student got there: each push to `main`, with the score that it was told and what passed for the first time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from autograding.reports.reading import read_scores
from autograding.reports.scorecard import Assignment

from ...forges.forge import Forge
from .collecting import MAIN


@dataclass(frozen=True)
class Step:
    """A push. points: as they were told then, empty where there was no score. passed: the tasks of which all tests passed
    for the first time. rewrote: what was pushed before is not in its history."""

    commit: str
    time: datetime
    points: str = ""
    passed: tuple[str, ...] = ()
    rewrote: bool = False


def steps(forge: Forge, repository: str, assignment: Assignment) -> list[Step]:
    """In the order of the server. The scores are those that a student's own repository may have been graded with: good
    for a time, never for a grade."""
    found, seen = [], set()
    for push in (one for one in forge.pushes(repository) if one.branch == MAIN):
        path = forge.scores(repository, push.commit)
        card = read_scores(path, assignment, push.commit) if path else None
        passed: Sequence[str] = ()
        points = ""
        if card and not card.problem:
            points = f"{card.score} / {card.max_score}"
            passed = [task.id for task in card.tasks if task.outcomes and task.all_passed and task.id not in seen]
            seen.update(passed)
        found.append(Step(push.commit, push.time, points, tuple(passed), push.rewrote))
    return found
