"""The page that a student's repository shows: the day's handout, and in it what is the same on every day.

What an exam's handout says of minutes and points follows from its notebooks and their tests.
"""

import re
from collections import Counter
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from autograding.judge.assignment import tests_in

from ..course.conditions import Conditions
from ..course.day import ROOT, Day
from ..course.schedule import Schedule, in_words
from .closing import Window, window_of
from .timetable import PARTS, timetable

COMMON = ROOT / "assignments" / "common" / "README.md"  # it comes before the first section of the day's
EXERCISE = re.compile(r"^\| `(\w+\.[\w.]+)`", re.M)  # in the table of points
EXAM = COMMON.with_name("EXAM.md")  # it takes the place of all sections of an exam's, which are locked
TEXTS = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)


def page(day: Day) -> str:
    """Markdown. Raises CourseError where the schedule is wrong."""
    own = _own(day)
    head, _, rest = own.partition("\n## ")
    first = EXERCISE.search(own)  # stands in the examples of commands
    common = _filled(
        COMMON.read_text(encoding="utf-8"),
        due=in_words(Schedule.of(day).due),
        slug=day.slug,
        exercise=first[1] if first else "",
    )
    return f"{head}\n{common}## {rest}"


def exam_page(day: Day, due: str, allowed: Conditions) -> str:
    """Of an exam, what everybody may read before it begins."""
    exam = _exam(allowed) | {"network": allowed.network}
    return f"{_own(day).partition(chr(10) + '## ')[0]}\n" + _filled(
        EXAM.read_text(encoding="utf-8"), due=due, slug=day.slug, exam=exam
    )


def tasks_page(day: Day) -> str:
    """Of an exam, the rest: it opens with the paper. Raises CourseError where the paper does not fit into its window."""
    window, given, unseen = window_of(day), _points(day, day.tests), _points(day, day.unseen)
    both = {stem: Counter(given[stem]) + Counter(unseen[stem]) for stem in day.notebooks}
    exam = _exam(window.conditions) | {
        "timetable": _timetable(day, window, both),
        "tasks": _table_of_points(both),
        "given": _sum(given),
        "unseen": _sum(unseen),
        "points": _sum(both),
    }
    return f"# {day.title}: the tasks\n\n## " + _filled(_own(day).partition("\n## ")[2], exam=exam)


def whole(day: Day) -> str:
    """All that the handout says, for a proof."""
    return tasks_page(day) if day.facts.kind == "exam" else _own(day)


def _own(day: Day) -> str:
    return (day.handout / "README.md").read_text(encoding="utf-8")


def _filled(text: str, **values: object) -> str:
    return TEXTS.from_string(text).render(**values)


def _exam(allowed: Conditions) -> dict[str, object]:
    """What stands in the slots `{{ exam.… }}`, by name."""
    return {slot.strip("{} ").removeprefix("exam."): words for slot, words in allowed.slots.items()}


Points = dict[str, Counter[str]]  # by the notebook's stem, of each task


def _points(day: Day, folder: Path | None) -> Points:
    found: Points = {stem: Counter() for stem in day.notebooks}
    for stem, tasks in found.items():
        for test in tests_in(folder, [stem]) if folder else ():
            tasks[test.task.id] += test.task.points
    return found


def _sum(points: Points) -> int:
    return sum(tasks.total() for tasks in points.values())


def _name(stem: str) -> str:
    room = stem.partition("_")[0]
    return PARTS[room][0] if room in PARTS else room


def _table_of_points(points: Points) -> str:
    lines = ["| function | points |", "|---|---|"]
    for stem, tasks in points.items():
        lines += [f"| **{_name(stem)}** | **{tasks.total()}** |"]
        lines += [f"| `{task}` | {worth} |" for task, worth in tasks.items()]
    return "\n".join(lines)


def _timetable(day: Day, window: Window, points: Points) -> str:
    """In hours and minutes after the code is shown; a row for each notebook."""
    rows: dict[str, list] = {}
    for slot in timetable(day, window):
        rows.setdefault(slot.stem or slot.what, []).append(slot)
    lines = ["| time | what |", "|---|---|"]
    for key, slots in rows.items():
        said = f"{key[0].upper()}{key[1:]}"
        if key in points:
            reading, tasks = slots
            said = (
                f"**{_name(key)}**, `{key}`: {reading.minutes} minutes of reading, {tasks.minutes} for "
                f"{len(points[key])} functions"
            )
        lines.append(f"| {_clock(slots[0].start)}–{_clock(slots[-1].end)} | {said} |")
    return "\n".join(lines)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
