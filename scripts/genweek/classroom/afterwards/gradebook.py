"""One gradebook from all regrades and the written exam, with the weights of `assignments/course.toml`.

A number is traceable: it stands with the commit that it was given for, and a regrade of another commit than the one
that was collected is no grade. Nothing is a number of nobody's: who has none has a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from .adjustments import Adjustment, Key
from .collecting import COLLECTED, ELSEWHERE, FAILED, NO_PUSH, ONLY_LATE
from .grade import Entry, Grade, Standing
from ...course.day import CourseError
from ...course.course_file import Course
from ...course.roster import Student
from .tables import by_student

MOST_NOTE = 300  # characters
PROVISIONAL = "provisional: it was collected before the deadline"
ZERO = {NO_PUSH, ELSEWHERE, ONLY_LATE}  # a student had a repository and nothing counts: 0 points, not a gap
GRADED_EARLY = "graded when its collection was provisional: regrade with --resume"
NO_NOTEBOOK = "no notebook of this assignment was in it"


def read_regrade(students: Sequence[Student], collection: Path, grades: Path) -> dict[str, Grade] | None:
    """The grades of one assignment, by login; None when it has been neither collected nor graded.

    collection: what scripts/collect.py wrote; grades: what scripts/regrade.py wrote of it.
    """
    if not collection.is_file() and not grades.is_file():
        return None
    if not collection.is_file():
        raise CourseError(f"There is {grades}, but no {collection}: without it no number can be traced to a push.")
    collected = {login: row for login, (_, row) in by_student(collection, ("commit", "status")).items()}
    needed = ("score", "max_score", "commit", "status")
    graded = by_student(grades, needed) if grades.is_file() else {}
    most = _one_maximum(grades, graded)
    found = {}
    for student in students:
        row = collected.get(student.login)
        if row is None:
            found[student.login] = _open(most, "not collected: the roster had no such student then")
            continue
        if row["status"] == FAILED:
            found[student.login] = _failed(most, row["commit"], row.get("notes", ""))
        elif row["status"] in ZERO:
            found[student.login] = Grade(Standing.ABSENT, None, most, reason=_why_zero(row))
        elif row["status"] != COLLECTED:
            found[student.login] = _open(most, row["status"])
        elif student.login not in graded:
            found[student.login] = _open(most, "not regraded yet", row["commit"])
        else:
            found[student.login] = _checked(grades, *graded[student.login], row)
        found[student.login] = _counted(found[student.login], row.get("counted_by", ""))
        if row.get("provisional"):
            found[student.login] = _provisional(found[student.login])
    return found


def _one_maximum(path: Path, graded: Mapping[str, tuple[int, Mapping[str, str]]]) -> Decimal:
    """Of how many points all are. Raises CourseError where some were graded when the assignment had others."""
    lines = {_number(path, line, row["max_score"]): line for line, row in graded.values()}
    if len(lines) > 1:
        said = " and ".join(f"of {most:f} on line {line}" for most, line in lines.items())
        raise CourseError(f"{path}: grades {said} cannot be compared. Regrade with --resume: it grades all alike.")
    return next(iter(lines), Decimal(100))


def strangers(everybody: Sequence[Student], *paths: Path) -> list[str]:
    """Who stands in one of these tables and not in the roster."""
    known = {login for student in everybody for login in (student.login, *student.was)}
    found = {login for path in paths if path.is_file() for login in by_student(path, ())}
    return sorted(found - known)


def _why_zero(row: Mapping[str, str]) -> str:
    """A student who pushed to `master` alone is told so."""
    return f"{row['status']}. {row.get('notes', '')}"[:MOST_NOTE] if row["status"] == ELSEWHERE else row["status"]


def _counted(grade: Grade, how: str) -> Grade:
    """With what let it count, where it was no push in time."""
    return replace(grade, reason="; ".join(filter(None, [grade.reason, how])))


def _provisional(grade: Grade) -> Grade:
    """Collected while pushes could still count: nobody has a 0 of it yet."""
    if grade.score:
        return replace(grade, reason="; ".join(filter(None, [grade.reason, PROVISIONAL])))
    failed = FAILED if grade.standing is Standing.FAILED else ""
    note = "; ".join(filter(None, [failed, grade.reason, grade.note]))
    return replace(grade, standing=Standing.OPEN, given=None, reason=PROVISIONAL, note=note)


def _checked(path: Path, line: int, row: Mapping[str, str], collected: Mapping[str, str]) -> Grade:
    commit = collected["commit"]
    score, most = _number(path, line, row["score"]), _number(path, line, row["max_score"])
    if row["commit"] != commit:
        other = row["commit"][:7] or "an unknown commit"
        return _open(most, f"regraded at {other}, collected is {commit[:7]}: regrade again", commit)
    if row.get("provisional") and not collected.get("provisional"):
        return _open(most, GRADED_EARLY, commit)
    if row["status"] == "failed":
        return _failed(most, commit, row.get("warnings", ""))
    if score > most:
        raise CourseError(f"{path}, line {line}: {score} of {most} points cannot be.")
    return Grade(Standing.GRADED, score, most, commit, "" if row["status"] == "graded" else NO_NOTEBOOK)


def _open(most: Decimal, note: str, commit: str = "") -> Grade:
    return Grade(Standing.OPEN, None, most, commit, note=note)


def _failed(most: Decimal, commit: str, why: str) -> Grade:
    return Grade(Standing.FAILED, None, most, commit, note=why[:MOST_NOTE])


def entries(
    students: Sequence[Student],
    parts: Mapping[str, Mapping[str, Grade]],
    written: Mapping[Key, tuple[Adjustment, ...]] | None = None,
) -> list[Entry]:
    """parts: for each part of the course that has grades, a grade per login. written: the adjustments."""

    def grade(login: str, part: str) -> Grade:
        return parts[part][login].adjusted((written or {}).get((login, part), ()))

    return [Entry(student, {part: grade(student.login, part) for part in parts}) for student in students]


def check_weights(course: Course, parts: Mapping[str, object]) -> None:
    """Raises CourseError when something graded has no weight."""
    for part in parts:
        if part not in course.weights:
            raise CourseError(f"assignments/course.toml gives no weight to {part}. Add it under [weights], be it 0.")


def _number(path: Path, line: int, text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "."))
    except ArithmeticError:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise CourseError(f"{path}, line {line}: {text!r} is not a number of points.")
    return value
