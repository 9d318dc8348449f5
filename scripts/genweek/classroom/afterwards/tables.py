"""CSV files that an instructor opens in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograding.reports.escape import for_cell
from autograding.whole import write_whole

from ...course.day import CourseError
from ...course.sheet import Sheet


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]], for_excel: bool = False, as_is: Sequence[str] = ()
) -> Path:
    """Written whole or not at all; no cell of it is a formula, whatever a student wrote.

    for_excel: begin with a byte-order mark, without which Excel takes UTF-8 for something else. as_is: columns of ids,
    which must arrive to the letter (@00123456 is a real one); the roster has made sure that none of them can act.
    """
    text = io.StringIO("\ufeff" if for_excel else "")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = zip(columns, ("" if cell is None else str(cell) for cell in row), strict=True)
        writer.writerow([cell if column in as_is else for_cell(cell) for column, cell in cells])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.getvalue())
    return path


def read_table(path: Path, required: Sequence[str]) -> list[tuple[int, Mapping[str, str]]]:
    """The rows with their line numbers. Raises CourseError where a column is missing or a row has another length."""
    sheet = Sheet(path, required)
    sheet.refuse()
    return sheet.rows


def by_student(path: Path, required: Sequence[str]) -> dict[str, tuple[int, Mapping[str, str]]]:
    """The row of each student, with its line number. Raises CourseError, too, where one stands there twice."""
    found: dict[str, tuple[int, Mapping[str, str]]] = {}
    for line, row in read_table(path, ("student", *required)):
        if found.setdefault(row["student"], (line, row))[0] != line:
            first = found[row["student"]][0]
            raise CourseError(f"{path}, line {line}: {row['student']} stands on line {first} already. Which one is right?")
    return found
