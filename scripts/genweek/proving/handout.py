"""The handout promises what the notebooks and tests keep: points by exercise, minutes by section, and the plan's slots."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..making import handout as pages
from ..making.masters import script_text
from ..making.timetable import PARTS
from .proof import Proof

# Minutes that the course plan gives to the core of each notebook, and to the on-ramp of a day.
SLOTS = {"nb1": 90, "nb2": 90, "nb3": 105, "nb4": 95, "nb5": 120, "nb6": 60}
ON_RAMP = 30
MARKS = ("core", "on-ramp", "at home")

SECTION = re.compile(r"## Section (\w) — .*?(?: · (\d+) min)?")
EXERCISE = re.compile(r"### Exercise ([\w.]+) · (\d+) points? · (\d+) min")
ROW = re.compile(r"^\| *([0A-Z]) [^|\n]*\|([^\n]*)\|$", re.M)  # of a table with a row per section
TITLE = re.compile(r"^\*\*Notebook (\d+) in (\d+) minutes\*\*$", re.M)
TIMETABLE = re.compile(r"^\| (\d+):(\d\d)–(\d+):(\d\d) \| (\*\*Notebook (\d+)\*\*|On-ramp)", re.M)
POINTS = re.compile(r"^\|([^|\n]+)\| *\**(\d+)\** *\|$", re.M)


@dataclass(frozen=True)
class Row:
    """A section in a table. mark: core, on-ramp or at home, with what else is said. points: where the table has them."""

    minutes: int
    mark: str
    points: int = 0


NONE = Row(0, "")


@dataclass
class Section:
    """A section by its headings. minutes: None where its heading has none. exercises: id to (points, minutes)."""

    minutes: int | None = None
    exercises: dict[str, tuple[int, int]] = field(default_factory=dict)


def points_agree(proof: Proof) -> list[str]:
    """One number of points stands in the tests, the exercise's heading, the notebook's table and the handout."""
    tested = Counter()
    for test in proof.assignment.tests:
        tested[test.task.id] += test.task.points
    problems = faults_of_points(_handout(proof), tested)
    for stem, text in _texts(proof):
        problems += [f"{stem}: {fault}" for fault in faults_of_headings(text, tested)]
    return problems


def minutes_agree_and_fit(proof: Proof) -> list[str]:
    """One number of minutes stands in a section's heading, the notebook's table and the handout; the core fits its slot."""
    handout = _handout(proof)
    return [
        f"{stem}: {fault}"
        for stem, text in _texts(proof)
        for fault in faults_of_minutes(text, handout, stem.partition("_")[0])
    ]


def faults_of_points(handout: str, tested: Mapping[str, int]) -> list[str]:
    problems = []
    for left, right in POINTS.findall(handout):
        for id in re.findall(r"`(\w+\.[\w.]+)`", left):
            if id not in tested:
                problems.append(f"the handout gives {right} points for {id}, and no test has it")
            elif tested[id] != int(right):
                problems.append(f"the handout gives {right} points for {id}, its tests {tested[id]}")
        for number in re.findall(r"\*\*Notebook (\d+)\*\*", left):
            total = sum(points for id, points in tested.items() if id.startswith(f"nb{number}."))
            if total != int(right):
                problems.append(f"the handout gives {right} points for Notebook {number}, its tests {total}")
    return problems


def faults_of_headings(notebook: str, tested: Mapping[str, int]) -> list[str]:
    problems, table = [], _rows(notebook, minutes=1, mark=3, points=2)
    for letter, section in _sections(notebook).items():
        for id, (points, _) in section.exercises.items():
            if id not in tested:
                problems.append(f"the heading of {id} says {points} points, and no test has it")
            elif points != tested[id]:
                problems.append(f"the heading of {id} says {points} points, its tests {tested[id]}")
        total = sum(points for points, _ in section.exercises.values())
        if letter in table and total != table[letter].points:
            problems.append(f"the table gives {table[letter].points} points for Section {letter}, its exercises {total}")
    return problems


def faults_of_minutes(notebook: str, handout: str, room: str) -> list[str]:
    if room not in SLOTS:
        return _faults_of_parts(notebook, room) if room in PARTS else []
    table, sections = _rows(notebook, minutes=1, mark=3, points=2), _sections(notebook)
    title, promised = _promised(handout, room.removeprefix("nb"))
    problems = [f"Section {letter} is not in both the table and the headings" for letter in table.keys() ^ sections.keys()]
    for letter in sorted(table.keys() & sections.keys()):
        row, section = table[letter], sections[letter]
        if section.minutes != row.minutes:
            problems.append(f"Section {letter} has {section.minutes} min in its heading, {row.minutes} in the table")
        if (needed := sum(minutes for _, minutes in section.exercises.values())) > row.minutes:
            problems.append(f"the exercises of Section {letter} take {needed} min, the section has {row.minutes}")
        if not row.mark.startswith(MARKS):
            problems.append(f"Section {letter} is marked {row.mark!r}, not {', '.join(MARKS)}")
    listed = {letter: Row(row.minutes, row.mark) for letter, row in table.items()}
    if promised != listed:
        problems.append(f"the handout has other sections or minutes: {_differing(promised, listed)}")
    slots = {"core": SLOTS[room], "on-ramp": ON_RAMP}
    for mark, slot in slots.items():
        if (total := sum(row.minutes for row in table.values() if row.mark.startswith(mark))) > slot:
            problems.append(f"its sections marked {mark} take {total} minutes, and the plan has {slot}")
    said = {"its title": title, "the timetable": _slot(handout, room.removeprefix("nb"))}
    return problems + [
        f"{where} in the handout gives it {minutes} minutes, the plan {SLOTS[room]}"
        for where, minutes in said.items()
        if minutes != SLOTS[room]
    ]


def _faults_of_parts(notebook: str, room: str) -> list[str]:
    """Of an exam's notebook, whose minutes stand in the timetable of its sitting."""
    _, reading, tasks = PARTS[room]
    table, sections = _rows(notebook, minutes=1, mark=3, points=2), _sections(notebook)
    needed = sum(minutes for section in sections.values() for _, minutes in section.exercises.values())
    said = {
        "Section 0 in the table": (table.get("0", NONE).minutes, reading),
        "Section 0 in its heading": (sections.get("0", NONE).minutes, reading),
        "Section A in the table": (table.get("A", NONE).minutes, tasks),
        "Section A in its heading": (sections.get("A", NONE).minutes, tasks),
        "the exercises together": (needed, tasks),
    }
    return [f"{what}: {has} min, and the timetable has {due}" for what, (has, due) in said.items() if has != due]


