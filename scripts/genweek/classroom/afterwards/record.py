"""A grade of record as its student gets it: a page, and the same as data. Nothing that only staff may read is in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from autograding.reports.reading import read_scores
from autograding.reports.receivers import html
from autograding.reports.scorecard import Assignment, OfRecord, ScoreCard

from ...course.day import CourseError
from ...course.roster import Student
from .grade import Grade, Standing, rounded

FINAL = (Standing.GRADED, Standing.ABSENT, Standing.EXCUSED)  # what is given back


@dataclass(frozen=True)
class Record:
    student: Student
    grade: Grade
    card: ScoreCard

    def facts(self) -> dict:
        """As data: what counts, and the points of each task."""
        counts = self.grade.score
        return {
            "assignment": self.card.assignment.slug,
            "student": self.student.login,
            "standing": self.grade.standing,
            "score": None if counts is None else float(rounded(counts)),
            "max_score": float(rounded(self.grade.max_score)),
            "adjustments": [one.in_words for one in self.grade.adjustments],
            "commit": self.grade.commit,
            "tasks": [{"id": task.id, "score": task.score, "max_score": task.max_score} for task in self.card.tasks],
        }

    def files(self) -> dict[str, bytes]:
        """What the student gets, by name."""
        data = json.dumps(self.facts(), indent=1, ensure_ascii=False)
        return {"grade.html": self.page().encode(errors="replace"), "grade.json": f"{data}\n".encode()}

    def page(self) -> str:
        return html.render(self.card, OfRecord(self.student.name, self._points(), tuple(self._lines())))

    def _points(self) -> tuple[str, str, int]:
        if self.grade.fraction is None:
            return "–", self.grade.standing, 0
        return (
            str(rounded(self.grade.score or Decimal(0))),
            f"of {rounded(self.grade.max_score)}",
            round(100 * self.grade.fraction),
        )

    def _lines(self) -> list[str]:
        """How the points came about, where they are not simply the grader's."""
        if self.grade.standing is Standing.GRADED and not self.grade.adjustments and not self.grade.reason:
            return []
        given = self.grade.given
        grader = "" if given is None else f"The grader gave {rounded(given)} of {rounded(self.grade.max_score)} points."
        words = self.grade.in_words()
        return [*filter(None, [grader]), f"{words[:1].upper()}{words[1:]}."]


def read_record(student: Student, grade: Grade, assignment: Assignment, grades: Path) -> Record:
    """grades: the folder that scripts/regrade.py wrote. Raises CourseError where it does not hold what the table says."""
    if grade.given is None:
        return Record(student, grade, ScoreCard(assignment, 0, int(grade.max_score)))
    path = grades / "students" / student.login / "scores.json"
    card = read_scores(path, Assignment(assignment.slug, assignment.title, int(grade.max_score)))
    if card.problem or card.score != grade.given or card.commit != grade.commit:
        raise CourseError(f"{path} is not what grades.csv says of {student.login}: regrade with --resume.")
    return Record(student, grade, card)


def what_changed(before: Mapping, after: Mapping) -> str:
    """In words, from the facts of two records of one student."""
    old, new = (_in_short(one) for one in (before, after))
    points = {one["id"]: one["score"] for one in before["tasks"]}
    tasks = [f"{one['id']} {points.get(one['id'], 'none')} -> {one['score']}" for one in after["tasks"]]
    moved = [text for text, one in zip(tasks, after["tasks"], strict=True) if points.get(one["id"]) != one["score"]]
    added = [line for line in after["adjustments"] if line not in before["adjustments"]]
    gone = [f"no longer: {line}" for line in before["adjustments"] if line not in after["adjustments"]]
    return ", ".join([*([f"{old} -> {new}"] if old != new else []), *moved, *added, *gone])


def _in_short(facts: Mapping) -> str:
    return str(facts["standing"]) if facts["score"] is None else f"{facts['score']:g}"
