"""What stops students without having a name: it comes first on the wall, because no sentence on it helps them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from autograding.reading import slips
from autograding.reports.scorecard import Outcome

from .progress import Progress

UNGRADED = "not graded: look at the push"
UNREADABLE = "not readable as Python"
MISSING = "not found: renamed, deleted"
SLOW = "too slow"
RAISED = "an error of its own"
ORDER = (UNGRADED, UNREADABLE, MISSING, SLOW, RAISED)  # how little a student can do about it alone


@dataclass(frozen=True)
class Trouble:
    """at: the task where it is commonest; empty where it concerns no single one."""

    words: str
    students: int
    at: str


def trouble_of(outcome: Outcome) -> str | None:
    """The group of a test that failed without a named mistake, and did not just bring a wrong value."""
    if outcome.mistake or outcome.status not in ("timeout", "error"):
        return None
    if outcome.status == "timeout":
        return SLOW
    return {slips.UNREADABLE: UNREADABLE, slips.MISSING: MISSING}.get(outcome.absent, RAISED)


def troubles(students: Iterable[Progress]) -> list[Trouble]:
    """The groups that occur. A student counts once in each."""
    counts, places = Counter(), {words: Counter() for words in ORDER}
    for one in students:
        tasks = one.card.tasks if one.card else ()
        found = {(words, task.id) for task in tasks for outcome in task.outcomes if (words := trouble_of(outcome))}
        counts.update({UNGRADED} if one.ungraded else {words for words, _ in found})
        for words, id in found:
            places[words][id] += 1
    common = {words: next((id for id, _ in places[words].most_common(1)), "") for words in ORDER}
    return [Trouble(words, counts[words], common[words]) for words in ORDER if counts[words]]
