"""A small course, its tables and its grades."""

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from arriving import must_arrive

from genweek.classroom.afterwards import exports
from genweek.classroom.afterwards.grade import Entry, Grade, Standing
from genweek.course.course_file import Course

COURSE = Course(weights={"day1_vae": 40, "day4_exam": 36, "theory": 24})
TITLES = {"day1_vae": "Tuesday (48213)", "theory": "Theory"}


def table(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n")
    return path


def read(path: Path) -> list[list[str]]:
    return list(csv.reader(path.open(encoding="utf-8-sig")))


def graded(score, max_score=100, **more) -> Grade:
    return Grade(Standing.GRADED, Decimal(score), Decimal(max_score), **more)


def exported(folder: Path, entries: Sequence[Entry], titles: Mapping[str, str] = TITLES) -> SimpleNamespace:
    """The rows of the three files, `plain`, `canvas` and `moodle`, each of which arrived as what it is."""
    files = {
        "plain": exports.write_plain(folder / "gradebook.csv", COURSE, entries),
        "canvas": exports.write_canvas(folder / "canvas.csv", entries, titles),
        "moodle": exports.write_moodle(folder / "moodle.csv", entries, titles),
    }
    must_arrive(folder, [entry.student for entry in entries], titles)
    return SimpleNamespace(**{name: read(path) for name, path in files.items()})
