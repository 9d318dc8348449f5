"""What arrives of the exports in the re-enacted importers, compared with gradebook.csv."""

import csv
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from importers import BEFORE, USER_FIELD, VERSIONS, Canvas, php_rows, take_in_moodle

from genweek.classroom.afterwards.grade import Standing, rounded
from genweek.course.roster import Student

INTERNAL = re.compile(r"--[a-z]|\.(?:csv|py|toml)\b|\bline \d|scripts/")
SAID = (Standing.ABSENT, Standing.EXCUSED, Standing.OPEN)  # in the student's feedback, in these words
NUMBER = re.compile(r"\s\(([0-9]+)\)$")


class Book:
    """gradebook.csv."""

    def __init__(self, path: Path, titles: Mapping[str, str]):
        self.rows = {row["login"]: row for row in csv.DictReader(path.open(encoding="utf-8-sig"))}
        columns = next(iter(self.rows.values()), {})
        self.titles = {part: title for part, title in titles.items() if f"{part} score" in columns}
        self.exported = [part for part in self.titles if any(self.stands(login, part) for login in self.rows)]

    def stands(self, login: str, part: str) -> bool:
        return bool(self.cell(login, part, "score")) or self.cell(login, part, "standing") == Standing.EXCUSED

    def cell(self, login: str, part: str, what: str) -> str:
        return self.rows[login][f"{part} {what}"]

    def scaled(self, login: str, part: str, most: Decimal) -> str:
        """The score, of so many points; "" where there is none."""
        score = self.cell(login, part, "score")
        return str(rounded(Decimal(score) / Decimal(self.cell(login, part, "max")) * most)) if score else ""


def must_arrive(folder: Path, students: Sequence[Student], titles: Mapping[str, str]) -> None:
    """What each platform has then is what gradebook.csv says, for every student. Nobody gets what is somebody else's, what
    nobody has a grade in stays as it was, and no file says what is only for staff.
    """
    book = Book(folder / "gradebook.csv", titles)
    assert list(book.rows) == [student.login for student in students]
    for knows_ids in (True, False):
        _must_arrive_in_canvas(folder / "canvas.csv", students, knows_ids, book)
    columns = php_rows((folder / "moodle.csv").read_text(encoding="utf-8"))[0]
    for by in [column for column in columns if column in USER_FIELD]:
        for version in VERSIONS:
            _must_arrive_in_moodle(take_in_moodle(folder / "moodle.csv", version, by, students), book)
    for name in ("canvas.csv", "moodle.csv"):
        assert not INTERNAL.search((folder / name).read_text(encoding="utf-8"))


def _must_arrive_in_canvas(path: Path, students: Sequence[Student], knows_ids: bool, book: Book) -> None:
    """Its assignments have the titles without the numbers, and other numbers where there are none."""
    numbers = {}
    for n, (part, title) in enumerate(book.titles.items()):
        found = NUMBER.search(title)
        numbers[part] = found[1] if found else f"9{n}"
    canvas = Canvas(students, {numbers[part]: NUMBER.sub("", title) for part, title in book.titles.items()}, knows_ids).take(
        path
    )
    assert not canvas.made and list(canvas.points) == [numbers[part] for part in book.exported]
    for student, login in zip(students, canvas.found, strict=True):
        assert login in ("", student.login)
        assert login or not knows_ids or not (student.student_id or student.lms_login)
        for part, number in numbers.items():
            arrived = canvas.grades[student.login, number]
            if not login or part not in book.exported:
                assert arrived == BEFORE
            elif book.cell(student.login, part, "standing") == Standing.EXCUSED:
                assert arrived == "EX"
            else:
                assert arrived == book.scaled(student.login, part, Decimal(canvas.points[number]))


def _must_arrive_in_moodle(arrived: Mapping[str, Mapping[str, tuple[Decimal | None, str]]], book: Book) -> None:
    assert list(arrived) == list(book.rows)
    for login, items in arrived.items():
        assert list(items) == [book.titles[part] for part in book.exported]
        for part in book.exported:
            grade, feedback = items[book.titles[part]]
            assert ("" if grade is None else str(grade)) == book.scaled(login, part, Decimal(100))
            standing = book.cell(login, part, "standing")
            assert standing not in SAID or standing in feedback
