"""The page that a student's repository shows: the day's handout, and in it what is the same on every day."""

import re
from pathlib import Path

from ..course import conditions
from ..course.conditions import Conditions
from ..course.day import ROOT, Day
from ..course.schedule import Schedule, in_words

COMMON = ROOT / "assignments" / "common" / "README.md"  # it comes before the first section of the day's
EXERCISE = re.compile(r"^\| `(\w+\.[\w.]+)`", re.M)  # in the table of points
EXAM = COMMON.with_name("EXAM.md")  # it takes the place of all sections of an exam's, which are locked


def page(day: Day) -> str:
    """Markdown. Raises CourseError where the schedule is wrong."""
    head, _, rest = _own(day).partition("\n## ")
    return f"{head}\n{_filled(COMMON, day, in_words(Schedule.of(day).due))}## {rest}"


def exam_page(day: Day, due: str, allowed: Conditions) -> str:
    """Of an exam, what everybody may read before it begins."""
    return f"{_own(day).partition(chr(10) + '## ')[0]}\n{conditions.filled(_filled(EXAM, day, due), allowed)}"


def tasks_page(day: Day) -> str:
    """Of an exam, the rest: it opens with the paper."""
    return f"# {day.title}: the tasks\n\n## {_own(day).partition(chr(10) + '## ')[2]}"


def _own(day: Day) -> str:
    return (day.handout / "README.md").read_text(encoding="utf-8")


def _filled(path: Path, day: Day, due: str) -> str:
    text = path.read_text(encoding="utf-8")
    first = EXERCISE.search(_own(day))  # stands in the examples of commands
    for name, value in {"due": due, "slug": day.slug, "exercise": first[1] if first else ""}.items():
        text = text.replace(f"{{{{ {name} }}}}", value)
    return text
