"""The private list of students, `roster.csv`: read whole, and refused whole while any row is wrong.

    login,name,email,section,student_id,lms_login,extension_minutes,extension_minutes_day4_exam
    alice,Alice Ng,alice@uni.example,A,1001,ang,,45

login, name and email must be there. An extension for one assignment takes the place of the general one. `was` holds the
logins that a student had before, `status` says `left` of one who has left. `sitting_day4_exam` and `paper_day4_exam` say
when and on which paper somebody writes the exam (see `seats`). Logins are kept in small letters: no forge tells case apart.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograding.reports.escape import JOINED, visible

from . import extensions, seats
from .course_file import read_course
from .sheet import Sheet, lost, unseen
from .toml import CourseError, did_you_mean

REQUIRED = ("login", "name", "email")
IDS = ("student_id", "lms_login")
OPTIONAL = ("section", *IDS, extensions.COLUMN, "was", "status")
LEFT = "left"  # the one status
KEYS = ("login", "email", *IDS)  # no two students may share one: each finds a student in some table

LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9])){0,38}")  # what GitHub allows; `_` for managed users
NOT_IN_LOGIN, NOT_IN_EMAIL = re.compile(r"[^A-Za-z0-9_-]"), re.compile(r"[\s,;()|<>]")
EMAIL = re.compile(r"[\w+-][\w.!#$%&'*+/=?^{}~-]*@[\w-]+(?:\.[\w-]+)+")
# An id may begin like a formula (@00123456 is a real one): without these characters, no spreadsheet can be made to act.
NOT_IN_ID = re.compile(r"""[,;|"()!]""")


@dataclass(frozen=True)
class Student:
    """extensions: minutes by assignment; "" is the one for all others. was: earlier logins. sittings, papers: those that
    the roster names, by assignment."""

    login: str
    name: str
    email: str
    section: str = ""
    student_id: str = ""
    lms_login: str = ""
    extensions: Mapping[str, int] = field(default_factory=dict, hash=False)
    was: tuple[str, ...] = ()
    left: bool = False
    sittings: Mapping[str, str] = field(default_factory=dict, hash=False)
    papers: Mapping[str, str] = field(default_factory=dict, hash=False)

    def extension(self, slug: str) -> int:
        """Extra minutes for an assignment."""
        return self.extensions.get(slug, self.extensions.get("", 0))


def read_roster(path: Path) -> list[Student]:
    """The students who are there, in the order of the file. Raises CourseError with all that is wrong."""
    return [student for student in read_everybody(path) if not student.left]


def read_everybody(path: Path) -> list[Student]:
    """As `read_roster`, with those who have left."""
    sheet = Sheet(path, REQUIRED)
    assignments = read_course().assignments
    for column in filter(None, sheet.columns):
        problem = extensions.problem_of_column(column, assignments) or seats.problem_of_column(column, assignments)
        if problem := problem or _problem_of_column(column):
            sheet.say(sheet.first_line, problem)
    students, lines = [], []
    for line, row in sheet.rows:
        problems = _problems_of_row(row)
        for problem in problems:
            sheet.say(line, problem)
        if not problems:
            students.append(_student(row))
            lines.append(line)
    _say_doubles(sheet, students, lines)
    if not sheet.problems and all(student.left for student in students):
        sheet.say(sheet.first_line, "it lists nobody.")
    sheet.refuse()
    return students


def without(students: Sequence[Student], left_out: Sequence[str]) -> list[Student]:
    """All but some, by login. Raises CourseError for a login that nobody has."""
    there = {student.login.lower() for student in students}
    unknown = [
        f"The roster has no login {login!r}.{did_you_mean(login, there)}" for login in left_out if login.lower() not in there
    ]
    if unknown:
        raise CourseError(" ".join([*unknown, "Nothing was done."]))
    names = {login.lower() for login in left_out}
    return [student for student in students if student.login.lower() not in names]


