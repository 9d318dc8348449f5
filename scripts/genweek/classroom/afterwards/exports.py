"""Writes the gradebook: for reading, and as Canvas and Moodle import it.

Canvas (lib/gradebook_importer.rb): the columns of CANVAS in this order, then one per assignment; a second line that begins
with `Points Possible`. A student is found by the SIS ids, else by the name; an assignment by the number in brackets at the
end of its column, else by its name, else it is made. Points arrive as they are, whatever the assignment is worth.
Moodle (grade/import/csv): any columns, mapped by hand on import; students by email, id number or user name. Grades are in
per cent, for items whose maximum is 100, with a column of feedback each.
In both, an empty cell takes a grade away that stands there: a part that nobody has a grade in is left out.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from ...course.course_file import Course
from ...course.roster import Student
from .grade import Entry, Grade, Standing, rounded
from .tables import write_table
from .titles import CANVAS

STUDENT = ("login", "name", "email", "section")
PART = ("score", "max", "standing", "graded", "adjustments", "commit", "note")
EMAIL, IDS = "Email address", {"ID number": "student_id", "Username": "lms_login"}
HUNDRED = Decimal(100)
POSSIBLE = "Points Possible"
# A blank one stops Moodle's import, or gives the row to the student above; PHP takes "0" for blank; and what begins like a
# formula is escaped before it is looked up.
NOT_FOR_MOODLE = re.compile(r"0?|[=+\-@].*")
# PHP reads a backslash before a quotation mark as "the cell goes on".
BEFORE_QUOTE = re.compile(r'\\(?="|$)')


def exported_parts(entries: Sequence[Entry]) -> list[str]:
    """Those that at least one student has a grade in, or an excuse."""
    parts = entries[0].grades if entries else ()
    return [part for part in parts if any(stands(entry.grades[part]) for entry in entries)]


def points_possible(entries: Sequence[Entry], part: str) -> Decimal:
    """What `canvas.csv` is of: the most points that anybody's grade is of."""
    return max(entry.grades[part].max_score for entry in entries)


def namesakes(students: Sequence[Student], left: Sequence[Student] = ()) -> list[Student]:
    """Those of one name, in whatever order it is written: by the name alone, Canvas finds the first of them. Who has left
    the course may still be there.
    """
    count = Counter(_words(student.name) for student in (*students, *left))
    return [student for student in students if count[_words(student.name)] > 1]


def without_id(students: Sequence[Student], column: str) -> list[Student]:
    """Those whom Moodle could not find by a column of IDS. As long as there are any, the column is left out."""
    return [student for student in students if NOT_FOR_MOODLE.fullmatch(getattr(student, IDS[column]))]


def stands(grade: Grade) -> bool:
    """Whether something of it arrives: a number, or an excuse."""
    return grade.score is not None or grade.standing is Standing.EXCUSED


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(name.replace(",", " ").casefold().split()))


def _text(value: Decimal | None) -> str:
    return "" if value is None else str(rounded(value))


def write_plain(path: Path, course: Course, entries: Sequence[Entry]) -> Path:
    """For each part what counts, what the grader gave and what was added to it; then the total, and of how many points."""
    parts = list(entries[0].grades) if entries else []
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


def write_canvas(path: Path, entries: Sequence[Entry], titles: Mapping[str, str], left: Sequence[Student] = ()) -> Path:
    """titles: for each part, the name of its column. left: students who have left."""
    parts = exported_parts(entries)
    possible = {part: points_possible(entries, part) for part in parts}
    students = [entry.student for entry in entries]
    taken, logins = namesakes(students, left), {student.lms_login.casefold() for student in students}
    rows = [[POSSIBLE, *[""] * (len(CANVAS) - 1), *map(_text, possible.values())]]
    for entry in entries:
        student = entry.student
        email = "" if student.email.casefold() in logins else student.email  # a login that is somebody's
        who = [_name(student, taken), "", student.student_id, student.lms_login or email, student.section]
        rows.append([*who, *(_canvas(entry.grades[part], possible[part]) for part in parts)])
    return write_table(path, [*CANVAS, *(titles[part] for part in parts)], rows, as_is=CANVAS[2:4])


def _name(student: Student, taken: Sequence[Student]) -> str:
    """What Canvas finds a student by when no id matches; where that would be somebody else, nobody, so that it asks."""
    if POSSIBLE in student.name:
        return student.email  # a line with these words is about the assignments
    return f"{student.name} ({student.email})" if student in taken else student.name


def _canvas(grade: Grade, possible: Decimal) -> str:
    """`EX` is how Canvas writes and reads an excuse."""
    if grade.standing is Standing.EXCUSED:
        return "EX"
    return _text(None if grade.fraction is None else grade.fraction * possible)


def write_moodle(path: Path, entries: Sequence[Entry], titles: Mapping[str, str]) -> Path:
    """The email, and those columns of IDS by which everybody is found."""
    parts = exported_parts(entries)
    students = [entry.student for entry in entries]
    ids = [column for column in IDS if not without_id(students, column)]
    columns = [column for part in parts for column in (f"{titles[part]} (Percentage)", f"{titles[part]} (Feedback)")]
    rows = []
    for entry in entries:
        who = [entry.student.email, *(getattr(entry.student, IDS[column]) for column in ids)]
        rows.append([*who, *(cell for part in parts for cell in _moodle(entry.grades[part]))])
    return write_table(path, [EMAIL, *ids, *columns], rows, as_is=[EMAIL, *ids])


def _moodle(grade: Grade) -> list[str]:
    percent = None if grade.fraction is None else HUNDRED * grade.fraction
    commit = f"commit {grade.commit[:10]}" if grade.commit else ""
    feedback = "; ".join(filter(None, [grade.in_words(), commit]))
    return [_text(percent), BEFORE_QUOTE.sub(r"\\ ", feedback)]