def _handout(proof: Proof) -> str:
    return pages.whole(proof.day)


def _texts(proof: Proof) -> Iterator[tuple[str, str]]:
    """Each notebook's stem, and its text as it is read, without the script's comment signs."""
    for master in proof.masters:
        yield master.stem, re.sub(r"^# ?", "", script_text(master.starter), flags=re.M)


def _sections(notebook: str) -> dict[str, Section]:
    found, current = {}, Section()
    for line in notebook.split("\n"):
        if heading := SECTION.fullmatch(line):
            current = found.setdefault(heading[1], Section(int(heading[2]) if heading[2] else None))
        elif line.startswith("## "):
            current = Section()  # extensions belong to no section
        elif exercise := EXERCISE.fullmatch(line):
            current.exercises[exercise[1]] = int(exercise[2]), int(exercise[3])
    return found


def _rows(text: str, minutes: int, mark: int, points: int | None = None) -> dict[str, Row]:
    """The rows of sections. minutes, mark, points: the columns, counted from 0 behind the section's name."""
    found = {}
    for letter, rest in ROW.findall(text):
        cells = [cell.strip() for cell in rest.split("|")]
        if len(cells) > mark and cells[minutes].isdecimal():
            worth = cells[points] if points is not None else ""
            found[letter] = Row(int(cells[minutes]), cells[mark], int(worth) if worth.isdecimal() else 0)
    return found


def _promised(handout: str, number: str) -> tuple[int | None, dict[str, Row]]:
    """What the handout's table of one notebook says: the minutes of its title, and its sections."""
    for title in TITLE.finditer(handout):
        if title[1] == number:
            table = handout[title.end() :].lstrip().partition("\n\n")[0]
            return int(title[2]), _rows(table, minutes=0, mark=1)
    return None, {}


def _slot(handout: str, number: str) -> int | None:
    """The minutes between the times of a notebook's row in the timetable."""
    for *times, _, notebook in TIMETABLE.findall(handout):
        if notebook == number:
            hours, minutes, end_hours, end_minutes = map(int, times)
            return 60 * (end_hours - hours) + end_minutes - minutes
    return None


def _differing(one: Mapping[str, Row], other: Mapping[str, Row]) -> str:
    return ", ".join(letter for letter in sorted(one.keys() | other.keys()) if one.get(letter) != other.get(letter))
