"""Where a class stands in an assignment, from the scores that grading has posted beside each push.

These scores come from the students' own repositories: good for a dashboard, never for a grade.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median

from autograding.reports.reading import read_assignment, read_scores
from autograding.reports.scorecard import Assignment, ScoreCard, TaskScore

from ..belonging import repository
from ..afterwards.collecting import MAIN
from ...forges.forge import Forge
from ...course.roster import Student

STUCK = timedelta(minutes=30)  # without a point or a test more
NO_SCORE, FAILED = "no score", "failed (look at it)"


@dataclass(frozen=True)
class Progress:
    """One student. card: the newest score; None where there is none yet, and then `state` says why."""

    student: Student
    state: str  # of the newest push: "no repository", "nothing pushed", "grading", NO_SCORE, "graded", FAILED
    card: ScoreCard | None = None
    pushes: int = 0
    first_push: datetime | None = None
    last_push: datetime | None = None
    last_gain: datetime | None = None  # the last push that passed more than every one before it

    @property
    def score(self) -> int:
        return self.card.score if self.card else 0

    def task(self, id: str) -> TaskScore | None:
        return next((task for task in self.card.tasks if task.id == id), None) if self.card else None

    @property
    def ungraded(self) -> bool:
        """Was the newest push graded without a score coming of it?"""
        return self.state in (NO_SCORE, FAILED)

    def at(self, ids: Sequence[str]) -> str | None:
        """The first task that is not done, from the last one that was begun: what lies before it was left, or passed by a
        checkpoint. None when all are done."""
        begun = [number for number, id in enumerate(ids) if (task := self.task(id)) and not task.untouched]
        last = begun[-1] if begun else 0
        return next((id for id in (*ids[last:], *ids[:last]) if not ((task := self.task(id)) and task.done)), None)


@dataclass(frozen=True)
class Class:
    """tasks: the graded ones, in the order of the notebooks. since, until: when the session begins and ends."""

    assignment: Assignment
    tasks: tuple[str, ...]
    students: tuple[Progress, ...]
    since: datetime
    until: datetime
    now: datetime

    @property
    def over(self) -> bool:
        return self.now >= self.until

    def began(self, one: Progress) -> datetime:
        """The student's last progress in this session, or else when their work in it began: late joiners begin late."""
        return max(one.last_gain or one.first_push or self.since, self.since)

    def minutes_still(self, one: Progress) -> int | None:
        """Minutes without progress of a student who has pushed and is not done; None when fewer than STUCK."""
        if self.over or one.card is None or one.card.complete:
            return None
        still = self.now - self.began(one)
        return int(still.total_seconds() // 60) if still >= STUCK else None

    @property
    def stuck(self) -> list[tuple[Progress, int]]:
        """Who pushes and gets no further, and for how many minutes, the longest first."""
        found = [(one, minutes) for one, minutes in self._still if one.last_push and one.last_push > self.began(one)]
        return sorted(found, key=lambda pair: -pair[1])

    @property
    def quiet(self) -> list[Progress]:
        """Who has pushed nothing since the last progress: nobody knows from here how they get on."""
        return [one for one, _ in self._still if not (one.last_push and one.last_push > self.began(one))]

    @property
    def _still(self) -> list[tuple[Progress, int]]:
        return [(one, minutes) for one in self.students if (minutes := self.minutes_still(one)) is not None]

    @property
    def median_score(self) -> int:
        """Of those who have a score."""
        return round(median([one.score for one in self.students if one.card] or [0]))

    def done(self, id: str) -> int:
        return sum(bool((task := one.task(id)) and task.done) for one in self.students)

    def mistakes(self) -> list[tuple[str, str, int]]:
        """Task, sentence and how many students, the commonest first. A student counts once for a sentence."""
        counts: Counter = Counter()
        for one in self.students:
            for task in one.card.tasks if one.card else ():
                counts.update({(task.id, outcome.mistake) for outcome in task.outcomes if outcome.mistake})
        return [(*key, count) for key, count in counts.most_common()]


def read_class(forge: Forge, slug: str, students: Sequence[Student], facts: Path, since: datetime, until: datetime) -> Class:
    """facts: the assignment's `assignment.json`. since, until: when the session begins and ends."""
    assignment = read_assignment(facts)
    points: Counter = Counter()
    for test in json.loads(facts.read_text(encoding="utf-8"))["tests"]:
        points[test["id"]] += test["points"]
    existing, now = set(forge.repos()), forge.now()
    found = []
    for one in students:
        try:
            found.append(_progress(forge, repository(forge, existing, slug, one), one, assignment, existing))
        except Exception:  # whatever one repository comes up with, the wall shows the others
            found.append(Progress(one, FAILED))
    return Class(assignment, tuple(id for id in points if points[id]), tuple(found), since, until, now)


def _progress(forge: Forge, name: str, student: Student, assignment: Assignment, existing: set[str]) -> Progress:
    if name not in existing:
        return Progress(student, "no repository")
    pushes = [push for push in forge.pushes(name) if push.branch == MAIN]
    if not pushes:
        return Progress(student, "nothing pushed")
    card, newest, best, gained = None, None, (0, 0), None
    for push in pushes:
        card = _card(forge.scores(name, push.commit), assignment, push.commit)
        if card is None:
            continue
        newest, reached = card, (card.score, sum(one.passed for task in card.tasks for one in task.outcomes))
        if reached > best:
            best, gained = reached, push.time
    status = forge.status(name, pushes[-1].commit)
    grading = status is None or status.state == "pending"
    state = "graded" if card else "grading" if grading else NO_SCORE
    return Progress(student, state, newest, len(pushes), pushes[0].time, pushes[-1].time, gained)


@cache  # the score of a commit is read once, however often a dashboard is renewed
def _read(path: Path, assignment: Assignment, commit: str, _changed: int) -> ScoreCard:
    return read_scores(path, assignment, commit)


def _card(path: Path | None, assignment: Assignment, commit: str) -> ScoreCard | None:
    card = _read(path, assignment, commit, path.stat().st_mtime_ns) if path else None
    return card if card and not card.problem else None