def _problem_of_column(column: str) -> str:
    """Other columns are welcome, but a slip in the name of ours must not pass for one."""
    near = difflib.get_close_matches(column.lower(), [*REQUIRED, *OPTIONAL], 1, 0.8)
    if not near or column in (*REQUIRED, *OPTIONAL) or extensions.assignment_of(column):
        return ""
    return f"the column {column!r} is not known; did you mean {near[0]!r}? If not, give it another name."


def _problems_of_row(row: Mapping[str, str]) -> list[str]:
    problems = []
    for column in row:
        if column in (*REQUIRED, *OPTIONAL) or extensions.assignment_of(column):
            try:
                problem = _problem_of_field(column, row[column])
            except ValueError as error:
                problem = f"{column} is {row[column]!r}: {error}."
            problems += [problem] if problem else []
        elif problem := seats.problem_of_value(column, row[column]):
            problems.append(problem)
    return problems


def _problem_of_field(column: str, value: str) -> str:
    what = f"the {column} {visible(value)!r}"
    if letter := unseen(JOINED.sub("", value) if column == "name" else value):
        return f"{what} has {letter}. Delete it: type the cell again."
    if not value:
        return f"the {column} is missing." if column in REQUIRED else ""
    if reason := lost(value):
        return f"{what} {reason}."
    if column == "login" and not LOGIN.fullmatch(value):
        return f"{what} is not one{_culprit(NOT_IN_LOGIN, value)}: letters, digits, and single hyphens between them."
    if column == "email" and not EMAIL.fullmatch(value):
        return f"{what} is not an address{_culprit(NOT_IN_EMAIL, value)}."
    if column == "was" and (odd := [login for login in value.split() if not LOGIN.fullmatch(login)]):
        return f"{what} has {odd[0]!r}, which is no login. Write earlier logins with a space between them."
    if column == "status" and value.lower() != LEFT:
        return f"{what} is none: write {LEFT} for a student who has left, and nothing for all others."
    if column in IDS and (found := NOT_IN_ID.search(value)):
        return f"{what} has {found[0]!r}, which is no part of an id."
    if column in ("name", "section") and value[0] in "=+-@":
        return f"{what} begins with {value[0]!r}, which a spreadsheet takes for a formula. Delete it."
    if extensions.assignment_of(column) is not None:
        extensions.minutes(value)
    return ""


def _culprit(forbidden: re.Pattern, value: str) -> str:
    """The first character that is not allowed, if it is that."""
    found = forbidden.search(value)
    return f", for its {'space' if found[0] == ' ' else repr(found[0])}" if found else ""


def _student(row: Mapping[str, str]) -> Student:
    minutes = {
        slug: extensions.minutes(row[column])
        for column in row
        if row[column] and (slug := extensions.assignment_of(column)) is not None
    }
    login = row["login"].lower()
    return Student(
        login,
        *(row.get(column, "") for column in ("name", "email", "section", *IDS)),
        extensions=minutes,
        was=tuple(old for old in row.get("was", "").lower().split() if old != login),
        left=row.get("status", "").lower() == LEFT,
        sittings=seats.read(row, "sitting"),
        papers=seats.read(row, "paper"),
    )


def _say_doubles(sheet: Sheet, students: list[Student], lines: list[int]) -> None:
    owner = dict(zip((student.login for student in students), lines, strict=True))
    for student, line in zip(students, lines, strict=True):
        for old in student.was:
            if owner.setdefault(old, line) != line:
                sheet.say(line, f"the earlier login {old!r} is the one of line {owner[old]}: whose are its repositories?")
    for column in KEYS:
        first: dict[str, int] = {}
        for student, line in zip(students, lines, strict=True):
            value = getattr(student, column).casefold()  # a forge, a file system, a mail server may not tell case apart
            if value and first.setdefault(value, line) != line:
                sheet.say(line, f"the {column} {value!r} stands on line {first[value]} already.")
