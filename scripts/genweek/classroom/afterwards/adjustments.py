"""What a person decides beside the grader: `classroom/adjustments.csv`, read whole and refused whole while a row is wrong.

    login,assignment,points,reason,by,when
    alice,day1_vae,-10,"late by two hours",Kim,2026-11-26
    bob,day2_diffusion,excused,"ill, with a certificate",Kim,2026-11-27

points: what is added to the grader's own (`-10`, `2.5`), `excused` (the part counts for nothing), or `absent` (a 0 where
there is no result). Rows of one student and one assignment add up; `excused` and `absent` stand alone. The student reads
the reason. `assignment` may be `theory`, too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from ...course.day import CourseError
from ...course.roster import Student
from ...course.toml import did_you_mean
from .tables import read_table

COLUMNS = ("login", "assignment", "points", "reason", "by", "when")
EXCUSED, ABSENT = "excused", "absent"
MOST_POINTS = 1_000


@dataclass(frozen=True)
class Adjustment:
    """points: what is added; None where `word` says what holds in place of a number."""

    login: str
    assignment: str
    points: Decimal | None
    word: str
    reason: str
    by: str
    when: date

    @property
    def in_words(self) -> str:
        """What the student reads. A word stands in how the part stands."""
        return self.reason if self.points is None else f"{self.reason} ({self.points:+f})"


Key = tuple[str, str]  # login, assignment


def read_adjustments(path: Path, students: Sequence[Student], parts: Collection[str]) -> dict[Key, tuple[Adjustment, ...]]:
    """What was written for each student and part, in the order of the file; nothing where there is no file.

    parts: all that may be adjusted. Raises CourseError that names every wrong row.
    """
    if not path.exists():
        return {}
    logins = {login.lower(): student.login for student in students for login in (student.login, *student.was)}
    found: dict[Key, tuple[Adjustment, ...]] = {}
    lines: dict[Adjustment, int] = {}
    problems = []
    for line, row in read_table(path, COLUMNS):
        said = _problems(row, logins, parts)
        if not said:
            one = _adjustment(row, logins)
            before = found.get((one.login, one.assignment), ())
            said = _contradictions(one, before, lines)
            found[one.login, one.assignment] = (*before, one)
            lines.setdefault(one, line)
        problems += [f"{path.name}, line {line}: {problem}" for problem in said]
    if problems:
        raise CourseError("\n".join([*problems, f"Nothing was done. Repair {path} and run this again."]))
    return found


def _problems(row: Mapping[str, str], logins: Mapping[str, str], parts: Collection[str]) -> list[str]:
    problems = []
    if row["login"].lower() not in logins:
        near = did_you_mean(row["login"].lower(), list(logins))
        problems.append(f"the roster has no login {row['login']!r}.{near}")
    if row["assignment"] not in parts:
        near = did_you_mean(row["assignment"], list(parts))
        problems.append(f"there is no assignment {row['assignment']!r}.{near}")
    if row["points"].lower() not in (EXCUSED, ABSENT) and _points(row["points"]) is None:
        more = f"more than {MOST_POINTS}" if _value(row["points"]) is not None else "none"
        problems.append(f"the points {row['points']!r} are {more}: write what is to be added, as -10 or 2.5, or excused.")
    problems += [f"{column} is missing: say {words}." for column, words in _NEEDED.items() if not row[column]]
    try:
        date.fromisoformat(row["when"])
    except ValueError:
        problems.append(f"when is {row['when']!r}: write the date as 2026-11-26.")
    return problems


_NEEDED = {"reason": "why, the student reads it", "by": "who decided"}


def _value(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace("\N{MINUS SIGN}", "-").replace(",", "."))
    except ArithmeticError:
        return None
    return value if value.is_finite() else None


def _points(text: str) -> Decimal | None:
    value = _value(text)
    return value if value is not None and abs(value) <= MOST_POINTS else None


def _adjustment(row: Mapping[str, str], logins: Mapping[str, str]) -> Adjustment:
    word = row["points"].lower() if row["points"].lower() in (EXCUSED, ABSENT) else ""
    return Adjustment(
        login=logins[row["login"].lower()],
        assignment=row["assignment"],
        points=None if word else _points(row["points"]),
        word=word,
        reason=row["reason"],
        by=row["by"],
        when=date.fromisoformat(row["when"]),
    )


def _contradictions(one: Adjustment, before: Sequence[Adjustment], lines: Mapping[Adjustment, int]) -> list[str]:
    """A row that stands there twice was pasted twice; and nobody is excused and gets points."""
    if one in before:
        return [f"it is line {lines[one]} once more. Two of the same kind differ in their reason."]
    other = next((other for other in before if one.word or other.word), None)
    if other is None:
        return []
    words = " and ".join(filter(None, (other.word, one.word))) + ("" if one.word and other.word else " and points")
    return [f"{one.login} has {words} in {one.assignment} (line {lines[other]}): only one of them can hold."]
