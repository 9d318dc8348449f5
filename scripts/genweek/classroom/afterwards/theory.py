"""The results of the written exam, from a table that a person wrote: `student,score,max_score`.

`student` is whatever the table of the examinations office has: the login, the email, the student_id or the lms_login.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from autograding.reports.escape import visible

from ...course.roster import KEYS, Student
from ...course.sheet import Sheet, lost, unseen
from ...course.toml import CourseError, did_you_mean
from .grade import Grade, Standing
from .tables import write_table

COLUMNS = ("student", "score", "max_score")
NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")


class Unclear(Exception):
    """Something in a row is wrong; the message is a sentence."""


def read_theory(students: Sequence[Student], path: Path) -> dict[str, Grade]:
    """A grade, or the reason why there is none, by login. Raises CourseError with all rows that are wrong."""
    sheet, who = Sheet(path, COLUMNS), _owners(students)
    for column in sheet.columns:
        if column not in COLUMNS and did_you_mean(column, COLUMNS, 0.8):
            sheet.say(sheet.first_line, f"the column {column!r} is not known.{did_you_mean(column, COLUMNS)}")
    line_of: dict[str, int] = {}
    maximum_at: dict[Decimal, int] = {}
    found: dict[str, Grade] = {}
    for line, row in sheet.rows:
        try:
            login = _login(row["student"], who)
            if line_of.setdefault(login, line) != line:
                raise Unclear(f"{login} has a row already, on line {line_of[login]}.")
            if not row["score"]:
                continue  # did not write it
            score, most = _number("score", row["score"]), _number("max_score", row["max_score"])
            if not score <= most or not most:
                raise Unclear(f"{score} of {most} points cannot be.")
            if maximum_at.setdefault(most, line) == line and len(maximum_at) > 1:
                other, first = next(iter(maximum_at.items()))
                raise Unclear(f"the maximum is {most}, and {other} on line {first}. An exam has one: scale the scores.")
            found[login] = Grade(Standing.GRADED, score, most, note=f"{path.name}, line {line}")
        except Unclear as problem:
            sheet.say(line, str(problem))
    sheet.refuse()
    none = Grade(max_score=next(iter(maximum_at), Decimal(100)), note="no written exam")
    return {student.login: found.get(student.login, none) for student in students}


def write_template(students: Sequence[Student], path: Path) -> None:
    """A table to fill in. The name is for who does so, and is not read. Raises CourseError for a file that is there: the
    scores in it may be the only ones."""
    if path.exists():
        raise CourseError(f"{path} is there already, and stays as it is. Name a new file, or fill in that one.")
    write_table(path, [*COLUMNS, "name"], [(student.login, "", "", student.name) for student in students])


def _owners(students: Sequence[Student]) -> Mapping[str, Mapping[str, str]]:
    """For each text that may stand for a student: the logins that it may mean, each with the column that says so."""
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for student in students:
        for column in KEYS:
            if key := getattr(student, column).casefold():
                owners[key].setdefault(student.login, column)
        for old in student.was:
            owners[old].setdefault(student.login, "earlier login")
    return owners


def _login(text: str, owners: Mapping[str, Mapping[str, str]]) -> str:
    shown = repr(visible(text))
    if letter := unseen(text):
        raise Unclear(f"the student {shown} has {letter}. Type the cell again.")
    if reason := lost(text):
        raise Unclear(f"the student {shown} {reason}.")
    found = owners.get(text.casefold(), {})
    if len(found) > 1:
        said = " and ".join(f"the {column} of {login}" for login, column in found.items())
        raise Unclear(f"{shown} is {said}. Write the login.")
    if not found:
        without_zeros = [key for key in owners if key.isdecimal() and key.lstrip("0") == text]
        near = f" Did a spreadsheet drop the zeros of {without_zeros[0]!r}?" if without_zeros else ""
        raise Unclear(
            f"{shown} is no login, email, student_id or lms_login of the roster.{near or ' Delete the row of who has left.'}"
        )
    return next(iter(found))


def _number(column: str, text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        said = "leave the score empty for who did not write" if column == "score" else "write the most points there are"
        raise Unclear(f"{column} is {visible(text)!r}, and not a number of points: {said}.")
    return Decimal(text.replace(",", "."))
