"""An exam has several papers: one text with slots, and a table that says what stands in each slot on each paper.

    [amber.examA]            the row of the paper `amber` for what belongs to Exam A
    T = 120
    weight = "(1 - left).sqrt()"

A slot is written `{{name}}`. The text of the row takes its place, in a master, its mistakes and its alternatives alike; a
longer text is indented as the line in which it stands, and a line with nothing but an empty slot goes. That is all.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from . import toml
from .toml import CourseError

PLAIN = "plain"  # the paper with nothing turned: what the week's notebooks answer
TABLE = "papers.toml"  # beside the masters
SLOT = re.compile(r"\{\{ ?(\w+) ?\}\}")
ROOM = re.compile(r"(?:mistakes_|alternatives_|week_)?([^_]+)")  # `examA`, of each file that belongs to that notebook
FOR_STAFF = ("*.py", "answers.md")  # what lies beside a master and belongs to a paper

Row = dict[str, str]


def names(masters: Path) -> list[str]:
    """The papers of an exam, in the order of its table; none where there is no table. Raises CourseError."""
    return list(_table(masters)) if (masters / TABLE).is_file() else []


def rows(masters: Path, paper: str) -> dict[str, Row]:
    """What stands in the slots of one paper: for each notebook, by its room (`examA`), a text for each slot."""
    return _table(masters)[paper]


def rendered(masters: Path, paper: str) -> Path:
    """A folder with the masters of one paper, free of slots, and all that lies beside them. Raises CourseError.

    It is made anew for another text, and goes with this process: a solution lies about nowhere else.
    """
    table = rows(masters, paper)
    files = [path for pattern in FOR_STAFF for path in sorted(masters.glob(pattern))]
    texts = {path.name: filled(path, table.get(_room(path), {}), f"[{paper}.{_room(path)}]") for path in files}
    made = hashlib.sha256(repr([masters, texts]).encode()).hexdigest()[:16]
    folder = Path(_scratch().name) / f"{paper}-{made}"
    if not folder.is_dir():
        folder.mkdir()
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def filled(path: Path, row: Row, where: str) -> str:
    """The text of a file with a row in its slots. where: the row's name, for a sentence. Raises CourseError."""
    lines = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        for name in SLOT.findall(line):
            if name not in row:
                near = toml.did_you_mean(name, row)
                table = toml.shown(path.with_name(TABLE))
                raise CourseError(f"{toml.shown(path)}, line {number}: {where} of {table} has no slot {name!r}.{near}")
        if alone := SLOT.fullmatch(line.strip().removeprefix("# ")):
            if text := row[alone[1]]:
                lines.append(_indented(text, line[: line.index("{{")]))
            continue
        margin = re.match(r" *(?:# )?", line)
        assert margin
        lines.append(SLOT.sub(lambda slot, margin=margin[0]: _indented(row[slot[1]], margin)[len(margin) :], line))
    return "\n".join(lines)


def _indented(text: str, margin: str) -> str:
    return "\n".join(f"{margin}{line}".rstrip() if not line else f"{margin}{line}" for line in text.split("\n"))


def _room(path: Path) -> str:
    found = ROOM.match(path.stem)
    return found[1] if found else path.stem


def _table(masters: Path) -> dict[str, dict[str, Row]]:
    path = masters / TABLE
    found: dict[str, dict[str, Row]] = {}
    for paper, rooms in toml.plain(path).items():
        if not isinstance(rooms, dict) or not all(isinstance(row, dict) for row in rooms.values()):
            raise CourseError(f"{toml.shown(path)}: {paper} is no paper. Its slots stand below [{paper}.examA], for one.")
        found[paper] = {}
        for room, row in rooms.items():
            for slot, text in row.items():
                if isinstance(text, bool) or not isinstance(text, str | int | float):
                    where = toml.place(path, f"{paper}.{room}", slot)
                    raise CourseError(f"{where}: [{paper}.{room}] {slot} must be a text in quotes or a number.")
            found[paper][room] = {slot: str(text).strip("\n") for slot, text in row.items()}
    return found


@cache
def _scratch() -> TemporaryDirectory:
    return TemporaryDirectory(prefix="genweek-papers-")
