"""The page for the wall of the classroom: one HTML file that loads nothing and runs no script."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from autograding.reports.escape import one_line
from autograding.reports.pages import template

from ...course.course_file import read_course
from .progress import Class, Progress

TEMPLATE = Path(__file__).with_name("dashboard.html.j2")
MOST = 6  # mistakes, and tasks at which people are stuck: with these the first screen of a projector is full
ROOM_FOR_TEXT = 45  # students: with more, a cell is too narrow to write in


@dataclass(frozen=True)
class Square:
    """One task of one student. kind: none (no score), todo, tried (no point yet), part, done."""

    kind: str
    text: str
    hover: str


def render(klass: Class, names: bool = False, refresh: int = 0) -> str:
    """names: write the students' names into the page, to be shown by a switch. refresh: seconds until it reloads.

    Without `names` the page holds none, neither in sight nor in its source.
    """
    students = sorted(klass.students, key=lambda one: (-one.score, one.card is None, -one.pushes, one.student.login))
    labels = {
        one.student.login: one_line(one.student.name) if names else f"student {n}" for n, one in enumerate(students, 1)
    }
    squares = {id: [_square(one, id, labels[one.student.login]) for one in students] for id in klass.tasks}
    rows = [(id, klass.done(id), squares[id]) for id in klass.tasks]
    return template(TEMPLATE).render(
        klass=klass,
        students=students,
        labels=labels,
        rows=rows,
        names=names,
        refresh=refresh,
        mistakes=klass.mistakes()[:MOST],
        most=MOST,
        stuck_at=_stuck_at(klass),
        zone=read_course().zone,
        lasting=_lasting,
        wide=len(students) <= ROOM_FOR_TEXT,
        max_score=klass.assignment.max_score,
        finished=sum(bool(one.card and one.card.complete) for one in students),
        pushed=sum(one.pushes > 0 for one in students),
        silent=sum(one.pushes == 0 for one in students),
    )


def _square(one: Progress, id: str, label: str) -> Square:
    task = one.task(id)
    if task is None:
        return Square("none", "", f"{label}: {one.state}")
    points = f"{label}: {task.score} of {task.max_score}"
    if task.done:
        return Square("done", "✓", points)
    if task.untouched:
        return Square("todo", "", f"{label}: to do")
    return Square("part" if task.score else "tried", str(task.score), points)


def _lasting(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _stuck_at(klass: Class) -> list[tuple[str, int, list[tuple[Progress, int]]]]:
    """For each task at which somebody is stuck, how many they are and who, for how long; the most first."""
    at = [(one.at(klass.tasks) or "", one, minutes) for one, minutes in klass.stuck]
    counts = Counter(id for id, _, _ in at).most_common()
    return [(id, count, [(one, minutes) for where, one, minutes in at if where == id]) for id, count in counts]
