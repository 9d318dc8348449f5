"""A grade: the result of one part of the course for one student, and how it stands where it is no number."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from ...course.course_file import Course
from ...course.roster import Student
from . import adjustments
from .adjustments import Adjustment
from .collecting import FAILED


class Standing(StrEnum):
    """What a part is for a student. Three of them have no number by the grader, and each counts in another way."""

    GRADED = "graded"
    ABSENT = "absent without excuse"  # a 0
    EXCUSED = "excused"  # counts for nothing
    OPEN = "not graded yet"  # counts for nothing as yet: a gap of the course's, not of the student's
    FAILED = FAILED  # a 0 until somebody has looked: were it a gap, breaking the grader would be worth more than points


@dataclass(frozen=True)
class Grade:
    """The result of one part.

    given: the grader's own points. reason: why it stands so, in words for the student. note: what only staff may read.
    """

    standing: Standing = Standing.OPEN
    given: Decimal | None = None
    max_score: Decimal = Decimal(100)
    commit: str = ""
    reason: str = ""
    note: str = ""
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def score(self) -> Decimal | None:
        """The points that count: the grader's and the adjustments', never below 0 or above the maximum."""
        if self.standing in (Standing.EXCUSED, Standing.OPEN):
            return None
        return min(max((self.given or Decimal(0)) + self.added, Decimal(0)), self.max_score)

    @property
    def added(self) -> Decimal:
        """What the adjustments add up to."""
        return sum((one.points for one in self.adjustments if one.points is not None), Decimal(0))

    @property
    def fraction(self) -> Decimal | None:
        return self.score / self.max_score if self.score is not None and self.max_score else None

    def adjusted(self, written: tuple[Adjustment, ...]) -> "Grade":
        """With what a person wrote. Points that are added to nothing are a grade given by hand; a part that is not
        graded yet waits for its grade."""
        words = {one.word for one in written}
        made = replace(self, adjustments=written)
        if adjustments.EXCUSED in words:
            return replace(made, standing=Standing.EXCUSED)
        if adjustments.ABSENT in words:
            return replace(made, standing=Standing.ABSENT, given=None)
        if made.added > 0 and self.standing in (Standing.ABSENT, Standing.FAILED):
            return replace(made, standing=Standing.GRADED, reason="")
        return made

    def in_words(self) -> str:
        """What the student may read: the points, what was added and why, and why there is no number."""
        added = [one.in_words for one in self.adjustments]
        if self.score is None:
            return "; ".join(filter(None, [self.standing, self.reason, *added]))
        points = f"{rounded(self.score)} of {rounded(self.max_score)} points"
        held = "" if self.score == (self.given or 0) + self.added else "never below 0 or above the maximum"
        return "; ".join(filter(None, [points, _BESIDE_POINTS[self.standing], self.reason, *added, held]))


_BESIDE_POINTS = {
    Standing.GRADED: "",
    Standing.ABSENT: Standing.ABSENT,
    Standing.FAILED: "for now: it could not be graded yet",
}


@dataclass(frozen=True)
class Entry:
    """All grades of one student, by part of the course."""

    student: Student
    grades: Mapping[str, Grade] = field(default_factory=dict)

    def total(self, course: Course) -> tuple[Decimal, Decimal]:
        """Points of the course's 100, and how many could be had in the parts that are graded."""
        graded = {part: grade.fraction for part, grade in self.grades.items() if grade.fraction is not None}
        weights = {part: _weight(course, part) for part in graded}
        points = sum((graded[part] * weights[part] for part in graded), Decimal(0))
        return rounded(points), rounded(sum(weights.values(), Decimal(0)))

    def total_in_words(self, course: Course) -> str:
        """Why it is of fewer points than somebody else's, and what counts in it as 0."""
        points, possible = self.total(course)
        sentences = [f"{points} of {possible} points" if possible else "nothing is graded yet"]
        for standing, says in _IN_A_TOTAL.items():
            parts = [part for part, grade in self.grades.items() if grade.standing is standing]
            named = ", ".join(f"{part} ({rounded(_weight(course, part))})" for part in parts)
            sentences += [f"{says}: {named}"] if parts else []
        return "; ".join(sentences)


_IN_A_TOTAL = {
    Standing.EXCUSED: "excused, not among them",
    Standing.OPEN: "not graded yet, not among them",
    Standing.ABSENT: "absent without excuse, counted as 0",
    Standing.FAILED: "failed, counted as 0 until somebody has looked",
}


def _weight(course: Course, part: str) -> Decimal:
    return Decimal(str(course.weights[part]))


def rounded(value: Decimal) -> Decimal:
    """Two places, halves up, without needless zeros."""
    return Decimal(format(value.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize(), "f"))
