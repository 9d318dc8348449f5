"""CSV files that an instructor opens in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograding.reports.escape import for_cell

from ...course.day import CourseError
from ...forges.local.local_forge import write_whole


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]], for_excel: bool = False) -> Path:
    """Written whole or not at all; no cell of it is a formula, whatever a student wrote.

    for_excel: begin with a byte-order mark, without which Excel takes UTF-8 for something else.
    """
    text = io.StringIO("\ufeff" if for_excel else "")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if cell is None else for_cell(str(cell)) for cell in row] for row in rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.getvalue())
    return path


def read_table(path: Path, required: Sequence[str]) -> list[tuple[int, Mapping[str, str]]]:
    """The rows with their line numbers. Raises CourseError where a column is missing or a row has another length."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CourseError(f"{path} is not UTF-8. Save it as CSV UTF-8.") from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = [column for column in required if column not in (reader.fieldnames or [])]
    if missing:
        raise CourseError(f"{path}, line 1: the columns {', '.join(missing)} are missing.")
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise CourseError(f"{path}, line {reader.line_num}: it has more or fewer fields than the first line.")
        if any(row.values()):
            rows.append((reader.line_num, {key: value.strip() for key, value in row.items()}))
    return rows
