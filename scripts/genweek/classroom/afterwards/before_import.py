"""What somebody has to know before the files are imported, in sentences for the screen, with the course's own numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ...course.roster import Student
from .exports import HUNDRED, IDS, exported_parts, namesakes, points_possible, stands, without_id
from .grade import Entry, rounded
from .titles import number


def in_words(entries: Sequence[Entry], titles: Mapping[str, str], left: Sequence[Student] = ()) -> list[str]:
    """titles: for each part, the name of its column. left: students who have left."""
    parts = exported_parts(entries)
    said = [*_left_out(entries, parts), *_maxima(entries, parts, titles), *_numbers(parts, titles)]
    return [*said, *_empty(entries, parts, titles), *_who(entries, left)]


def _left_out(entries: Sequence[Entry], parts: Sequence[str]) -> list[str]:
    left = [part for part in (entries[0].grades if entries else ()) if part not in parts]
    return [f"Not in canvas.csv and moodle.csv, for nobody has a grade in it yet: {', '.join(left)}."] if left else []


def _maxima(entries: Sequence[Entry], parts: Sequence[str], titles: Mapping[str, str]) -> list[str]:
    if not parts:
        return []
    points = {part: rounded(points_possible(entries, part)) for part in parts}
    worth = ", ".join(f"{titles[part]!r} {points[part]:f}" for part in parts)
    got = max((entry.grades[parts[0]].fraction or Decimal(0) for entry in entries), default=Decimal(0))
    grade, percent = f"{rounded(got * points[parts[0]]):f} of {points[parts[0]]:f}", rounded(HUNDRED * got)
    return [
        f"Canvas does not scale: each assignment must be worth the same there: {worth} points.",
        f"Moodle gets per cent ({grade} is {percent:f}): the maximum of each item must be 100, else it cuts or refuses.",
    ]


def _numbers(parts: Sequence[str], titles: Mapping[str, str]) -> list[str]:
    found = [f"{number(titles[part])} ({part})" for part in parts if number(titles[part])]
    return [f"Into Canvas's assignments number {', '.join(found)}."] if found else []


def _empty(entries: Sequence[Entry], parts: Sequence[str], titles: Mapping[str, str]) -> list[str]:
    said = []
    for part in parts:
        if logins := [entry.student.login for entry in entries if not stands(entry.grades[part])]:
            said.append(f"Empty, which takes away a grade that stands there: {titles[part]!r} of {', '.join(logins)}.")
    return said


def _who(entries: Sequence[Entry], left: Sequence[Student]) -> list[str]:
    """Whom an importer cannot tell from others."""
    students, said = [entry.student for entry in entries], []
    if alike := namesakes(students, left):
        logins = ", ".join(student.login for student in alike)
        said.append(
            f"Of one name (or of one's who left): {logins}. Where no id matches, Canvas asks who it is: see the email."
        )
    for column, field in IDS.items():
        missing = without_id(students, column)
        if missing and len(missing) < len(students):
            logins = ", ".join(student.login for student in missing)
            said.append(
                f"moodle.csv has no column {column!r}: Moodle could not find {logins} by the {field}. Use the email."
            )
    return said
