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
from .grade import Entry, Grade, Standing, rounded
from .tables import write_table

STUDENT = ("login", "name", "email", "section")
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
PART = ("score", "max", "standing", "graded", "adjustments", "commit", "note")
MOODLE = ("Email address", "ID number", "Username")
HUNDRED = Decimal(100)


def _parts(entries: Sequence[Entry]) -> list[str]:
    return list(entries[0].grades) if entries else []


def _text(value: Decimal | None) -> str:
    return "" if value is None else str(rounded(value))


def write_plain(path: Path, course: Course, entries: Sequence[Entry]) -> Path:
    """For each part what counts, what the grader gave and what was added to it; then the total, and of how many points."""
    parts = _parts(entries)
    columns = [f"{part} {what}" for part in parts for what in PART]
    rows = []
    for entry in entries:
        cells = [cell for part in parts for cell in _cells(entry.grades[part])]
        student = entry.student
        total, possible = entry.total(course)
        percent = _text(HUNDRED * total / possible) if possible else ""
        who = [student.login, student.name, student.email, student.section]
        rows.append([*who, *cells, total, possible, percent, entry.total_in_words(course)])
    return write_table(path, [*STUDENT, *columns, "total", "of", "per cent", "in words"], rows, for_excel=True)


def _cells(grade: Grade) -> list[str]:
    """In the order of PART."""
    added = "; ".join(f"{one.in_words}, {one.by}, {one.when}" for one in grade.adjustments)
    note = "; ".join(filter(None, [grade.reason, grade.note]))
    return [_text(grade.score), _text(grade.max_score), grade.standing, _text(grade.given), added, grade.commit, note]


def write_canvas(path: Path, entries: Sequence[Entry], titles: Mapping[str, str]) -> Path:
    """titles: for each part, the name of its column."""
    parts = _parts(entries)
    possible = {part: max(entry.grades[part].max_score for entry in entries) for part in parts}
    rows = [["Points Possible", *[""] * (len(CANVAS) - 1), *map(_text, possible.values())]]
    for entry in entries:
        student = entry.student
        who = [student.name, "", student.student_id, student.lms_login or student.email, student.section]
        rows.append([*who, *(_canvas(entry.grades[part], possible[part]) for part in parts)])
    return write_table(path, [*CANVAS, *(titles[part] for part in parts)], rows, as_is=CANVAS[2:4])


def _canvas(grade: Grade, possible: Decimal) -> str:
    """`EX` is how Canvas writes and reads an excuse."""
    if grade.standing is Standing.EXCUSED:
        return "EX"
    return _text(None if grade.fraction is None else grade.fraction * possible)


def write_moodle(path: Path, entries: Sequence[Entry], titles: Mapping[str, str]) -> Path:
    parts = _parts(entries)
    columns = [column for part in parts for column in (f"{titles[part]} (Percentage)", f"{titles[part]} (Feedback)")]
    rows = []
    for entry in entries:
        student = entry.student
        cells = [cell for part in parts for cell in _moodle(entry, part)]
        rows.append([student.email, student.student_id, student.lms_login, *cells])
    return write_table(path, [*MOODLE, *columns], rows, as_is=MOODLE)


def _moodle(entry: Entry, part: str) -> list[str]:
    grade = entry.grades[part]
    percent = None if grade.fraction is None else HUNDRED * grade.fraction
    commit = f"commit {grade.commit[:10]}" if grade.commit else ""
    return [_text(percent), "; ".join(filter(None, [grade.in_words(), commit]))]
