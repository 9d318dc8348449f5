"""Writes the gradebook: for reading, and as Canvas and Moodle import it.

Canvas (lib/gradebook_importer.rb): the columns Student, ID, SIS User ID, SIS Login ID, Section in this order, then
one per assignment; a second line that begins with `Points Possible`. A student is found by the SIS ids, else by the
name; an assignment by the number in brackets at the end of its column, else by its name, else it is made.
Moodle (grade/import/csv): any columns, mapped by hand on import; students by email (case matters), id number or user
name, and by default no grade above 100. So grades are in per cent, with a column of feedback each. There and in
Canvas, an empty cell is no grade.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from ...course.course_file import Course
from .gradebook import Entry, rounded
from .tables import write_table

STUDENT = ("login", "name", "email", "section")
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("Email address", "ID number", "Username")
HUNDRED = Decimal(100)


def _parts(entries: Sequence[Entry]) -> list[str]:
    return list(entries[0].grades) if entries else []


def _text(value: Decimal | None) -> str:
    return "" if value is None else str(rounded(value))


def write_plain(path: Path, course: Course, entries: Sequence[Entry]) -> Path:
    """For each part the score, the maximum, the commit and the reason; then the total and of how many points it is."""
    parts = _parts(entries)
    columns = [f"{part} {what}" for part in parts for what in ("score", "max", "commit", "note")]
    rows = []
    for entry in entries:
        cells = [cell for part in parts for cell in _cells(entry, part)]
        student = entry.student
        rows.append([student.login, student.name, student.email, student.section, *cells, *entry.total(course)])
    return write_table(path, [*STUDENT, *columns, "total", "of"], rows, for_excel=True)


def _cells(entry: Entry, part: str) -> list[str]:
    grade = entry.grades[part]
    return [_text(grade.score), _text(grade.max_score), grade.commit, grade.reason]


def write_canvas(path: Path, entries: Sequence[Entry], titles: Mapping[str, str]) -> Path:
    """titles: for each part, the name of its column."""
    parts = _parts(entries)
    possible = {part: max(entry.grades[part].max_score for entry in entries) for part in parts}
    rows = [["Points Possible", *[""] * (len(CANVAS) - 1), *map(_text, possible.values())]]
    for entry in entries:
        student = entry.student
        who = [student.name, "", student.student_id, student.lms_login or student.email, student.section]
        shares = [entry.grades[part].fraction for part in parts]
        points = [None if share is None else share * possible[part] for part, share in zip(parts, shares, strict=True)]
        rows.append([*who, *map(_text, points)])
    return write_table(path, [*CANVAS, *(titles[part] for part in parts)], rows)


def write_moodle(path: Path, entries: Sequence[Entry], titles: Mapping[str, str]) -> Path:
    parts = _parts(entries)
    columns = [column for part in parts for column in (f"{titles[part]} (Percentage)", f"{titles[part]} (Feedback)")]
    rows = []
    for entry in entries:
        student = entry.student
        cells = [cell for part in parts for cell in _moodle(entry, part)]
        rows.append([student.email, student.student_id, student.lms_login, *cells])
    return write_table(path, [*MOODLE, *columns], rows)


def _moodle(entry: Entry, part: str) -> list[str]:
    grade = entry.grades[part]
    percent = None if grade.fraction is None else HUNDRED * grade.fraction
    commit = f"commit {grade.commit[:10]}" if grade.commit else ""
    said = "" if grade.score is None else f"{_text(grade.score)} of {_text(grade.max_score)} points"
    return [_text(percent), "; ".join(filter(None, [said, commit, grade.reason]))]
