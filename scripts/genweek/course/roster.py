"""The private list of students, `roster.csv`: read whole, and refused whole while any row is wrong.

    login,name,email,section,student_id,lms_login,extension_minutes,extension_minutes_day4_exam
    alice,Alice Ng,alice@uni.example,A,1001,ang,,45

login, name and email must be there. An extension for one assignment takes the place of the general one.
"""

import csv
import difflib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

REQUIRED = ("login", "name", "email")
OPTIONAL = ("section", "student_id", "lms_login", "extension_minutes")
EXTENSION = re.compile(r"extension_minutes(?:_(\w+))?")
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9])){0,38}")  # what GitHub allows; `_` for managed users
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
ODD = re.compile(r"^[=+\-@]|[\x00-\x1f\x7f]")  # a spreadsheet would run the first, nobody can see the second


class RosterError(Exception):
    """The roster is wrong; the message names every wrong line."""


@dataclass(frozen=True)
class Student:
    """extensions: minutes by assignment; "" is the one for all others."""

    login: str
    name: str
    email: str
    section: str = ""
    student_id: str = ""
    lms_login: str = ""
    extensions: Mapping[str, int] = field(default_factory=dict, hash=False)

    def extension(self, slug: str) -> int:
        """Extra minutes for an assignment."""
        return self.extensions.get(slug, self.extensions.get("", 0))


def read_roster(path: Path) -> list[Student]:
    """The students, in the order of the file. Commas or semicolons, with or without a byte-order mark."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise RosterError(f"There is no {path}. Write one: its first line is {','.join(REQUIRED)}.") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise RosterError(f"{path.name}, line {line}: this is not UTF-8. Save the file as CSV UTF-8.") from None
    first = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    problems = _header_problems(path.name, list(rows.fieldnames or []))
    students, lines = [], []
    try:
        for row in rows if not problems else []:
            if not any(filter(None, row.values())):
                continue
            said = _row_problems(row)
            problems += [f"{path.name}, line {rows.line_num}: {problem}" for problem in said]
            if not said:
                students.append(_student(row))
                lines.append(rows.line_num)
    except csv.Error as error:
        problems.append(f"{path.name}, line {rows.line_num}: this is no line of CSV ({error}).")
    problems += _doubles(path.name, students, lines)
    if not (problems or students):
        problems.append(f"{path.name} lists nobody.")
    if problems:
        raise RosterError("\n".join([*problems, f"Nothing was done. Repair {path.name} and run this again."]))
    return students


def _header_problems(name: str, columns: list[str]) -> list[str]:
    problems = [f"{name}, line 1: the column {column!r} is missing." for column in REQUIRED if column not in columns]
    problems += [
        f"{name}, line 1: the column {column!r} stands there twice." for column, n in Counter(columns).items() if n > 1
    ]
    for column in columns:  # other columns are welcome, but a slip in the name of ours must not pass for one
        near = difflib.get_close_matches(column.strip().lower(), [*REQUIRED, *OPTIONAL], 1, 0.8)
        if near and column not in (*REQUIRED, *OPTIONAL) and not EXTENSION.fullmatch(column):
            problems.append(f"{name}, line 1: the column {column!r} is not known; did you mean {near[0]!r}?")
    return problems


def _row_problems(row: Mapping) -> list[str]:
    if None in row or None in row.values():
        return ["it has more or fewer fields than the first line."]
    problems = []
    if not LOGIN.fullmatch(row["login"].strip()):
        problems.append(f"the login {row['login']!r} is not one: letters, digits, and single hyphens between them.")
    if not row["name"].strip():
        problems.append("the name is missing.")
    if not EMAIL.fullmatch(row["email"].strip()):
        problems.append(f"the email {row['email']!r} is not an address.")
    for column, value in row.items():
        if ODD.search(value.strip()):
            problems.append(f"the {column} {value!r} has a character that a spreadsheet or a terminal would obey.")
        if EXTENSION.fullmatch(column) and value.strip() and not value.strip().isdecimal():
            problems.append(f"{column} is {value!r}: write whole minutes, or nothing.")
    return problems


def _student(row: Mapping[str, str]) -> Student:
    clean = {column: value.strip() for column, value in row.items()}
    extensions = {
        match[1] or "": int(value) for column, value in clean.items() if value and (match := EXTENSION.fullmatch(column))
    }
    fields = {column: clean.get(column, "") for column in (*REQUIRED, "section", "student_id", "lms_login")}
    return Student(**fields, extensions=extensions)


def _doubles(name: str, students: list[Student], lines: list[int]) -> list[str]:
    problems = []
    for what in ("login", "email", "student_id"):
        first: dict[str, int] = {}
        for student, line in zip(students, lines, strict=True):
            value = getattr(student, what).lower()  # a forge and a file system may not tell case apart
            if value and first.setdefault(value, line) != line:
                problems.append(f"{name}, line {line}: the {what} {value!r} stands on line {first[value]} already.")
    return problems
