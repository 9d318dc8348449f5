"""What becomes of a file in a learning platform: the rules of two importers, re-enacted.

Canvas: lib/gradebook_importer.rb. Moodle: grade/import/csv/classes/load_data.php, before 3.11, of 3.11 and of 5.1, and
lib/csvlib.class.php, which reads the file for it.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from genweek.course.roster import Student

BEFORE = "7"  # the grade of everybody in everything before the import
VERSIONS = ("3.10", "3.11", "5.1")
USER_FIELD = {"Email address": "email", "ID number": "student_id", "Username": "lms_login"}


class Aborted(Exception):
    """The importer refused the whole file."""


@dataclass
class Canvas:
    """A course with these students; everybody has the grade BEFORE in everything.

    titles: of its assignments, by number. knows_ids: whether the ids of the roster are Canvas's, too. After `take`: grades
    by login and number; points by number; found: for each row whose it is, or "" where Canvas asks; made: new assignments.
    """

    students: Sequence[Student]
    titles: Mapping[str, str]
    knows_ids: bool = True
    custom: Sequence[str] = ("Notes",)
    grades: dict[tuple[str, str], str] = field(default_factory=dict)
    points: dict[str, str] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def take(self, path: Path) -> "Canvas":
        """Raises Aborted."""
        self.grades = {(one.login, number): BEFORE for one in self.students for number in self.titles}
        header, *rows = ([_one_point(cell) for cell in row] for row in csv.reader(path.open(encoding="utf-8")))
        if not ("Student" in header[0] and "ID" in header[1] and "Section" in header[4]) or set(header) & set(self.custom):
            raise Aborted("Invalid header row")
        dropped = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
        columns = {self._assignment(title): header.index(title) for title in header[5:] if not dropped.search(title)}
        for row in rows:
            if "Points Possible" in row[0]:
                self.points |= {number: row[column] for number, column in columns.items()}
                continue
            login = self._student(row)
            self.found.append(login)
            self.grades |= {(login, number): row[column].strip() for number, column in columns.items() if login}
        return self

    def _assignment(self, title: str) -> str:
        found = re.fullmatch(r"(.*)\s\(([0-9]+)\)", title)
        if found and found[2] in self.titles:
            return found[2]
        number = next((number for number, known in self.titles.items() if known == title), None)
        if number is None:
            number = found[1] if found else title
            self.made.append(number)
        return number

    def _student(self, row: Sequence[str]) -> str:
        """By the SIS user id, else by the login, else by the name in either order: the first one who fits."""
        for column, ids in ((2, "student_id"), (3, "lms_login")):
            for one in self.students if self.knows_ids else ():
                if row[column] and getattr(one, ids) == row[column]:
                    return one.login
        for one in self.students:
            *first, last = one.name.split()
            if row[0] in (one.name, f"{last}, {' '.join(first)}"):
                return one.login
        return ""


def _one_point(cell: str) -> str:
    """What looks like a number gets one point at most."""
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *front, last = re.split("[.,]", cell.rstrip(".,"))
    return f"{''.join(front)}.{last}" if front else last


def take_in_moodle(path: Path, version: str, by: str, students: Sequence[Student], maximum: int = 100) -> dict:
    """{login: {title: (grade, feedback)}}, each `… (Percentage)` mapped to the item of its title. Raises Aborted.

    by: the column that is mapped to the user. An empty grade is None. maximum: that of every item.
    """
    header, *rows = php_rows(path.read_text(encoding="utf-8"))
    if any(len(row) != len(header) for row in rows):
        raise Aborted("the number of columns differs from line to line")
    found, login = {}, ""
    for row in rows:
        cells = dict(zip((name.strip() for name in header), (cell.strip() for cell in row), strict=True))
        if version == "5.1":  # escaped when the file is kept until the columns are mapped
            cells = {name: re.sub(r"^(?=[=+\-@])", "'", cell) for name, cell in cells.items()}
        if version != "3.10" or cells[by] not in ("", "0"):  # else whoever the row before was of
            login = _user(cells[by], by, version, students)
        if not login:
            raise Aborted(f"no user for {cells[by]!r}")
        found[login] = {
            title: (_moodle_grade(cells[f"{title} (Percentage)"], version, maximum), cells[f"{title} (Feedback)"])
            for title in (name.removesuffix(" (Percentage)") for name in cells if name.endswith(" (Percentage)"))
        }
    return found


def _user(value: str, by: str, version: str, students: Sequence[Student]) -> str:
    """Email and user name without case since 3.11; before, as the database has it: the strict one is re-enacted."""
    same = str.casefold if version != "3.10" and by != "ID number" else str
    logins = [one.login for one in students if value and same(getattr(one, USER_FIELD[by])) == same(value)]
    return logins[0] if len(logins) == 1 else ""


def _moodle_grade(cell: str, version: str, maximum: int) -> Decimal | None:
    if cell == "" or cell == "-":
        return None
    try:
        grade = Decimal(cell)
    except ArithmeticError:
        raise Aborted(f"{cell!r} is no grade") from None
    if grade > (maximum if version == "5.1" else 100):
        raise Aborted(f"{grade} is more than there is")
    return min(grade, Decimal(maximum))  # cut to what the item has


def php_rows(text: str) -> list[list[str]]:
    """CSV as PHP's fgetcsv reads it: in quotes, a backslash takes the quotation mark after it for a letter."""
    rows, row, cell, quoted, at = [], [], "", False, 0
    text = text.strip() + "\n"
    while at < len(text):
        letter, pair = text[at], text[at : at + 2]
        if quoted and pair in ('\\"', '""'):
            cell += pair if pair == '\\"' else '"'
            at += 1
        elif letter == '"' and (quoted or not cell):
            quoted = not quoted
        elif letter in ",\n" and not quoted:
            row, cell = [*row, cell], ""
            rows, row = ([*rows, row], []) if letter == "\n" else (rows, row)
        else:
            cell += letter
        at += 1
    return [*rows, [*row, cell]] if quoted else rows
